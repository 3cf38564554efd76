-- The oldest command that has not reached its device, for the page that says how things are.
create index device_command_waiting_idx on device_command (asked_at) where confirmed_at is null;
