-- What an editor did about what a reader said; and what nobody has handled yet is found at once.
alter table feedback add column outcome text not null default '' constraint feedback_outcome_length check (length(outcome) <= 300);
create index feedback_waiting_idx on feedback (id desc) where handled_at is null;
