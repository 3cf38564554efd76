-- Which devices have not called for long is looked for along the day they called last: a heartbeat changes no index but on
-- the first call of a day. The same for offices that free seats by themselves.
alter table device_contact
    add column seen_on date not null generated always as ((last_seen_at at time zone 'utc')::date) stored;
create index device_contact_seen_on_idx on device_contact (seen_on);
create index account_release_after_idx on account (id) where release_after_days is not null;
