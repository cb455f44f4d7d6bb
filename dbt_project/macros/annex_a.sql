-- What the lists of Ofsted's Annex A have in common. They carry no ids: a record is the child and
-- its date, and each month's list is that month's status.

-- A record's id where it has none: its date, else (no date) a hash of all that the row says.
{% macro dated_record_id(relation, date_column, content) -%}
    coalesce(
            cast({{ clean_date(relation ~ '.' ~ date_column) }} as string),
            {{ row_hash(relation, content) }}
        )
{%- endmacro %}

-- True for a source whose lists say how things stood at their own month end, and at no other.
{% macro is_status_of_its_month(source_system) -%}
    {{ source_system }} = 'annex_a'
{%- endmacro %}

{% macro annex_a_lists_of_children() -%}
    {{ return([
        'list_1_contacts',
        'list_2_early_help_assessments',
        'list_3_referrals',
        'list_4_assessments',
        'list_5_section_47_enquiries',
        'list_6_children_in_need',
        'list_7_child_protection_plans',
        'list_8_looked_after_children',
        'list_9_care_leavers',
        'list_10_adoptions',
    ]) }}
{%- endmacro %}

{% macro annex_a_lists_with_disability() -%}
    {{ return(annex_a_lists_of_children()[3:]) }}
{%- endmacro %}

{% macro annex_a_lists_with_team() -%}
    {{ return(annex_a_lists_of_children()[2:9]) }}
{%- endmacro %}

-- The letter under which a workbook's pick list shows a code, "a) ", "p1) ", "(b) ".
{% macro list_letter() -%}
    ^ *[(]?[A-Za-z][0-9]?[)] *
{%- endmacro %}
