-- Each kind of anomaly has a limit of its own where they are listed, so each is read from its own end.
drop index audit_event_anomaly_idx;
create index audit_event_anomaly_idx on audit_event (event, id desc)
    where event in ('seat_hopping', 'sharing_found', 'overuse_found', 'country_unknown');
