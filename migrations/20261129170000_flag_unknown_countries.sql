-- A code that is bound to countries and activated where the country is not known is worth a look as well (edge case 28).
drop index audit_event_anomaly_idx;
create index audit_event_anomaly_idx on audit_event (id desc)
    where event in ('seat_hopping', 'sharing_found', 'overuse_found', 'country_unknown');
