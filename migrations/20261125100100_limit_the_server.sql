-- What the running server may do to the tables, whoever it signs in as: it acts as this role, which owns nothing. The role is
-- of the whole cluster, and several databases of it may be made at once.
do $$
begin
    if not exists (select from pg_roles where rolname = 'latchkey_app') then
        create role latchkey_app nologin;
    end if;
exception
    when duplicate_object or unique_violation then null;
end
$$;
do $$
begin
    if not pg_has_role(current_user, 'latchkey_app', 'member') then
        execute format('grant latchkey_app to %I', current_user);
    end if;
end
$$;

grant usage on schema public to latchkey_app;
grant select, insert, update, delete on all tables in schema public to latchkey_app;
grant usage, select on all sequences in schema public to latchkey_app;
alter default privileges in schema public grant select, insert, update, delete on tables to latchkey_app;
alter default privileges in schema public grant usage, select on sequences to latchkey_app;

-- what happened is added to, and never changed or removed
revoke update, delete, truncate on audit_event, audit_link, audit_head from latchkey_app;
revoke insert, delete, truncate on audit_sealing from latchkey_app;
do $$
begin
    if to_regclass('_sqlx_migrations') is not null then
        revoke insert, update, delete, truncate on _sqlx_migrations from latchkey_app;
    end if;
end
$$;
