-- The macro keyed_hash of keyed_hash.sql, as a function of Spark: kept in the session's memory, and
-- in no text of dbt.
create or replace function keyed_hash(message string) returns string return
    left(
        sha2(
            concat(
                unhex('{{ outer_pad.hex() }}'),
                unhex(
                    sha2(
                        concat(unhex('{{ inner_pad.hex() }}'), encode(message, 'utf-8')), 256
                    )
                )
            ),
            256
        ),
        32
    )
