-- A refund is asked for in a case, for one code. Only support decides it (R86).
create table refund (
    case_id uuid primary key references support_case,
    account_id uuid not null references account,
    license_id uuid not null references license,
    code_id uuid not null references activation_code,
    purchase_id uuid not null references purchase,
    state text not null constraint refund_state_known check (state in ('requested', 'under_review', 'approved', 'paid', 'denied')),
    decision text constraint refund_decision_known check (decision in ('approved', 'denied')),
    decision_reason text,
    decided_by uuid references staff,
    decided_at timestamptz,
    -- the customer's one answer to a denial
    appealed_at timestamptz,
    store_told_at timestamptz,
    paid_at timestamptz,
    created_at timestamptz not null,
    constraint refund_decided_by_somebody check (
        state in ('requested', 'under_review')
        or (decision is not null and decision_reason is not null and length(decision_reason) >= 10
            and decided_by is not null and decided_at is not null)),
    constraint refund_stands_as_decided check (
        (state not in ('approved', 'paid') or decision = 'approved') and (state <> 'denied' or decision = 'denied')),
    constraint refund_paid_since check ((state = 'paid') = (paid_at is not null))
);
-- a code is paid back once, and asked about in one case at a time
create unique index refund_running_key on refund (code_id) where state <> 'denied';
create index refund_account_idx on refund (account_id, created_at desc);

-- so long after the order a refund is usual; deciding is support's all the same
alter table seller add column refund_window_days integer not null default 30
    constraint seller_refund_window check (refund_window_days between 0 and 3650);
