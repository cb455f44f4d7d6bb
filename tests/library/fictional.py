"""What is known of the fictional extracts that no fault was planted in."""

#: What the maker of extracts does against the returns' rules, though it plants no fault: referrals
#: without further action that close as assessed (RC8, RC9); children who come back to their
#: adopters from a temporary placement with reason P; adopters by order (A5, A6) without the order.
NOT_TRUE_TO_LIFE = {"CIN-8825Q", "903-217", "903-336", "903-408"}
