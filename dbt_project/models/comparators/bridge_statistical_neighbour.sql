-- The ten neighbours of each authority of the release, in every version of the model. A fictional
-- authority has those of the real one that it stands beside. A landed file wins over the seed.
with

int_authorities as (
    select * from {{ ref('int_authorities') }}
),

comparator_stand_in as (
    select * from {{ ref('comparator_stand_in') }}
),

statistical_neighbour as (
    select * from {{ ref('statistical_neighbour') }}
),

landed_neighbour as (
    select * from {{ source('published', 'neighbour') }}
),

landed_models as (
    select distinct
        la_code,
        model_version
    from landed_neighbour
),

neighbours as (
    select
        la_code,
        model_version,
        neighbour_rank,
        neighbour_la_code,
        closeness
    from landed_neighbour
    where neighbour_la_code is not null

    union all

    select
        statistical_neighbour.la_code,
        statistical_neighbour.model_version,
        statistical_neighbour.neighbour_rank,
        statistical_neighbour.neighbour_la_code,
        statistical_neighbour.closeness
    from statistical_neighbour
    left join landed_models
        on
            statistical_neighbour.la_code = landed_models.la_code
            and statistical_neighbour.model_version = landed_models.model_version
    where landed_models.la_code is null
),

final as (
    select
        int_authorities.la_code,
        neighbours.model_version,
        cast(neighbours.neighbour_rank as integer) as neighbour_rank,
        neighbours.neighbour_la_code,
        lower(trim(neighbours.closeness)) as closeness,
        comparator_stand_in.la_code is not null as is_stand_in
    from int_authorities
    left join comparator_stand_in
        on int_authorities.la_code = comparator_stand_in.la_code
    inner join neighbours
        on
            coalesce(comparator_stand_in.beside_la_code, int_authorities.la_code)
            = neighbours.la_code
)

select * from final
