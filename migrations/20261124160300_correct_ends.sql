-- A license that ended too early is given the end that its term has (R85).
alter table recovery add column corrected_to timestamptz;
