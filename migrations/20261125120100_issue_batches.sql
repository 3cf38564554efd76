-- Many codes at once: made by the worker, or brought along by another issuer. A batch counts what it has with the codes
-- themselves, so that it goes on where it stood, whatever happened in between.
create table code_batch (
    id uuid primary key,
    source text not null constraint code_batch_source_known check (source in ('made', 'imported')),
    bundle_id uuid not null references bundle,
    product_id uuid not null references product,
    seats jsonb not null,
    term_days integer not null constraint code_batch_term check (term_days between 1 and 3660),
    kind text not null constraint code_batch_kind_known check (kind in ('commercial', 'renewal', 'trial', 'promo')),
    start_rule text not null constraint code_batch_start_rule_known check (start_rule in ('on_first_activation', 'on_order')),
    redeem_by timestamptz,
    countries text[] not null,
    seller_id uuid not null references seller,
    purchase_id uuid not null references purchase,
    wanted integer not null constraint code_batch_size check (wanted between 1 and 100000),
    done integer not null default 0,
    -- of an import: codes that came to be ours by another way meanwhile
    skipped integer not null default 0,
    state text not null constraint code_batch_state_known check (state in ('working', 'ready', 'handed_over', 'finished')),
    -- the age key of the seller as it was when the batch was ordered
    recipient text,
    -- the codes of an import, sealed, until they stand in the table of codes
    staged bytea,
    reason text not null constraint code_batch_reason_length check (length(reason) between 1 and 500),
    asked_by uuid not null references staff,
    asked_at timestamptz not null,
    finished_at timestamptz,
    handed_to uuid references staff,
    handed_at timestamptz,
    constraint code_batch_counts check (done + skipped <= wanted),
    constraint code_batch_handed_to_somebody check ((state = 'handed_over') = (handed_to is not null and handed_at is not null)),
    constraint code_batch_made_for_somebody check (source <> 'made' or recipient is not null),
    constraint code_batch_staged_while_it_works check (staged is null or (source = 'imported' and state = 'working'))
);
create index code_batch_working_idx on code_batch (id) where state = 'working';

-- A file of codes that was tried: what is wrong with its lines, and for an hour the good ones, sealed.
create table code_import (
    id uuid primary key,
    staff_id uuid not null references staff,
    terms jsonb not null,
    good integer not null,
    bad jsonb not null,
    -- more lines were wrong than are told
    bad_more integer not null default 0,
    staged bytea,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    batch_id uuid references code_batch
);
create index code_import_expires_idx on code_import (expires_at) where staged is not null;
