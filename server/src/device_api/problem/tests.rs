//! What programs are told, kind by kind.

use domain::code::Script;
use time::Duration;
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);

fn explain(error: Error, typed: Option<&str>) -> ProblemAnswer {
    ProblemAnswer::explain(RequestId::generate(), NOW, &error, typed)
}

#[test]
fn a_look_alike_comes_with_its_latin_reading() {
    let typed = "АBCDE-FGHJK-LMNPQ-RSTUV";
    let refusal = Refusal::NonLatin { position: 1, found: 'А', script: Script::Cyrillic };
    let answer = explain(refusal.into(), Some(typed));
    assert_eq!(answer.problem.status, 422);
    assert_eq!(answer.problem.code.as_deref(), Some("E02"));
    assert_eq!(answer.problem.suggestion, suggest_latin(typed));
    assert!(answer.problem.suggestion.is_some());
}

#[test]
fn other_refusals_suggest_nothing() {
    let answer = explain(Refusal::Blocked.into(), Some("АBCDE-FGHJK-LMNPQ-RSTUV"));
    assert_eq!((answer.problem.status, answer.problem.code.as_deref()), (409, Some("E04")));
    assert_eq!(answer.problem.suggestion, None);
}

#[test]
fn too_many_tries_say_when_to_come_back() {
    let until = NOW + Duration::milliseconds(89_500);
    let response = explain(Refusal::Attempts { until }.into(), None).into_response();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()[header::RETRY_AFTER], "90");
    assert_eq!(wait(NOW - Duration::minutes(1), NOW), 1);
}

#[test]
fn being_busy_uses_nothing_up() {
    let response = explain(Error::Busy, None).into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
}

#[test]
fn a_field_is_named_with_its_reason() {
    let answer = explain(Error::field("app_version", Fault::TooLong { max: 40 }), None);
    assert_eq!(answer.problem.status, 422);
    assert_eq!(answer.problem.fields.len(), 1);
    assert_eq!(answer.problem.fields[0].field, "app_version");
    assert_eq!(answer.problem.detail, answer.problem.fields[0].detail);
}

#[test]
fn every_problem_is_kept_nowhere_and_typed_as_one() {
    let request = RequestId::generate();
    let answers = [
        ProblemAnswer::no_such_address(request),
        ProblemAnswer::wrong_method(request),
        ProblemAnswer::no_token(request),
        ProblemAnswer::dead_token(request),
        ProblemAnswer::unreadable(request, Unreadable::MediaType),
        ProblemAnswer::explain(request, NOW, &Error::Internal(RequestId::generate()), None),
    ];
    for answer in answers {
        assert_eq!(answer.problem.request_id, request.to_string());
        let response = answer.into_response();
        assert_eq!(response.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }
}

#[test]
fn a_missing_and_a_dead_token_are_challenged() {
    let request = RequestId::generate();
    let missing = ProblemAnswer::no_token(request).into_response();
    assert_eq!(missing.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(missing.headers()[header::WWW_AUTHENTICATE], "Bearer");
    let dead = ProblemAnswer::dead_token(request).into_response();
    assert_eq!(dead.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(dead.headers()[header::WWW_AUTHENTICATE], r#"Bearer error="invalid_token""#);
}
