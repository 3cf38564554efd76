//! Agreeing: what a deed would do stands on the page before it is done, and what it was refused for can be agreed to. The
//! same request is sent again each time, with one thing more.

mod ask;
mod offer;
mod receipt;

pub(crate) use ask::{Asked, asks};
pub(crate) use offer::{loss_of, offer, shortage, trouble_of};
pub(crate) use receipt::{receipt_card, ways};

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::form::Fields;

/// What a person agrees to when a code is used, each the way out of one refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreed {
    /// The code takes the place of the one that waits (E20).
    pub replace_reserve: bool,
    /// The shorter term of a renewal code (E22, E23).
    pub shorter_term: bool,
    /// The previous code of a renewal (E22).
    pub previous_code: String,
    /// The device whose seat is taken over (E12).
    pub instead_of: String,
}

#[cfg(feature = "ssr")]
impl Agreed {
    /// As the rules take it: the wishes, and the previous code if one was entered.
    pub(crate) fn of_rules(self) -> (domain::activation::Wish, Option<String>) {
        let Self { replace_reserve, shorter_term, previous_code, instead_of } = self;
        let wish = domain::activation::Wish { replace_reserve, shorter_term, instead_of: instead_of.parse().ok() };
        (wish, Some(previous_code).filter(|code| !code.trim().is_empty()))
    }
}

/// The fields that send the same again, unseen; those that are sent anew are left out.
pub(crate) fn again(sent: &[(String, String)], anew: &[&str]) -> AnyView {
    let kept = sent.iter().filter(|(name, value)| !value.is_empty() && !anew.contains(&name.as_str()));
    kept.map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone()/> })
        .collect_view()
        .into_any()
}

/// What stands in a field of what was sent.
pub(crate) fn sent_in<'a>(sent: &'a Fields, field: &str) -> &'a str {
    sent.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.as_str())
}
