-- Every event of the log is linked to the one before it, and to the one before it in its account, by hashes. The link is
-- written some seconds after the event by one worker, so that no deed waits for another one's event.
create table audit_link (
    number bigint primary key constraint audit_link_counts check (number > 0),
    event_id bigint not null constraint audit_link_event_key unique,
    account_id uuid,
    place bigint,
    contents bytea not null constraint audit_link_contents_is_a_hash check (length(contents) = 32),
    hash bytea not null constraint audit_link_hash_is_a_hash check (length(hash) = 32),
    account_hash bytea constraint audit_link_account_hash_is_a_hash check (length(account_hash) = 32),
    constraint audit_link_account_is_whole
        check ((account_id is null) = (place is null) and (account_id is null) = (account_hash is null))
);
-- the head of an account, and its part of the chain
create unique index audit_link_account_idx on audit_link (account_id, place desc) where account_id is not null;

-- the head of the whole chain as the first round of each day signed it
create table audit_head (
    day date primary key,
    number bigint not null,
    statement text not null
);

create trigger audit_link_is_append_only before update or delete on audit_link
    for each row execute function refuse_audit_change();
create trigger audit_link_is_kept before truncate on audit_link
    for each statement execute function refuse_audit_change();
create trigger audit_head_is_append_only before update or delete on audit_head
    for each row execute function refuse_audit_change();
create trigger audit_head_is_kept before truncate on audit_head
    for each statement execute function refuse_audit_change();

-- Where the worker stands: every event up to the floor is linked or was never committed, and the newest signed head.
create table audit_sealing (
    one boolean primary key default true constraint audit_sealing_is_one check (one),
    floor bigint not null,
    next_floor bigint not null,
    marked_at timestamptz not null,
    statement text
);
insert into audit_sealing (floor, next_floor, marked_at) values (0, 0, now());
