-- What readers say about a help article (R94): whether it helped and why. It is for the article's writers, changes no
-- license and never holds a code: what is shaped like one is masked before it comes here (R96).
create table feedback (
    id uuid primary key,
    account_id uuid not null references account,
    person_id uuid not null references person,
    article text not null check (length(article) between 1 and 60),
    helpful boolean not null,
    comment text not null check (length(comment) <= 2000),
    -- whether something was masked: the writer may have meant to reach support
    masked boolean not null,
    day date not null,
    created_at timestamptz not null,
    handled_at timestamptz,
    handled_by uuid references staff,
    constraint feedback_once_a_day unique (person_id, article, day),
    constraint feedback_handled_by_somebody check ((handled_at is null) = (handled_by is null))
);
create index feedback_account_idx on feedback (account_id, id desc);
create index feedback_article_idx on feedback (article, id desc);
