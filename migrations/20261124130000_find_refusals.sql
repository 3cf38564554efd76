-- Refused activations of the last day are looked through for codes that are shared.
create index audit_event_refused_idx on audit_event (at) where event = 'activation_refused';
