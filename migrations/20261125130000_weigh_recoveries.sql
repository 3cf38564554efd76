-- What a recovery request is worth by the facts that are recorded: high is granted at once, low is refused at once, and a
-- person decides the rest.
alter table recovery
    add column weighed_at timestamptz,
    add column weighed jsonb,
    add column band text constraint recovery_band_known check (band in ('high', 'middle', 'low')),
    add constraint recovery_weighed_whole
        check ((weighed_at is null) = (weighed is null) and (weighed_at is null) = (band is null)),
    drop constraint recovery_decided_with_reason,
    add constraint recovery_decided_with_reason check (
        state not in ('approved', 'done', 'rejected')
        or (decided_at is not null and decision_reason is not null
            -- by a person, or by the evidence and then never against it
            and (decided_by is not null
                or (band = 'high' and state in ('approved', 'done'))
                or (band = 'low' and state = 'rejected'))));
create index recovery_unweighed_idx on recovery (created_at)
    where weighed_at is null and state in ('submitted', 'checking', 'needs_info');
