-- The audit page finds events by who did them in support, by their kind, and by their time.
create index audit_event_staff_idx on audit_event (actor_id, id desc) where actor_kind in ('staff', 'seller');
create index audit_event_kind_idx on audit_event (event, id desc);
create index audit_event_at_idx on audit_event (at);
