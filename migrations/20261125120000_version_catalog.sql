-- What is sold and by whom is changed by leads in support: every version of it is kept, and what is no longer sold is
-- retired, never removed.
alter table product
    -- the applications that count for each class of seats; a class that is not named is not sold
    add column covers jsonb not null default '{}',
    -- its components, of which some can be restricted after the end (R68)
    add column components text[] not null default '{}',
    add column retired_at timestamptz;

alter table expiry_rule add column id uuid not null default gen_random_uuid();
alter table expiry_rule add constraint expiry_rule_id_key unique (id);

-- Seats and a term of a product, as they are put into a box or on a card.
create table bundle (
    id uuid primary key,
    product_id uuid not null references product,
    sku text not null constraint bundle_sku_key unique,
    name text not null,
    seats jsonb not null,
    term_days integer not null constraint bundle_term check (term_days between 1 and 3660),
    retired_at timestamptz
);

alter table seller
    add column retired_at timestamptz,
    -- the age key that files of codes are encrypted to, and who entered it: that person orders no such file
    add column recipient text constraint seller_recipient_length check (length(recipient) between 10 and 200),
    add column recipient_set_by uuid references staff;

alter table seller_key
    add column name text not null default '' constraint seller_key_name_length check (length(name) <= 60),
    add column created_by uuid references staff;
create index seller_key_seller_idx on seller_key (seller_id, id);

alter table price_list add column id uuid not null default gen_random_uuid();
alter table price_list add constraint price_list_id_key unique (id);
alter table price_list add column retired_at timestamptz;

-- Each version as it was entered. Of what was set up before anybody changed it, the first is written with the second.
create table catalog_version (
    entry_id uuid not null,
    version integer not null constraint catalog_version_counts check (version >= 1),
    entry jsonb not null,
    retired boolean not null,
    -- nobody for what Latchkey itself did
    staff_id uuid references staff,
    reason text not null constraint catalog_version_reason_length check (length(reason) between 1 and 500),
    at timestamptz,
    primary key (entry_id, version),
    constraint catalog_version_at_some_time check (version = 1 or at is not null)
);
create function refuse_version_change() returns trigger language plpgsql as $$
begin
    raise exception 'versions of the catalog are kept';
end
$$;
create trigger catalog_version_is_kept before update or delete on catalog_version
    for each row execute function refuse_version_change();

-- Everything in the catalog as it stands, in the shape in which its versions are kept.
create view catalog_entry as
select 'product' as part, p.id, p.name as title, p.id as product_id, null::uuid as seller_id, p.retired_at,
    jsonb_build_object('product', jsonb_build_object(
        'sku', p.sku, 'name', p.name, 'family', p.version_family, 'covers', p.covers, 'components', to_jsonb(p.components)
    )) as entry
from product p
union all
select 'version', e.id, p.name || ' ' || e.version_family, p.id, null, null,
    jsonb_build_object('version', jsonb_build_object(
        'product', p.id, 'family', e.version_family, 'updates', e.updates,
        'manual_databases_stop', e.manual_databases_stop, 'restricted', to_jsonb(e.restricted)
    ))
from expiry_rule e join product p on p.id = e.product_id
union all
select 'bundle', b.id, b.name, b.product_id, null, b.retired_at,
    jsonb_build_object('bundle', jsonb_build_object(
        'product', b.product_id, 'sku', b.sku, 'name', b.name, 'seats', b.seats, 'days', b.term_days
    ))
from bundle b
union all
select 'seller', s.id, s.name, null, s.id, s.retired_at,
    jsonb_build_object('seller', jsonb_build_object(
        'code', s.code, 'name', s.name, 'kind', s.kind, 'countries', to_jsonb(s.countries), 'contact', s.contact,
        'checkout', s.checkout_url, 'refund_days', s.refund_window_days, 'recipient', s.recipient
    ))
from seller s
union all
select 'price', l.id, p.name || ', ' || s.name, p.id, s.id, l.retired_at,
    jsonb_build_object('price', jsonb_build_object(
        'seller', s.id, 'product', p.id, 'currency', l.currency, 'yearly', l.yearly,
        'renewal_discount', l.renewal_discount
    ))
from price_list l join product p on p.id = l.product_id join seller s on s.id = l.seller_id;
