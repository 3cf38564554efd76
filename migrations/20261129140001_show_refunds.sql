-- When a refund came to stand where it stands: paid, decided, asked for once more, or asked for.
create function refund_since(r refund) returns timestamptz language sql immutable parallel safe as $$
    select case r.state
        when 'paid' then r.paid_at
        when 'approved' then r.decided_at
        when 'denied' then r.decided_at
        else coalesce(r.appealed_at, r.created_at)
    end
$$;

-- The refund of a code that was asked for last, with its case; one that was denied too.
create index refund_code_idx on refund (code_id, created_at desc);
create function refund_of(of_code uuid) returns table (state text, number text, since timestamptz) language sql stable as $$
    select r.state, sc.number, refund_since(r)
    from refund r join support_case sc on sc.id = r.case_id
    where r.code_id = of_code
    order by r.created_at desc
    limit 1
$$;
