-- More places that were bought in mid-term go back with their order (edge case 44): an offer remembers what it added to, and a
-- license by when its devices have to fit into what is left.
alter table offer
    add column seats_before jsonb,
    add column taken_back_at timestamptz;
alter table license add column fit_by timestamptz;
create index license_fit_by_idx on license (fit_by) where fit_by is not null;
