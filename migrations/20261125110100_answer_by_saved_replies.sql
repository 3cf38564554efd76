-- Answers that support writes often, with fields that are filled in for each case. Leads keep them.
create table saved_reply (
    id uuid primary key,
    title text not null constraint saved_reply_title_length check (length(title) between 1 and 80),
    text text not null constraint saved_reply_length check (length(text) between 1 and 4000),
    changed_by uuid not null references staff,
    changed_at timestamptz not null,
    retired_at timestamptz
);
create unique index saved_reply_title_key on saved_reply (lower(title)) where retired_at is null;

alter table support_case
    -- the case that this one was joined with: what was said in it stands there
    add column merged_into uuid references support_case,
    -- since when it waits for the customer, and when they were reminded
    add column pending_since timestamptz,
    add column reminded_at timestamptz,
    add constraint support_case_merged_is_closed check (merged_into is null or state = 'closed');
update support_case set pending_since = changed_at where state = 'pending';
create index support_case_merged_idx on support_case (merged_into) where merged_into is not null;
create index support_case_pending_idx on support_case (pending_since) where state = 'pending';

-- What everybody in support has to know of an office; a lead says it, with a reason.
create table customer_flag (
    id uuid primary key,
    account_id uuid not null references account,
    kind text not null constraint customer_flag_kind_known check (kind in ('fraud', 'priority', 'legal')),
    reason text not null constraint customer_flag_reason_length check (length(reason) between 10 and 500),
    set_by uuid not null references staff,
    set_at timestamptz not null,
    lifted_by uuid references staff,
    lifted_at timestamptz,
    constraint customer_flag_lifted_by_somebody check ((lifted_by is null) = (lifted_at is null))
);
create unique index customer_flag_key on customer_flag (account_id, kind) where lifted_at is null;

-- An office as support reads it beside a case or in its record: at most so many of each list.
create function customer_facts(account uuid, most int) returns jsonb language sql stable as $$
    select jsonb_build_object(
        'id', a.id, 'office', a.name, 'country', a.country, 'created_at', a.created_at,
        'people', coalesce((
            select jsonb_agg(jsonb_build_array(p.name, p.email, p.role) order by p.id)
            from (
                select id, name, email, role from person
                where account_id = a.id and disabled_at is null
                order by id
                limit most
            ) as p
        ), '[]'),
        'licenses', coalesce((
            select jsonb_agg(jsonb_build_object('code', c.id, 'tail', c.code_tail, 'product', p.name,
                'facts', case when l.id is not null then license_facts(l) end) order by c.id desc)
            from (
                select * from activation_code where account_id = a.id order by id desc limit most
            ) as c
            join product p on p.id = c.product_id
            left join license l on l.code_id = c.id
        ), '[]'),
        'devices', coalesce((
            select jsonb_agg(jsonb_build_array(d.id, d.name) order by d.name, d.id)
            from (
                select id, name from device
                where account_id = a.id and disconnected_at is null
                order by name, id
                limit most
            ) as d
        ), '[]'),
        'orders', coalesce((
            select jsonb_agg(jsonb_build_array(o.order_number, o.seller))
            from (
                select distinct o.order_number, s.name as seller
                from (
                    select purchase_id from activation_code where account_id = a.id order by id desc limit most
                ) as c
                join purchase o on o.id = c.purchase_id
                join seller s on s.id = o.seller_id
                where o.order_number is not null
            ) as o
        ), '[]'),
        'cases', coalesce((
            select jsonb_agg(jsonb_build_object('number', c.number, 'subject', c.subject, 'state', c.state) order by c.id desc)
            from (
                select id, number, subject, state from support_case
                where account_id = a.id and merged_into is null
                order by id desc
                limit most
            ) as c
        ), '[]'),
        'flags', coalesce((
            select jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'reason', f.reason, 'set_by', s.name,
                'set_at', f.set_at) order by f.set_at)
            from customer_flag f
            join staff s on s.id = f.set_by
            where f.account_id = a.id and f.lifted_at is null
        ), '[]'))
    from account a
    where a.id = account
$$;
