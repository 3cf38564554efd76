-- What still works after the end of a license, for each version family of a product (R67–R69).
create table expiry_rule (
    product_id uuid not null references product,
    version_family text not null,
    updates boolean not null default false,
    manual_databases_stop boolean not null default true,
    restricted text[] not null default '{}',
    primary key (product_id, version_family)
);

-- The license agreement; every version that was ever accepted is kept (R19, R21).
create table agreement (
    product_id uuid not null references product,
    version text not null check (length(version) between 1 and 40),
    text text not null,
    published_at timestamptz not null,
    primary key (product_id, version)
);

create table agreement_acceptance (
    device_id uuid not null references device on delete cascade,
    version text not null,
    accepted_at timestamptz not null,
    primary key (device_id, version)
);
