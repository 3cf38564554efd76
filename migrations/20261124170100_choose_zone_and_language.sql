-- What people choose for themselves: the time zone pages are in, and the language in which support answers them.
alter table person
    add column zone text check (length(zone) between 1 and 64),
    add column answer_language text check (length(answer_language) = 2);
