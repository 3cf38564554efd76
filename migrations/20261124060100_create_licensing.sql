-- What is sold, and by whom, is data.
create table product (
    id uuid primary key,
    sku text not null constraint product_sku_key unique,
    name text not null,
    version_family text not null
);

create table seller (
    id uuid primary key,
    code text not null constraint seller_code_key unique,
    name text not null,
    kind text not null check (kind in ('vendor_store', 'partner', 'provider')),
    countries text[] not null
);

-- A purchase; "order" is a word of SQL.
create table purchase (
    id uuid primary key,
    seller_id uuid not null references seller,
    order_number text,
    channel text not null check (channel in ('box', 'card', 'online_store', 'partner', 'provider')),
    buyer_name text,
    buyer_email text,
    ordered_at timestamptz not null,
    constraint purchase_order_number_key unique (seller_id, order_number)
);

-- The code itself is sealed; it is found by its keyed blind index and shown by its last block.
create table activation_code (
    id uuid primary key,
    account_id uuid references account,
    administrator_id uuid references person,
    code_ct bytea not null,
    code_bi bytea not null check (length(code_bi) = 16),
    code_tail text not null check (length(code_tail) = 5),
    key_version smallint not null,
    product_id uuid not null references product,
    kind text not null check (kind in ('commercial', 'renewal', 'trial', 'subscription', 'promo')),
    seats jsonb not null,
    term_days integer not null check (term_days between 1 and 3660),
    start_rule text not null check (start_rule in ('on_first_activation', 'on_order')),
    redeem_by timestamptz,
    seller_id uuid not null references seller,
    purchase_id uuid not null references purchase,
    countries text[] not null,
    first_activated_at timestamptz,
    blocked_at timestamptz,
    blocked_reason text,
    cancelled_at timestamptz,
    replaced_at timestamptz,
    replaced_by uuid references activation_code,
    suspended_at timestamptz,
    created_at timestamptz not null,
    constraint activation_code_bi_key unique (code_bi),
    constraint activation_code_blocked_with_reason check (blocked_at is null or blocked_reason is not null),
    constraint activation_code_administered check ((account_id is null) = (administrator_id is null))
);
create index activation_code_account_idx on activation_code (account_id, id) where account_id is not null;

-- What a code becomes on its first activation: always with a start, an end and the agreement (R21).
create table license (
    id uuid primary key,
    account_id uuid not null references account,
    administrator_id uuid not null references person,
    code_id uuid not null references activation_code,
    product_id uuid not null references product,
    license_key_ct bytea not null,
    license_key_bi bytea not null check (length(license_key_bi) = 16),
    key_version smallint not null,
    kind text not null check (kind in ('commercial', 'renewal', 'trial', 'subscription', 'promo')),
    seats jsonb not null,
    agreement_version text not null,
    starts_at timestamptz not null,
    expires_at timestamptz not null,
    grace_until timestamptz,
    blocked_at timestamptz,
    cancelled_at timestamptz,
    suspended_at timestamptz,
    created_at timestamptz not null,
    constraint license_code_key unique (code_id),
    constraint license_key_bi_key unique (license_key_bi),
    constraint license_ends_after_start check (expires_at > starts_at)
);
create index license_account_idx on license (account_id, expires_at, id);

create table device (
    id uuid primary key,
    account_id uuid not null references account,
    owner_id uuid not null references person,
    product_id uuid not null references product,
    name text not null check (length(name) between 1 and 80),
    fingerprint_hash bytea check (length(fingerprint_hash) = 32),
    os_family text not null check (os_family in ('windows', 'windows_server', 'mac', 'android', 'ios')),
    os_version text not null,
    app_version text not null,
    token_hash bytea constraint device_token_key unique check (length(token_hash) = 32),
    connected_at timestamptz not null,
    disconnected_at timestamptz,
    created_at timestamptz not null
);
create index device_account_idx on device (account_id, name, id);
create index device_fingerprint_idx on device (fingerprint_hash) where fingerprint_hash is not null;

-- Narrow and without further indexes, so that a heartbeat stays on its page.
create table device_contact (
    device_id uuid primary key references device on delete cascade,
    last_seen_at timestamptz not null,
    country text,
    clock_offset_seconds bigint
) with (fillfactor = 70);

create table seat (
    id uuid primary key,
    account_id uuid not null references account,
    license_id uuid not null references license,
    device_id uuid not null references device,
    class text not null check (class in ('desktop', 'file_server', 'mobile', 'password_manager')),
    bound_at timestamptz not null,
    released_at timestamptz,
    release_reason text check (release_reason in ('user', 'admin', 'replaced_hardware', 'expired', 'refund', 'block', 'inactivity')),
    constraint seat_released_with_reason check ((released_at is null) = (release_reason is null))
);
create unique index seat_held_key on seat (license_id, device_id) where released_at is null;
create index seat_device_idx on seat (device_id, bound_at desc);

-- A device's request to be linked (RFC 8628).
create table device_link (
    id uuid primary key,
    device_code_hash bytea not null constraint device_link_device_code_key unique check (length(device_code_hash) = 32),
    user_code_hash bytea not null check (length(user_code_hash) = 32),
    product_id uuid not null references product,
    name text not null check (length(name) between 1 and 80),
    os_family text not null,
    os_version text not null,
    app_version text not null,
    fingerprint_hash bytea,
    country text,
    requested_at timestamptz not null,
    expires_at timestamptz not null,
    interval_seconds integer not null,
    last_polled_at timestamptz,
    state text not null check (state in ('pending', 'approved', 'denied', 'used')),
    account_id uuid references account,
    person_id uuid references person,
    settled_at timestamptz,
    device_id uuid references device,
    constraint device_link_approved_by_somebody check (state in ('pending', 'denied') or person_id is not null)
);
create unique index device_link_user_code_key on device_link (user_code_hash) where state = 'pending';
