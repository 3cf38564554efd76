//! The rows of a batch on their way into the database, a statement for each table or two.

use sqlx::PgConnection;
use uuid::Uuid;

use super::columns::{Cases, Devices, Events, Offices, Recoveries, Rows, Sales};
use crate::Result;
use crate::activation::store::AGREEMENT_VERSION;
use crate::cx::Cx;
use crate::seal::KEY_VERSION;

/// Products and sellers of the demo, in the order in which rows name them, and somebody who decided what is decided.
pub(super) struct Vendor {
    pub(super) products: Vec<Uuid>,
    pub(super) sellers: Vec<Uuid>,
    pub(super) agent: Uuid,
}

/// Writes a batch in one transaction.
pub(super) async fn write(cx: &Cx, vendor: &Vendor, rows: &Rows) -> Result<()> {
    let mut tx = cx.begin().await?;
    offices(&mut tx, &rows.offices).await?;
    sales(&mut tx, vendor, &rows.sales).await?;
    devices(&mut tx, vendor, &rows.devices).await?;
    seats(&mut tx, rows).await?;
    cases(&mut tx, vendor, &rows.cases).await?;
    recoveries(&mut tx, vendor, &rows.recoveries).await?;
    told(&mut tx, rows).await?;
    events(&mut tx, cx, &rows.events).await?;
    tx.commit().await?;
    Ok(())
}

async fn offices(db: &mut PgConnection, rows: &Offices) -> Result<()> {
    sqlx::query!(
        "with opened as (
             insert into account (id, name, country, created_at)
             select * from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
         )
         insert into person (id, account_id, role, email, name, password_hash, credential_stamp, email_verified_at, created_at)
         select id, account, 'owner', email, name, '!', gen_random_uuid(), at, at
         from unnest($5::uuid[], $1::uuid[], $6::text[], $7::text[], $4::timestamptz[]) as t (id, account, email, name, at)",
        &rows.id,
        &rows.name,
        &rows.country,
        &rows.at,
        &rows.person,
        &rows.email,
        &rows.person_name,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn sales(db: &mut PgConnection, vendor: &Vendor, rows: &Sales) -> Result<()> {
    sqlx::query!(
        "with sale as (
             select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::integer[],
                 $8::text[], $9::text[], $10::text[], $11::timestamptz[], $12::uuid[], $13::bytea[], $14::bytea[],
                 $15::text[], $16::integer[], $17::text[], $18::text[], $19::integer[], $20::uuid[], $21::bytea[],
                 $22::bytea[], $23::timestamptz[], $24::timestamptz[])
                 as t (account, person, name, email, purchase, number, shop, country, currency, channel, ordered_at,
                     code, code_ct, code_bi, tail, product, kind, seats, days, license, key_ct, key_bi, starts_at, expires_at)
         ), bought as (
             insert into purchase (id, seller_id, order_number, channel, buyer_name, buyer_email, ordered_at, country, currency,
                 price)
             select purchase, ($25::uuid[])[shop], number, channel, name, email, ordered_at, country, currency, 499900
             from sale
         ), coded as (
             insert into activation_code (id, account_id, administrator_id, code_ct, code_bi, code_tail, key_version,
                 product_id, kind, seats, term_days, start_rule, seller_id, purchase_id, countries, first_activated_at,
                 created_at)
             select code, account, person, code_ct, code_bi, tail, $27, ($26::uuid[])[product], kind, seats::jsonb, days,
                 'on_first_activation', ($25::uuid[])[shop], purchase, array [country], starts_at, ordered_at
             from sale
         )
         insert into license (id, account_id, administrator_id, code_id, product_id, license_key_ct, license_key_bi,
             key_version, kind, seats, agreement_version, starts_at, expires_at, term_days, auto_renew, created_at)
         select license, account, person, code, ($26::uuid[])[product], key_ct, key_bi, $27, kind, seats::jsonb, $28, starts_at,
             expires_at, days, kind = 'subscription', starts_at
         from sale
         where license is not null",
        &rows.account,
        &rows.person,
        &rows.name,
        &rows.email,
        &rows.purchase,
        &rows.order,
        &rows.shop,
        &rows.country,
        &rows.currency,
        &rows.channel,
        &rows.ordered_at,
        &rows.code,
        &rows.code_ct,
        &rows.code_bi,
        &rows.tail,
        &rows.product,
        &rows.kind,
        &rows.seats,
        &rows.days,
        &rows.license as _,
        &rows.key_ct as _,
        &rows.key_bi as _,
        &rows.starts_at as _,
        &rows.expires_at as _,
        &vendor.sellers,
        &vendor.products,
        KEY_VERSION,
        AGREEMENT_VERSION,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn devices(db: &mut PgConnection, vendor: &Vendor, rows: &Devices) -> Result<()> {
    sqlx::query!(
        "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, connected_at, created_at)
         select id, account, person, ($5::uuid[])[product], name, 'windows', 'Windows 11', '7.2.1', at, at
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $6::text[], $7::timestamptz[])
             as t (id, account, person, product, name, at)",
        &rows.id,
        &rows.account,
        &rows.person,
        &rows.product,
        &vendor.products,
        &rows.name,
        &rows.at,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into device_contact (device_id, last_seen_at, country)
         select id, at, country from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as t (id, at, country)
         on conflict (device_id) do update set last_seen_at = excluded.last_seen_at",
        &rows.id,
        &rows.seen,
        &rows.country,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn seats(db: &mut PgConnection, rows: &Rows) -> Result<()> {
    let (seats, reserves) = (&rows.seats, &rows.reserves);
    sqlx::query!(
        "insert into seat (id, account_id, license_id, device_id, class, bound_at, released_at, release_reason)
         select id, account, license, device, 'desktop', at, until, case when until is not null then 'expired' end
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
             as t (id, account, license, device, at, until)",
        &seats.id,
        &seats.account,
        &seats.license,
        &seats.device,
        &seats.at,
        &seats.until as _,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into reserve (id, account_id, device_id, code_id, added_at, state, due_at, rehearsed_at)
         select id, account, device, code, at, 'waiting', due_at, at
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[])
             as t (id, account, device, code, at, due_at)",
        &reserves.id,
        &reserves.account,
        &reserves.device,
        &reserves.code,
        &reserves.at,
        &reserves.due_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Cases with their first message, and the refunds that some of them ask for: those of closed cases were denied.
async fn cases(db: &mut PgConnection, vendor: &Vendor, rows: &Cases) -> Result<()> {
    sqlx::query!(
        "with asked as (
             select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[],
                 $8::uuid[], $9::uuid[], $10::uuid[], $11::boolean[], $12::timestamptz[])
                 as t (id, account, person, number, topic, subject, state, license, code, purchase, answered, at)
         ), opened as (
             insert into support_case (id, account_id, person_id, number, topic, subject, license_id, entitlement, state,
                 assignee_id, changed_at, answered_at, answered_by_support, first_reply_at, pending_since, solved_at, closed_at,
                 created_at)
             select id, account, person, number, topic, subject, license, 'active', state,
                 case when state <> 'new' then $13::uuid end, at, at, answered, case when answered then at end,
                 case when state = 'pending' then at end, case when state = 'closed' then at end,
                 case when state = 'closed' then at end, at
             from asked
         ), said as (
             insert into message (id, account_id, request_id, audience, person_id, text, created_at)
             select gen_random_uuid(), account, id, 'public', person, subject, at from asked
         )
         insert into refund (case_id, account_id, license_id, code_id, purchase_id, state, decision, decision_reason, decided_by,
             decided_at, created_at)
         select id, account, license, code, purchase, case when state = 'closed' then 'denied' else 'requested' end,
             case when state = 'closed' then 'denied' end, case when state = 'closed' then 'It was used for months.' end,
             case when state = 'closed' then $13::uuid end, case when state = 'closed' then at end, at
         from asked
         where topic = 'refund'",
        &rows.id,
        &rows.account,
        &rows.person,
        &rows.number,
        &rows.topic,
        &rows.subject,
        &rows.state,
        &rows.license,
        &rows.code,
        &rows.purchase,
        &rows.answered,
        &rows.at,
        vendor.agent,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn recoveries(db: &mut PgConnection, vendor: &Vendor, rows: &Recoveries) -> Result<()> {
    sqlx::query!(
        r#"insert into recovery (id, account_id, person_id, number, reason, state, license_key_ct, license_key_bi, key_version,
             bought_at, buyer_name, order_number, bought_on, first_activated, description, license_id, assignee_id,
             decided_by, decided_at, decision_reason, asked_at, missing, weighed_at, weighed, band, created_at)
         select id, account, person, number, 'lost', state, key_ct, key_bi, $12, 'Northwall Store', buyer, number_of_order, at::date,
             'In spring', 'The card is lost.', license, case when state <> 'submitted' then $13::uuid end,
             case when state in ('approved', 'rejected') then $13::uuid end,
             case when state in ('approved', 'rejected') then at end,
             case when state in ('approved', 'rejected') then 'By the facts.' end, case when state = 'needs_info' then at end,
             case when state = 'needs_info' then 'The day it was bought' end, at,
             '{"score": 40, "band": "middle", "pieces": [], "brakes": []}', 'middle', at
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::bytea[], $8::text[],
             $9::text[], $10::uuid[], $11::timestamptz[])
             as t (id, account, person, number, state, key_ct, key_bi, buyer, number_of_order, license, at)"#,
        &rows.id,
        &rows.account,
        &rows.person,
        &rows.number,
        &rows.state,
        &rows.key_ct,
        &rows.key_bi,
        &rows.buyer,
        &rows.order,
        &rows.license,
        &rows.at,
        KEY_VERSION,
        vendor.agent,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notices, and the months that were paid.
async fn told(db: &mut PgConnection, rows: &Rows) -> Result<()> {
    let (notices, payments) = (&rows.notices, &rows.payments);
    sqlx::query!(
        "insert into notice (id, account_id, person_id, kind, severity, title, said, path, key, created_at)
         select id, account, person, 'license_end', 'info', 'A license ends in a month', array ['Renew it in time.'],
             '/licenses/' || license, key, at
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[])
             as t (id, account, person, license, at, key)",
        &notices.id,
        &notices.account,
        &notices.person,
        &notices.license,
        &notices.at,
        &notices.key,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into subscription_payment (purchase_id, payment, body_hash, at)
         select purchase, payment, sha256(payment::bytea), at
         from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as t (purchase, payment, at)",
        &payments.purchase,
        &payments.payment,
        &payments.at,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn events(db: &mut PgConnection, cx: &Cx, rows: &Events) -> Result<()> {
    sqlx::query!(
        "insert into audit_event (at, account_id, actor_kind, actor_id, event, object_id, facts, country, request_id)
         select at, account, kind, actor, event, object, facts, country, $9
         from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::jsonb[], $8::text[])
             as t (at, account, kind, actor, event, object, facts, country)",
        &rows.at,
        &rows.account,
        &rows.actor_kind,
        &rows.actor as _,
        &rows.event,
        &rows.object,
        &rows.facts,
        &rows.country,
        cx.request.0,
    )
    .execute(db)
    .await?;
    Ok(())
}
