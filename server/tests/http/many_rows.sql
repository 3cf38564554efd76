-- Gives the demo office and the demo's support far more of everything that a page lists. Nothing here has to make sense
-- together: it is there to be counted.
create function pg_temp.more(kind regclass, which text, many integer, changes text) returns void language plpgsql as $$
begin
    execute format(
        'insert into %1$s
         select (jsonb_populate_record(null::%1$s, to_jsonb(one) || jsonb_build_object(''id'', gen_random_uuid()) || %3$s)).*
         from (select * from %1$s where %2$s order by id limit 1) as one, generate_series(1, %4$s) as n',
        kind, which, changes, many);
end $$;
create function pg_temp.anna() returns uuid language sql as $$
    select id from person where email = 'anna@harbor-dental.example'
$$;
create function pg_temp.office() returns uuid language sql as $$
    select account_id from person where id = pg_temp.anna()
$$;

select pg_temp.more('person', 'account_id = pg_temp.office() and role = ''member''', 120,
    $$jsonb_build_object('email', format('colleague%s@harbor-dental.example', n), 'name', format('Colleague %s', n))$$);
select pg_temp.more('device', 'name = ''Front desk''', 300,
    $$jsonb_build_object('name', format('Room %s', n), 'token_hash', '\x' || md5(n::text) || md5((-n)::text), 'machine_id', null)$$);
insert into device_contact (device_id, last_seen_at, country)
select id, now() - interval '1 hour', 'IN' from device where name like 'Room %';
select pg_temp.more('activation_code', 'account_id = pg_temp.office() and kind = ''commercial''', 260,
    $$jsonb_build_object('code_bi', '\x' || md5('code' || n), 'replaced_by', null, 'previous_code_id', null)$$);
with spare as (
    select id, row_number() over (order by id) as n from activation_code c
    where account_id = pg_temp.office() and not exists (select from license l where l.code_id = c.id)
        and not exists (select from reserve r where r.code_id = c.id)
), model as (
    select l.* from license l where account_id = pg_temp.office() and kind = 'commercial' and expires_at > now() order by id limit 1
)
insert into license
select (jsonb_populate_record(null::license, to_jsonb(model) || jsonb_build_object(
           'id', gen_random_uuid(), 'code_id', spare.id, 'license_key_bi', '\x' || md5('key' || n),
           'expires_at', model.expires_at + n * interval '1 hour'))).*
from model, spare
where n <= 150;
with spare as (
    select c.id, row_number() over (order by c.id) as n from activation_code c
    where account_id = pg_temp.office() and not exists (select from license l where l.code_id = c.id)
        and not exists (select from reserve r where r.code_id = c.id)
), rooms as (select id, row_number() over (order by id) as n from device where name like 'Room %')
insert into reserve (id, account_id, device_id, code_id, added_at, added_by, state, due_at)
select gen_random_uuid(), pg_temp.office(), rooms.id, spare.id, now(), pg_temp.anna(), 'waiting', now() + interval '30 days'
from rooms join spare using (n);
-- every room has a place on one license, whose page is looked at; and one license of its own has been its before
with full_of as (
    select license_id from seat s join license l on l.id = s.license_id
    where s.account_id = pg_temp.office() group by license_id order by count(*) desc limit 1
)
insert into seat (id, account_id, license_id, device_id, class, bound_at)
select gen_random_uuid(), pg_temp.office(), license_id, d.id, 'desktop', now() - interval '2 days'
from device d, full_of where d.name like 'Room %';
insert into seat (id, account_id, license_id, device_id, class, bound_at, released_at, release_reason)
select gen_random_uuid(), pg_temp.office(), l.id, (select id from device where name = 'Front desk'), 'desktop',
       now() - interval '9 days', now() - interval '3 days', 'user'
from license l where l.account_id = pg_temp.office();
insert into license_grant (license_id, person_id, account_id, seats, granted_by, granted_at)
select (select license_id from seat where account_id = pg_temp.office() group by license_id order by count(*) desc limit 1),
       id, account_id, 1, pg_temp.anna(), now()
from person where email like 'colleague%' on conflict do nothing;
insert into invitation (id, account_id, inviter_id, email, role, token_hash, sent_at, expires_at)
select gen_random_uuid(), pg_temp.office(), pg_temp.anna(), format('guest%s@harbor-dental.example', n), 'member',
       decode(md5('guest' || n) || md5(n::text), 'hex'), now(), now() + interval '7 days'
from generate_series(1, 100) as n;
insert into notice (id, account_id, person_id, kind, severity, title, said, path, created_at)
select gen_random_uuid(), pg_temp.office(), pg_temp.anna(), 'device', 'warning', format('Room %s is silent', n), '{}',
       '/devices', now() - n * interval '1 minute'
from generate_series(1, 200) as n;
select pg_temp.more('support_case', 'account_id = pg_temp.office()', 200,
    $$jsonb_build_object('number', format('S99-0000-%s', lpad(n::text, 4, '0')), 'subject', format('Question %s', n))$$);
select pg_temp.more('support_case', 'state = ''new''', 200,
    $$jsonb_build_object('number', format('S98-0000-%s', lpad(n::text, 4, '0')), 'subject', format('Waiting %s', n))$$);
select pg_temp.more('recovery', 'account_id = pg_temp.office()', 200,
    $$jsonb_build_object('number', format('R99-0000-%s', lpad(n::text, 4, '0')))$$);
insert into message (id, account_id, request_id, audience, person_id, text, created_at)
select gen_random_uuid(), c.account_id, c.id, 'public', c.person_id, format('Something more, %s.', n), now()
from (select * from support_case order by id limit 1) as c, generate_series(1, 100) as n;
insert into audit_event (at, account_id, actor_kind, actor_id, event, object_id, facts, request_id)
select now(), pg_temp.office(), 'person', pg_temp.anna(), 'device_renamed', d.id, '{}', gen_random_uuid()
from device d, generate_series(1, 3) where d.account_id = pg_temp.office();
insert into device_command (id, account_id, device_id, kind, name, asked_at, asked_by, confirmed_at)
select gen_random_uuid(), pg_temp.office(), d.id, 'rename', 'Front desk', now(), pg_temp.anna(), now()
from device d, generate_series(1, 50) where d.name = 'Front desk';
select pg_temp.more('feedback', 'true', 200, $$jsonb_build_object('day', current_date - 1000 - n)$$);
select pg_temp.more('saved_reply', 'retired_at is null', 100, $$jsonb_build_object('title', format('Reply %s', n))$$);
select pg_temp.more('seller', 'code = ''NW-IN''', 100, $$jsonb_build_object('code', format('NX-%s', n))$$);
select pg_temp.more('bundle', 'retired_at is null', 100, $$jsonb_build_object('sku', format('MORE-%s', n))$$);
select pg_temp.more('product', 'retired_at is null', 60, $$jsonb_build_object('sku', format('MORE-%s', n))$$);
select pg_temp.more('staff', 'role = ''agent''', 100,
    $$jsonb_build_object('email', format('agent%s@northwall.example', n), 'name', format('Agent %s', n))$$);
