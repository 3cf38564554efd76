//! What changes, and what the audit log says of it, transaction by transaction (K07): a witness in the database itself, which
//! no deed can pass by.

use crate::harness::House;

/// Watches what people own, decide and may. Not watched: what only makes the machine work (sessions, mails, limits, jobs,
/// figures) and when somebody was last seen.
const WATCH: &str = "
create table witness (tx xid8 not null, what text not null);
create function witness() returns trigger language plpgsql security definer as $$
declare
    was jsonb := case tg_op when 'INSERT' then '{}' else to_jsonb(old) end;
    becomes jsonb := case tg_op when 'DELETE' then '{}' else to_jsonb(new) end;
    silent text[] := '{version,delivered_at,confirmed_at,rehearsed_at,trouble,used_at,last_used_at,counter,credential}';
begin
    if was - silent is distinct from becomes - silent then
        insert into public.witness values (pg_current_xact_id(), tg_op || ' ' || tg_table_name);
    end if;
    return null;
end $$;
do $$
declare watched text;
begin
    foreach watched in array '{account,account_change,activation_code,agreement_acceptance,attachment,bundle,catalog_version,
        code_batch,code_block,code_import,customer_flag,device,device_command,email_change,installer,invitation,license,
        license_grant,message,offer,passkey,person,price_list,product,purchase,recovery,refund,reinstall_ticket,
        release_batch,reserve,saved_reply,seat,seller,seller_key,staff,staff_invitation,staff_passkey,support_case,
        two_step_spare,webhook_endpoint}'::text[]
    loop
        execute format('create trigger witness after insert or update or delete on %I for each row execute function witness()',
            watched);
    end loop;
end $$;
create table witnessed_event (tx xid8 primary key);
create function witness_event() returns trigger language plpgsql security definer as $$
begin
    insert into public.witnessed_event values (pg_current_xact_id()) on conflict do nothing;
    return null;
end $$;
create trigger witness after insert on audit_event for each row execute function witness_event();
grant insert on witness, witnessed_event to public";

impl House {
    /// From here on every transaction that changes something has to say so in the audit log.
    pub async fn watch(&self) {
        sqlx::raw_sql(WATCH).execute(&self.db).await.unwrap();
    }

    /// Nothing was changed without a word.
    pub async fn assert_told(&self) {
        let seen = self.count("select count(distinct tx) from witness").await;
        assert!(seen > 0, "the witness saw nothing");
        let silent: Vec<String> = sqlx::query_scalar(
            "select string_agg(distinct what, ', ' order by what) from witness w
             where not exists (select 1 from witnessed_event e where e.tx = w.tx)
             group by tx",
        )
        .fetch_all(&self.db)
        .await
        .unwrap();
        assert_eq!(silent, [""; 0], "changed without a word in the audit log");
    }
}
