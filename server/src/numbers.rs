//! The numbers that everything is built around (§2.2 of what is promised): whoever changes one changes them here as well.

use std::time::Duration;

use crate::device_api::extract::LARGEST_BODY;
use crate::{database, listen, rescue};

#[test]
fn nothing_waits_longer_and_nothing_takes_more_than_was_decided() {
    assert!((8..=10).contains(&database::CONNECTIONS));
    assert_eq!(database::ACQUIRE, Duration::from_secs(2));
    let patience = |setting| database::PATIENCE.iter().find(|(name, _)| *name == setting).map(|(_, limit)| *limit);
    assert_eq!(patience("statement_timeout"), Some("3s"));
    assert_eq!(patience("lock_timeout"), Some("1s"));
    assert_eq!(patience("idle_in_transaction_session_timeout"), Some("5s"));
    let of_jobs = database::JOB_PATIENCE.iter().find(|(name, _)| *name == "statement_timeout");
    assert_eq!(of_jobs, Some(&("statement_timeout", "60s")));
    assert_eq!(rescue::DEADLINE, Duration::from_secs(5));
    assert_eq!(listen::HEAD, Duration::from_secs(5));
    assert_eq!(listen::DRAIN, Duration::from_secs(10));
    assert_eq!(rescue::BODY_LIMIT, 64 * 1024);
    assert_eq!(LARGEST_BODY, 16 * 1024);
}
