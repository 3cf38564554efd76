-- Who can't sign in reads the articles as well, and may say whether they helped.
alter table feedback alter column account_id drop not null, alter column person_id drop not null;
alter table feedback add constraint feedback_of_a_person_has_an_account check ((person_id is null) = (account_id is null));
