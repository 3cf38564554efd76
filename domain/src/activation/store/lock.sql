select d.id as "device?", d.account_id as "account?", c.id as "code?",
    case when $6 then (
        select true from (select pg_advisory_xact_lock(hashtextextended('code|' || d.account_id, 0))) as queue
    ) end as queued,
    -- renewals of one account queue up as well: two at once would rest on the same earlier license (R79)
    case when c.kind = 'renewal' then (
        select true from (select pg_advisory_xact_lock(hashtextextended('renewal|' || d.account_id, 0))) as queue
    ) end as renews
from (select 1) as one
left join lateral (
    select id, account_id from device
    where ($1::uuid is null or account_id = $1)
        and id = coalesce($2, (
            select t.id from device t
            where t.token_hash = $7 and (t.disconnected_at is null or exists (
                select 1 from seat s where s.device_id = t.id and s.released_at is null))
        ))
        -- looked at again after waiting for the row: the token may have died meanwhile
        and ($7::bytea is null or token_hash = $7)
    for update
) as d on true
left join lateral (
    select id, kind from activation_code
    where d.id is not null and (
        code_bi = $3
        or id = $4 and account_id = d.account_id
        or id = (select code_id from license where id = $5 and account_id = d.account_id)
    )
    for update
) as c on true
