{#
    The day on which a case closed. A closure dated before its own referral is no closure: the case
    is open from its referral on (indicators.md section 0, Records), and CIN-8630 puts it in doubt.
#}
{% macro counted_close_date(referrals) -%}
    case
            when {{ referrals }}.close_date < {{ referrals }}.referral_date then null
            else {{ referrals }}.close_date
        end
{%- endmacro %}
