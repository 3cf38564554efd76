//! Reading requests, opening cases and answering in them, and taking a recovery back.

use domain::case::{CaseDetails, CaseForm};
use domain::id::LicenseId;
use domain::recovery::RecoveryStatus;
use domain::refund::RefundFacts;
use domain::request::{RequestRow, Requests};
use leptos::prelude::*;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::Answer;
#[cfg(feature = "ssr")]
use {
    crate::cx::{act, uploads},
    crate::paths,
    domain::{case, recovery, refund, request},
    leptos_axum::redirect,
};

/// The account's requests before this one, the newest first.
#[server(prefix = "/api", endpoint = "get_requests")]
pub async fn get_requests(#[server(default)] before: Option<Uuid>) -> Answer<Requests> {
    act(move |cx| request::store::list(cx, before)).await
}

/// Where one of the account's requests stands; an open page asks it by itself, so it keeps no session alive.
#[server(prefix = "/api", endpoint = "get_standing")]
pub async fn get_standing(number: String) -> Answer<RequestRow> {
    act(move |cx| async move { request::store::standing(cx, &number).await }).await
}

/// One of the account's recoveries.
#[server(prefix = "/api", endpoint = "get_request")]
pub async fn get_request(number: String) -> Answer<RecoveryStatus> {
    act(move |cx| recovery::store::status(cx, number)).await
}

/// Takes a recovery back.
#[server(prefix = "/api", endpoint = "withdraw_request")]
pub async fn withdraw_request(number: String) -> Answer<()> {
    act(move |cx| recovery::store::withdraw(cx, number)).await
}

/// One of the account's cases, with what was said in it.
#[server(prefix = "/api", endpoint = "get_case")]
pub async fn get_case(number: String) -> Answer<CaseDetails> {
    act(move |cx| case::store::details(cx, number)).await
}

/// Opens a case and goes to its page.
#[server(prefix = "/api", endpoint = "open_case")]
pub async fn open_case(#[server(flatten)] form: CaseForm) -> Answer<String> {
    let files = uploads();
    let number = act(move |cx| case::store::open_case(cx, form, files)).await?;
    redirect(&paths::done(&paths::request(&number), "opened"));
    Ok(number)
}

/// Answers in a case.
#[server(prefix = "/api", endpoint = "answer_case")]
pub async fn answer_case(number: String, #[server(default)] message: String) -> Answer<()> {
    let (files, page) = (uploads(), paths::request(&number));
    act(move |cx| case::store::answer_case(cx, number, message, files)).await?;
    redirect(&paths::done(&page, "answered"));
    Ok(())
}

/// Says that a case is solved.
#[server(prefix = "/api", endpoint = "solve_case")]
pub async fn solve_case(number: String) -> Answer<()> {
    let page = paths::request(&number);
    act(move |cx| case::store::solve_case(cx, number)).await?;
    redirect(&paths::done(&page, "solved"));
    Ok(())
}

/// What is weighed when the money for a license is wanted back, at one instant.
#[server(prefix = "/api", endpoint = "get_refund_facts")]
pub async fn get_refund_facts(license: LicenseId) -> Answer<(OffsetDateTime, RefundFacts)> {
    let now = crate::cx::cx()?.now;
    Ok((now, act(move |cx| refund::store::facts(cx, license)).await?))
}

/// Asks for a refund and goes to its case.
#[server(prefix = "/api", endpoint = "ask_refund")]
pub async fn ask_refund(license: LicenseId, #[server(default)] description: String) -> Answer<String> {
    let files = uploads();
    let number = act(move |cx| refund::store::ask_refund(cx, license, description, files)).await?;
    redirect(&paths::done(&paths::request(&number), "refund"));
    Ok(number)
}
