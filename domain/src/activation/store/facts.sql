select d.account_id as "account_id!", d.disconnected_at, d.name as "device_name!", d.os_family as "os_family!: OsFamily",
    d.product_id as "product_id!", d.owner_id as "owner_id!",
    office.name as "office!", ex.updates as "updates?", ex.restricted as "restricted?", l.license_key_ct as "license_key_ct?",
    (
        select jsonb_agg(jsonb_build_object('id', dc.id, 'kind', dc.kind, 'name', dc.name, 'asked_at', dc.asked_at) order by dc.id)
        from device_command dc
        where dc.device_id = d.id and dc.confirmed_at is null
    ) as "commands: Json<Vec<DeviceCommand>>",
    ct.country as "country?", ct.last_seen_at as "last_seen_at?",
    (
        select min(l.starts_at)
        from device same join seat s on s.device_id = same.id join license l on l.id = s.license_id
        where (same.id = d.id or same.machine_id = d.machine_id) and l.product_id = d.product_id and l.kind = 'trial'
    ) as trial_used_at,
    (
        select min(s.bound_at)
        from device same join seat s on s.device_id = same.id join license l on l.id = s.license_id
        where (same.id = d.id or same.machine_id = d.machine_id) and l.product_id = d.product_id and l.kind <> 'trial'
    ) as commercial_since,
    exists (
        select 1 from seat s join license l on l.id = s.license_id
        where s.device_id = d.id and s.released_at is null and l.product_id = d.product_id and l.kind <> 'trial'
    ) as "has_commercial!",
    r.id as "running_id?", r.facts as "running?: Json<LicenseFacts>",
    w.id as "reserve_id?", w.code_id as "reserve_code?", wc.code_tail as "reserve_tail?",
    exists (select 1 from reserve f where f.device_id = d.id and f.state = 'failed') as "has_failed!",
    coalesce(ag.version, $14) as "agreement!",
    exists (
        select 1 from agreement_acceptance aa where aa.device_id = d.id and aa.version = coalesce(ag.version, $14)
    ) as "version_accepted!",
    c.id as "code_id?", c.account_id as "code_account?", c.code_tail as "code_tail?", c.kind as "kind?: CodeKind",
    c.product_id as "code_product?", p.name as "product_name?", c.seats as "seats?: Json<Seats>",
    c.term_days as "term_days?", c.reduced_term_days, c.grace_days, c.protection_ends as "protection_ends?", c.start_rule as "start_rule?: StartRule",
    o.ordered_at as "ordered_at?", o.renewal_stopped_at,
    exists (
        select 1 from webhook_endpoint we
        where (we.seller_id = c.seller_id or we.seller_id is null) and we.disabled_at is null
    ) as "is_told!", c.redeem_by, c.countries as "countries?", c.blocked_at, c.cancelled_at,
    c.replaced_at, c.suspended_at,
    l.id as "license_id?", license_facts(l) as "license_facts?: Json<LicenseFacts>",
    exists (
        select 1 from license_grant g
        where g.license_id = l.id and g.person_id = $15 and d.owner_id = g.person_id
            and g.seats > (
                select count(*) from seat own join device od on od.id = own.device_id
                where own.license_id = l.id and own.released_at is null and od.owner_id = g.person_id
            )
    ) as "granted!",
    l.administrator_id as "license_administrator?", ad.name as "administrator_name?",
    (
        select jsonb_object_agg(class, used)
        from (
            select class, count(*) as used from seat where license_id = l.id and released_at is null group by class
        ) as by_class
    ) as "held: Json<Seats>",
    (
        select jsonb_agg(jsonb_build_object(
            'device', h.id, 'name', h.name, 'class', s.class, 'last_seen_at', hc.last_seen_at,
            'same_machine', coalesce(h.machine_id = d.machine_id, false),
            'alike', lower(h.name) = lower(d.name) or exists (
                select 1
                from machine_component theirs join machine_component ours using (kind, hash)
                where theirs.machine_id = h.machine_id and ours.machine_id = d.machine_id
            )
        ) order by s.bound_at, s.id)
        from seat s
        join device h on h.id = s.device_id
        left join device_contact hc on hc.device_id = h.id
        where s.license_id = l.id and s.released_at is null
    ) as "holders: Json<Vec<HolderRow>>",
    (
        select count(*) from reserve e where e.code_id = c.id and e.state = 'waiting' and e.device_id <> d.id
    ) as waits_elsewhere,
    (
        select jsonb_agg(jsonb_build_object('code', e.id, 'seats', e.seats, 'used', e.used))
        from (
            select ec.id, el.seats,
                exists (select 1 from activation_code rc where rc.previous_code_id = ec.id and rc.id <> c.id) as used
            from license el join activation_code ec on ec.id = el.code_id
            where c.kind = 'renewal' and el.product_id = c.product_id and el.kind in ('commercial', 'renewal')
                and ec.id <> c.id and el.cancelled_at is null and el.blocked_at is null
                and el.id = any (array(
                    select own.id from license own where own.account_id = d.account_id
                    union all
                    select s.license_id from device same join seat s on s.device_id = same.id
                    where same.machine_id = d.machine_id))
            order by el.expires_at desc
            limit 20
        ) as e
    ) as "earlier: Json<Vec<EarlierRow>>",
    (
        select jsonb_build_object(
            'code', pc.id, 'kind', pc.kind, 'product', pc.product_id, 'seats', pc.seats, 'countries', pc.countries,
            'activated', pc.first_activated_at is not null,
            'dead', pc.blocked_at is not null or pc.cancelled_at is not null or pc.replaced_at is not null,
            'used', exists (select 1 from activation_code rc where rc.previous_code_id = pc.id and rc.id <> c.id)
        )
        from activation_code pc
        -- a code that the account never had is as unknown as one that never was: nothing is learned by guessing (R99)
        where pc.code_bi = $10 and pc.account_id = d.account_id and pc.id is distinct from c.id
    ) as "previous: Json<PreviousRow>",
    account_limit.tries as account_tries, account_limit.first as account_first,
    address_limit.tries as address_tries, address_limit.first as address_first,
    all_limit.tries as all_tries, all_limit.first as all_first
from device d
join account office on office.id = d.account_id
left join expiry_rule ex on ex.product_id = d.product_id and ex.version_family = split_part(d.app_version, '.', 1)
left join device_contact ct on ct.device_id = d.id
left join lateral (
    select rl.id, license_facts(rl) as facts
    from seat s join license rl on rl.id = s.license_id
    where s.device_id = d.id and s.released_at is null and rl.product_id = d.product_id
        and greatest(rl.expires_at, rl.grace_until) > $3 and rl.cancelled_at is null and rl.blocked_at is null
        -- what is suspended protects nothing: a code entered meanwhile does not wait for it (R35)
        and rl.suspended_at is null
    order by rl.expires_at desc
    limit 1
) as r on true
left join reserve w on w.device_id = d.id and w.state = 'waiting'
left join activation_code wc on wc.id = w.code_id
left join lateral (
    select version from agreement a
    where a.product_id = d.product_id and a.published_at <= $3
    order by a.published_at desc
    limit 1
) as ag on true
left join activation_code c on c.id = $2
left join product p on p.id = c.product_id
left join purchase o on o.id = c.purchase_id
left join license l on l.code_id = c.id
left join person ad on ad.id = l.administrator_id
left join lateral (
    select count(*) as tries, min(at) as first
    from (select at from attempt where bucket = 'code_account' and key = $4 and at > $7 order by at desc limit $11) as t
) as account_limit on true
left join lateral (
    select count(*) as tries, min(at) as first
    from (select at from attempt where bucket = 'code_address' and key = $5 and at > $8 order by at desc limit $12) as t
) as address_limit on true
left join lateral (
    select count(*) as tries, min(at) as first
    from (select at from attempt where bucket = 'code_everybody' and key = $6 and at > $9 order by at desc limit $13) as t
) as all_limit on true
where d.id = $1
