-- The page of a device shows what happened on it, not only what was done to it.
create index audit_event_on_device_idx on audit_event ((facts ->> 'device'), id desc) where facts ->> 'device' is not null;
