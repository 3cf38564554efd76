-- what sellers ask for places of a product: the Renewal and Upgrade Center reckons with it (R74, R76)
create table price_list (
    seller_id uuid not null references seller,
    product_id uuid not null references product,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- of one place of each class for 365 days, in the smallest unit of the currency
    yearly jsonb not null,
    renewal_discount smallint not null check (renewal_discount between 0 and 90),
    primary key (seller_id, product_id)
);

-- where a seller takes the money; an address of ours is the stand-in store of a demo
alter table seller add column checkout_url text check (length(checkout_url) between 1 and 500);

-- what somebody was offered and took to the seller's checkout
create table offer (
    id uuid primary key,
    account_id uuid not null references account,
    person_id uuid not null references person,
    license_id uuid not null references license,
    seller_id uuid not null references seller,
    product_id uuid not null references product,
    kind text not null check (kind in ('renewal', 'new', 'more')),
    -- places in all afterwards
    seats jsonb not null,
    term_days integer not null check (term_days between 1 and 3660),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    total bigint not null check (total >= 0),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    purchase_id uuid references purchase,
    ordered_at timestamptz,
    constraint offer_ordered_with_purchase check ((purchase_id is null) = (ordered_at is null))
);
create index offer_account_idx on offer (account_id, id desc);
