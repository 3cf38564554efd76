-- The key of a seller's program, kept as a hash: a copy of this table orders nothing.
create table seller_key (
    id uuid primary key,
    seller_id uuid not null references seller,
    key_hash bytea not null constraint seller_key_hash_key unique check (length(key_hash) = 32),
    created_at timestamptz not null,
    revoked_at timestamptz
);

alter table purchase
    add column state text not null default 'paid'
        constraint purchase_state_known check (state in ('paid', 'cancelled', 'refund_requested', 'refunded')),
    add column buyer_kind text constraint purchase_buyer_kind_known check (buyer_kind in ('person', 'organization')),
    add column country text constraint purchase_country_in_letters check (country ~ '^[A-Z]{2}$'),
    add column language text,
    add column currency text constraint purchase_currency_in_letters check (currency ~ '^[A-Z]{3}$'),
    -- in the smallest unit of the currency
    add column price bigint constraint purchase_price_not_owed check (price >= 0),
    -- as they were ordered
    add column items jsonb not null default '[]',
    -- of the whole order: the same number with other contents is another order, and refused
    add column body_hash bytea constraint purchase_body_hash_length check (length(body_hash) = 32),
    add column certificate_number text constraint purchase_certificate_number_key unique,
    add column cancelled_at timestamptz,
    add column cancel_reason text,
    -- subscriptions: since when the provider does not renew it any more
    add column renewal_stopped_at timestamptz,
    add constraint purchase_cancelled_with_reason
        check (state <> 'cancelled' or (cancelled_at is not null and cancel_reason is not null));
create index purchase_seller_idx on purchase (seller_id, id desc) where order_number is not null;
create index activation_code_purchase_idx on activation_code (purchase_id, id);

-- A payment lengthens a subscription once, however often the provider tells of it.
create table subscription_payment (
    purchase_id uuid not null references purchase,
    payment text not null constraint subscription_payment_length check (length(payment) between 1 and 60),
    body_hash bytea not null constraint subscription_payment_hash_length check (length(body_hash) = 32),
    at timestamptz not null,
    primary key (purchase_id, payment)
);

-- Where messages go: to a seller's system or, without a seller, to the vendor's own.
create table webhook_endpoint (
    id uuid primary key,
    seller_id uuid references seller,
    url text not null constraint webhook_endpoint_url_length check (length(url) between 10 and 500),
    secret_ct bytea not null,
    key_version smallint not null,
    created_at timestamptz not null,
    disabled_at timestamptz
);
create index webhook_endpoint_seller_idx on webhook_endpoint (seller_id) where disabled_at is null;

-- Messages leave by the outbox: each is written in the transaction of what it tells.
create table webhook (
    id uuid primary key,
    endpoint_id uuid not null references webhook_endpoint,
    event text not null,
    body jsonb not null,
    created_at timestamptz not null,
    leased_until timestamptz,
    tries integer not null default 0,
    next_at timestamptz not null,
    delivered_at timestamptz,
    last_status integer,
    last_error text
);
create index webhook_due_idx on webhook (endpoint_id, next_at) where delivered_at is null;
create index webhook_endpoint_idx on webhook (endpoint_id, id desc);

-- a mail with a code in it lies sealed until it leaves
alter table mail add column sealed bytea;

alter table audit_event
    drop constraint audit_event_actor_kind_check,
    add constraint audit_event_actor_kind_check
        check (actor_kind in ('stranger', 'person', 'staff', 'device', 'seller', 'system'));
