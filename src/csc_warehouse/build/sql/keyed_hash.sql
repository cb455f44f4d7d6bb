-- The macro keyed_hash: HMAC-SHA256 (RFC 2104) of a text with the key of records, its first 32
-- hexadecimal digits.
-- The key stands in the warehouse's catalogue, which is never published, and in no text of dbt.
create or replace macro main.keyed_hash(message) as
    left(
        sha256(
            unhex('{{ outer_pad.hex() }}')
            || unhex(sha256(unhex('{{ inner_pad.hex() }}') || encode(message)))
        ),
        32
    )
