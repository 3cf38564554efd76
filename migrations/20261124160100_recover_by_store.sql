-- Two routes lead to a lost code: the store's, by the order, and support's, by the license key (R81, R83).
alter table recovery
    add column route text not null default 'support' constraint recovery_route_known check (route in ('store', 'support')),
    add column buyer_email text not null default '',
    -- found by the order number; never shown to the person who asks
    add column purchase_id uuid references purchase,
    -- since when it waits for the customer, and for what
    add column asked_at timestamptz,
    add column missing text,
    alter column license_key_ct drop not null,
    alter column license_key_bi drop not null,
    add constraint recovery_key_whole check ((license_key_ct is null) = (license_key_bi is null)),
    add constraint recovery_by_support_names_a_key check (route <> 'support' or license_key_ct is not null),
    add constraint recovery_by_store_names_an_order check (route <> 'store' or (order_number <> '' and buyer_email <> '')),
    add constraint recovery_waits_for_something
        check (state not in ('needs_info', 'timed_out') or (asked_at is not null and missing is not null));
create index recovery_waiting_idx on recovery (asked_at) where state = 'needs_info';

-- Where people reach a seller.
alter table seller add column contact text constraint seller_contact_length check (length(contact) between 3 and 200);

-- Somebody wants an order's mail again. It is looked up afterwards, so that the answer does not tell what was found.
create table order_mail_request (
    id uuid primary key,
    account_id uuid not null references account,
    email text not null,
    order_number text,
    created_at timestamptz not null
);
