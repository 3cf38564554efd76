//! What must hold when many ask at once. Each scenario has a twin: the same with a protection taken out, which must break.

mod moment;
mod renewals;
mod seats;
mod watch;

use domain::Error;
use domain::device_api::{Activated, ActivationRequest};
use domain::twins::{Protection, without};
use tokio::task::JoinSet;

/// How many times a twin tries until what is unprotected breaks.
const TRIES: usize = 60;

/// The size of a scenario: at large when the environment asks for it, as `script/bench` does.
pub fn size(small: usize, at_large: usize) -> usize {
    if std::env::var_os("LATCHKEY_TESTS_AT_LARGE").is_some() { at_large } else { small }
}

/// Does everything at once, each in a task of its own, without a protection or with all of them.
async fn at_once<T, F>(out: Option<Protection>, deeds: impl IntoIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut all = JoinSet::new();
    for deed in deeds {
        all.spawn(without(out, deed));
    }
    all.join_all().await
}

fn request(code: &str) -> ActivationRequest {
    ActivationRequest { code: code.to_owned(), accept_agreement: true, ..Default::default() }
}

type Answer = Result<Activated, Error>;
