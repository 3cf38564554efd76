-- the pages of an office's people, by name
create index person_name_idx on person (account_id, name, id);
-- the pages of those who were asked to join and have not answered, newest first
create index invitation_sent_idx on invitation (account_id, sent_at, id) where accepted_at is null and revoked_at is null;
