-- Work and changes of accounts are forgotten with whoever they are about.
create index job_of_person_idx on job (person_id);
create index account_change_of_person_idx on account_change (person_id);
