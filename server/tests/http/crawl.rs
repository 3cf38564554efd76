//! Everything that a signed-in browser reaches by links, for what has to hold on every page.

use std::collections::{BTreeMap, VecDeque};

use crate::harness::{Answer, Browser};

/// So many addresses of one shape are looked at: one license is like another.
const OF_ONE_SHAPE: usize = 2;

/// What stands at every address that can be reached by links from there, by address.
pub async fn crawl(browser: &mut Browser, from: &str) -> BTreeMap<String, Answer> {
    let (mut seen, mut shapes) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
    let mut waiting = VecDeque::from([from.to_owned()]);
    while let Some(address) = waiting.pop_front() {
        if seen.contains_key(&address) {
            continue;
        }
        let of_shape = shapes.entry(shape(&address)).or_default();
        if *of_shape == OF_ONE_SHAPE {
            continue;
        }
        *of_shape += 1;
        let answer = opened(browser, &address).await;
        assert!(answer.status.as_u16() < 500, "{address}: {}", answer.status);
        if !answer.location().is_empty() {
            waiting.push_back(answer.location().to_owned());
        }
        waiting.extend(links(&address, &answer));
        seen.insert(address, answer);
    }
    seen
}

/// Opens a page; a machine with other work that takes too long is asked again.
pub async fn opened(browser: &mut Browser, address: &str) -> Answer {
    let mut answer = browser.try_get(address).await;
    for _ in 0..5 {
        if answer.status != http::StatusCode::SERVICE_UNAVAILABLE {
            break;
        }
        answer = browser.try_get(address).await;
    }
    answer
}

/// An address without what names one thing among many.
fn shape(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let names_one = |part: &str| part.bytes().any(|b| b.is_ascii_digit());
    let path: Vec<&str> = path.split('/').map(|part| if names_one(part) { "*" } else { part }).collect();
    let names: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap()).collect();
    format!("{}?{}", path.join("/"), names.join("&"))
}

fn links(address: &str, answer: &Answer) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(&answer.body) else { return Vec::new() };
    let path = address.split('?').next().unwrap();
    let hrefs = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let own = hrefs.filter_map(|href| {
        let href = href.split('#').next().unwrap().replace("&amp;", "&");
        match href.chars().next() {
            Some('/') if !href.starts_with("//") && !href.starts_with("/pkg/") => Some(href),
            Some('?') => Some(format!("{path}{href}")),
            _ => None,
        }
    });
    own.collect()
}

/// The deeds that the forms of a page ask for.
pub fn deeds_of(page: &Answer) -> Vec<String> {
    let Ok(text) = std::str::from_utf8(&page.body) else { return Vec::new() };
    let mut deeds: Vec<String> =
        text.split("?do=").skip(1).map(|rest| rest.split(['"', '&', '\\']).next().unwrap().to_owned()).collect();
    deeds.sort();
    deeds.dedup();
    deeds
}
