-- What leads look at is counted by day, by the worker: no page reads the log of what happened from one end to the other.
create table daily_figure (
    day date not null,
    figure text not null constraint daily_figure_known check (figure in (
        'activated', 'refused', 'refused_in', 'opened', 'first_answer', 'decided', 'ends')),
    -- a country, a refusal, a span of time, a kind
    key text not null constraint daily_figure_key_length check (length(key) between 1 and 40),
    count bigint not null constraint daily_figure_counts check (count >= 0),
    primary key (day, figure, key)
);

-- How far the log was counted.
create table tally (
    source text primary key,
    until bigint not null
);
insert into tally (source, until) values ('audit_event', 0);

-- what is not explained by honest use, for the newest of it
create index audit_event_anomaly_idx on audit_event (id desc)
    where event in ('seat_hopping', 'sharing_found', 'overuse_found');
