-- the devices of an office that fit what is looked for, with what both orders of their list go by; simple enough for the
-- planner to read it as part of the statement that calls it
create function devices_found(of_account uuid, q text, shown text, silent timestamptz, risk timestamptz)
returns table (id uuid, name text, last_seen_at timestamptz) language sql stable as $$
    select d.id, d.name, coalesce(c.last_seen_at, '-infinity')
    from device d
    join person o on o.id = d.owner_id
    left join device_contact c on c.device_id = d.id
    left join lateral (
        select l.expires_at, greatest(l.expires_at, l.grace_until) as ends_at, l.auto_renew,
            coalesce(l.blocked_at, l.cancelled_at, l.suspended_at) is not null as is_off
        from seat s join license l on l.id = s.license_id
        where s.device_id = d.id and s.released_at is null
        order by s.bound_at desc
        limit 1
    ) as l on true
    where d.account_id = of_account and d.disconnected_at is null
        and (q = '' or position(q in lower(d.name)) > 0 or position(q in lower(o.name)) > 0)
        and case shown
            when 'silent' then c.last_seen_at is null or c.last_seen_at <= silent
            when 'unlicensed' then l.expires_at is null
            when 'risk' then l.expires_at is null or l.is_off or l.ends_at <= risk and not l.auto_renew
                and not exists (select 1 from reserve r where r.device_id = d.id and r.state = 'waiting')
            else true
        end
$$;
