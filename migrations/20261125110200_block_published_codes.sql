-- A list of published codes that a lead blocks together: what was pasted is not kept, only which codes of ours were in it.
create table code_block (
    id uuid primary key,
    made_by uuid not null references staff,
    found_at text not null constraint code_block_found_at_length check (length(found_at) between 3 and 200),
    lines integer not null,
    unknown integer not null,
    created_at timestamptz not null,
    blocked_by uuid references staff,
    blocked_at timestamptz,
    undone_by uuid references staff,
    undone_at timestamptz,
    constraint code_block_by_somebody check ((blocked_by is null) = (blocked_at is null)),
    constraint code_block_undone_by_somebody check ((undone_by is null) = (undone_at is null)),
    constraint code_block_undone_after check (undone_at is null or blocked_at is not null)
);
create table code_block_entry (
    block_id uuid not null references code_block,
    code_id uuid not null references activation_code,
    -- whether it was this block that blocked the code
    blocked boolean not null default false,
    primary key (block_id, code_id)
);
create index code_block_entry_code_idx on code_block_entry (code_id);

-- a license moves to another account; its devices give their seats back
alter table seat drop constraint seat_release_reason_check;
alter table seat add constraint seat_release_reason_check check (release_reason in (
    'user', 'admin', 'replaced_hardware', 'expired', 'refund', 'block', 'inactivity', 'transfer'));
