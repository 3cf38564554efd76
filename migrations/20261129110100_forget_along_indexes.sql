-- What housekeeping throws away is found by its age.
create index session_created_idx on session (created_at);
create index attempt_at_idx on attempt (at);
create index mail_link_expires_idx on mail_link (expires_at);
create index device_link_expires_idx on device_link (expires_at);
create index mail_sent_idx on mail (sent_at) where sent_at is not null;
create index webhook_delivered_idx on webhook (delivered_at) where delivered_at is not null;
create index person_unconfirmed_idx on person (created_at) where email_verified_at is null and role = 'owner';

-- A person or an account that is forgotten may be named nowhere; every table that could name them is asked, each time, and
-- without these it would be read whole. device (owner_id) and license (administrator_id) are counted along as well, by
-- person::store::people.
create index activation_code_administrator_idx on activation_code (administrator_id) where administrator_id is not null;
create index license_administrator_idx on license (administrator_id, expires_at);
create index device_owner_idx on device (owner_id);
create index device_link_account_idx on device_link (account_id) where account_id is not null;
create index device_link_person_idx on device_link (person_id) where person_id is not null;
create index device_command_asked_by_idx on device_command (asked_by) where asked_by is not null;
create index seat_account_idx on seat (account_id);
create index seat_bound_by_idx on seat (bound_by) where bound_by is not null;
create index reserve_account_idx on reserve (account_id);
create index reserve_added_by_idx on reserve (added_by) where added_by is not null;
create index recovery_person_idx on recovery (person_id);
create index support_case_person_idx on support_case (person_id);
create index message_account_idx on message (account_id);
create index message_person_idx on message (person_id) where person_id is not null;
create index attachment_account_idx on attachment (account_id);
create index notice_account_idx on notice (account_id);
create index invitation_inviter_idx on invitation (inviter_id);
create index license_grant_holder_idx on license_grant (person_id);
create index license_grant_giver_idx on license_grant (granted_by);
create index release_batch_person_idx on release_batch (person_id);
create index offer_person_idx on offer (person_id);
create index reinstall_ticket_maker_idx on reinstall_ticket (made_by);
create index order_mail_request_account_idx on order_mail_request (account_id);
create index passkey_try_person_idx on passkey_try (person_id) where person_id is not null;
