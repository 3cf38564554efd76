-- Fills every table that has few rows with rows that mean nothing, so that no statement is planned on an empty table: each
-- value is drawn by the type of its column, a choice is mostly the last that its check allows, which is what is over, and
-- what may be missing is missing now and then. No foreign key, trigger or other check holds here.
set session_replication_role = replica;
do $$
declare
    t record;
    c record;
    columns text;
    values text;
    drawn text;
    many constant integer := 8000;
    there bigint;
begin
    for t in select oid::regclass as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('select count(*) from (select 1 from %s limit %s) as few', t.name, many) into there;
        continue when there = many or t.name::text = any (string_to_array(current_setting('latchkey.small'), ','));
        for c in
            select conname, pg_get_constraintdef(oid) as rule from pg_constraint
            where conrelid = t.name and contype = 'c' and pg_get_constraintdef(oid) !~ '^CHECK \(\(\w+ = ANY \(ARRAY\[[^\]]*\]\)\)\)$'
        loop
            execute format('alter table %s drop constraint %I', t.name, c.conname);
        end loop;
        columns := '';
        values := '';
        for c in
            select a.attname, format_type(a.atttypid, null) as kind, a.attnotnull or exists (
                       select 1 from pg_index i where i.indrelid = t.name and i.indisprimary and a.attnum = any (i.indkey)
                   ) as needed, (
                       select regexp_replace(pg_get_constraintdef(k.oid), '^CHECK \(\(\w+ = ANY \((ARRAY\[[^\]]*\])\)\)\)$', '\1')
                       from pg_constraint k
                       where k.conrelid = t.name and k.contype = 'c' and k.conkey = array [a.attnum]
                   ) as choice
            from pg_attribute a
            where a.attrelid = t.name and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
            order by a.attnum
        loop
            drawn := case
                when c.choice is not null then format('(%s)[array_length(%s, 1) - floor(array_length(%s, 1) * random() ^ 8)::integer]',
                    c.choice, c.choice, c.choice)
                when c.kind = 'uuid' then 'gen_random_uuid()'
                when c.kind = 'text' then 'md5(random()::text)'
                when c.kind = 'bytea' then 'decode(md5(random()::text) || md5(random()::text), ''hex'')'
                when c.kind = 'timestamp with time zone' then 'now() + (random() - 0.8) * interval ''400 days'''
                when c.kind = 'date' then 'current_date - (n % 400)'
                when c.kind = 'smallint' then '(n % 100)::smallint'
                when c.kind in ('integer', 'bigint') then '100 + n'
                when c.kind = 'boolean' then 'random() < 0.5'
                when c.kind = 'jsonb' then '''{}'''
                when c.kind like '%[]' then '''{}'''
                else 'null'
            end;
            drawn := format(case when c.needed then '(%s)::%s' else 'case when random() < 0.9 then (%s)::%s end' end, drawn, c.kind);
            columns := columns || ', ' || quote_ident(c.attname);
            values := values || ', ' || drawn;
        end loop;
        execute format('insert into %s (%s) select %s from generate_series(1, %s) as n on conflict do nothing', t.name,
            substr(columns, 3), substr(values, 3), many - there);
    end loop;
end $$;
reset session_replication_role;
