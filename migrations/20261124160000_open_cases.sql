-- A case of support: what was asked, where it stands and who works on it. What was said stands in message.
create table support_case (
    id uuid primary key,
    account_id uuid not null references account,
    person_id uuid not null references person,
    number text not null constraint support_case_number_key unique,
    topic text not null constraint support_case_topic_known check (topic in (
        'activation', 'recovery', 'expired_early', 'refund', 'renewal', 'blocked_code', 'device_count', 'region',
        'purchase', 'account', 'usage', 'other')),
    subject text not null constraint support_case_subject_length check (length(subject) between 1 and 160),
    product_id uuid references product,
    license_id uuid references license,
    device_id uuid references device,
    -- the closed case that this one follows
    parent_id uuid references support_case,
    entitlement text not null constraint support_case_entitlement_known check (entitlement in ('active', 'served', 'ended')),
    state text not null constraint support_case_state_known check (state in (
        'new', 'open', 'pending', 'on_hold', 'solved', 'closed')),
    assignee_id uuid references staff,
    -- grows with every change, so that whoever decides on what is no longer so is told
    version integer not null default 1,
    changed_by uuid references staff,
    changed_at timestamptz not null,
    -- the last word that both sides can read, and whose it was
    answered_at timestamptz not null,
    answered_by_support boolean not null default false,
    first_reply_at timestamptz,
    solved_at timestamptz,
    closed_at timestamptz,
    reopened_count integer not null default 0,
    created_at timestamptz not null,
    constraint support_case_solved_since check ((state in ('solved', 'closed')) = (solved_at is not null)),
    constraint support_case_closed_since check ((state = 'closed') = (closed_at is not null))
);
create index support_case_account_idx on support_case (account_id, id desc);
create index support_case_queue_idx on support_case (id) where state in ('new', 'open', 'pending', 'on_hold');
create index support_case_solved_idx on support_case (solved_at) where state = 'solved';

-- What is said about a request, a case or a recovery: to both sides, or among support alone.
create table message (
    id uuid primary key,
    account_id uuid not null references account,
    request_id uuid not null,
    audience text not null constraint message_audience_known check (audience in ('public', 'internal')),
    person_id uuid references person,
    staff_id uuid references staff,
    text text not null constraint message_length check (length(text) <= 5000),
    created_at timestamptz not null,
    constraint message_by_one check (num_nonnulls(person_id, staff_id) = 1),
    constraint message_note_by_support check (audience = 'public' or staff_id is not null)
);
create index message_request_idx on message (request_id, id);

-- Files that came with a message. They go 90 days after their request was closed.
create table attachment (
    id uuid primary key,
    account_id uuid not null references account,
    request_id uuid not null,
    message_id uuid not null references message,
    name text not null constraint attachment_name_length check (length(name) between 1 and 100),
    kind text not null constraint attachment_kind_known check (kind in ('png', 'jpeg', 'webp', 'pdf')),
    bytes bytea not null constraint attachment_size check (length(bytes) between 1 and 5242880),
    created_at timestamptz not null,
    delete_after timestamptz
);
-- pictures and PDF files are packed already
alter table attachment alter column bytes set storage external;
create index attachment_message_idx on attachment (message_id);
create index attachment_request_idx on attachment (request_id);
create index attachment_due_idx on attachment (delete_after) where delete_after is not null;
