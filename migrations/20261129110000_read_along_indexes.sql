-- The answer to a request is due from the customer's last word on, so a recovery remembers it as a case does.
alter table recovery add column answered_at timestamptz;

-- Each names the part of the queue that is read along it (request::store::queue), next to support_case_queue_idx: one state,
create index support_case_state_idx on support_case (state, id) where state in ('new', 'open', 'pending', 'on_hold');
-- whose it is, nobody's, and what support owes an answer to,
create index support_case_assignee_idx on support_case (assignee_id, id) where state in ('new', 'open', 'pending', 'on_hold');
create index support_case_unassigned_idx on support_case (id)
    where state in ('new', 'open', 'pending', 'on_hold') and assignee_id is null;
create index support_case_owed_idx on support_case (id)
    where state in ('new', 'open', 'pending', 'on_hold') and not answered_by_support;
-- and what is done: all, whose it was, and nobody's.
create index support_case_done_idx on support_case (id) where state in ('solved', 'closed') and merged_into is null;
create index support_case_done_by_idx on support_case (assignee_id, id)
    where state in ('solved', 'closed') and merged_into is null;
create index support_case_done_by_nobody_idx on support_case (id)
    where state in ('solved', 'closed') and merged_into is null and assignee_id is null;

-- The same of recoveries.
create index recovery_open_idx on recovery (id) where state in ('submitted', 'checking', 'needs_info');
create index recovery_state_idx on recovery (state, id) where state in ('submitted', 'checking', 'needs_info');
create index recovery_assignee_idx on recovery (assignee_id, id) where state in ('submitted', 'checking', 'needs_info');
create index recovery_unassigned_idx on recovery (id)
    where state in ('submitted', 'checking', 'needs_info') and assignee_id is null;
create index recovery_over_idx on recovery (id) where state in ('approved', 'done', 'rejected', 'withdrawn', 'timed_out');
create index recovery_over_by_idx on recovery (coalesce(decided_by, assignee_id), id)
    where state in ('approved', 'done', 'rejected', 'withdrawn', 'timed_out');
create index recovery_over_by_nobody_idx on recovery (id)
    where state in ('approved', 'done', 'rejected', 'withdrawn', 'timed_out') and coalesce(decided_by, assignee_id) is null;

-- The cases that follow one (case::store::look, details, follow_up).
create index support_case_parent_idx on support_case (parent_id, id) where parent_id is not null;
-- Who held the seats of a license at any instant (lookup::store::code).
create index seat_license_history_idx on seat (license_id, bound_at);
-- Licenses that are known to be used beyond their places (seat::store::find_overuse).
create index license_overused_idx on license (id) where overused_at is not null;
-- The codes that a code took the place of (activity::store::of_license).
create index activation_code_replaced_by_idx on activation_code (replaced_by) where replaced_by is not null;
-- Every reserve of a code, not only the one that waits (lookup::store::code).
create index reserve_code_all_idx on reserve (code_id, id);
drop index reserve_code_idx;
-- A request to link by what a person types, whatever became of it (link::store::find_link).
create index device_link_user_code_idx on device_link (user_code_hash, requested_at desc);
-- Offers and invitations of a license that moves (license::store::transfer_license), and the offer behind an order
-- (offer::store::take_back).
create index offer_license_idx on offer (license_id) where ordered_at is null;
create index offer_purchase_idx on offer (purchase_id) where purchase_id is not null;
create index invitation_license_idx on invitation (license_id) where accepted_at is null and revoked_at is null;
-- Other refunds of an order that run (refund::store::decide).
create index refund_purchase_idx on refund (purchase_id) where state in ('requested', 'under_review');
