select d.id as "id!", d.name as "name!", d.os_family as "os_family!: OsFamily", d.stopped_at, a.name as "office!",
    l.id as "license_id?", license_facts(l) as "facts?: Json<LicenseFacts>", l.license_key_ct as "license_key_ct?",
    l.seats as "seats?: Json<Seats>", p.name as "product?", c.code_tail as "code_tail?", s.class as "class?: SeatClass",
    (
        select jsonb_object_agg(class, used)
        from (
            select class, count(*) as used from seat where license_id = l.id and released_at is null group by class
        ) as by_class
    ) as "held: Json<Seats>",
    e.updates as "updates?", e.restricted as "restricted?",
    r.state as "reserve_state?: ReserveState", r.due_at as "reserve_due_at?", r.rehearsed_at,
    r.trouble as "trouble: Json<Refusal>", rc.code_tail as "reserve_tail?", rc.kind as "reserve_kind?: CodeKind",
    rc.term_days as "reserve_term?",
    coalesce(ag.version, $3) as "agreement!",
    exists (
        select 1 from agreement_acceptance aa where aa.device_id = d.id and aa.version = coalesce(ag.version, $3)
    ) as "accepted!",
    exists (
        select 1
        from device same join seat hs on hs.device_id = same.id join license hl on hl.id = hs.license_id
        where (same.id = d.id or same.machine_id = d.machine_id) and hl.product_id = d.product_id
    ) as "licensed_before!",
    (
        select jsonb_agg(jsonb_build_object('id', dc.id, 'kind', dc.kind, 'name', dc.name, 'asked_at', dc.asked_at) order by dc.id)
        from device_command dc
        where dc.device_id = d.id and dc.confirmed_at is null
    ) as "commands: Json<Vec<DeviceCommand>>"
from device d
join account a on a.id = d.account_id
left join lateral (
    select seat.license_id, seat.class, seat.bound_at
    from seat join license sl on sl.id = seat.license_id
    where seat.device_id = d.id and seat.released_at is null and sl.product_id = d.product_id
    order by seat.bound_at desc
    limit 1
) as s on true
left join license l on l.id = s.license_id
left join product p on p.id = l.product_id
left join activation_code c on c.id = l.code_id
left join expiry_rule e on e.product_id = d.product_id and e.version_family = split_part(d.app_version, '.', 1)
left join lateral (
    select reserve.*
    from reserve
    where reserve.device_id = d.id
        and (reserve.state = 'waiting' or reserve.state = 'failed' and reserve.settled_at >= coalesce(s.bound_at, '-infinity'))
    order by reserve.id desc
    limit 1
) as r on true
left join activation_code rc on rc.id = r.code_id
left join lateral (
    select version from agreement
    where agreement.product_id = d.product_id and agreement.published_at <= $2
    order by agreement.published_at desc
    limit 1
) as ag on true
where d.id = any($1)
