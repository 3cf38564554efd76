//! The page says what the document says, and leads nowhere that is not there.

use super::*;

fn rendered() -> String {
    page(&openapi::document(), "/pkg/latchkey.x.css")
}

fn all<'a>(page: &'a str, before: &str) -> Vec<&'a str> {
    page.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_operation_and_refusal_stands_on_the_page() {
    let (page, document) = (rendered(), openapi::document());
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(page.contains(&html!("<code>{}</code>", path)), "{path}");
        for operation in item.as_object().unwrap().values() {
            assert!(page.contains(&html!("id=\"{}\"", operation["operationId"].as_str().unwrap())));
            operations += 1;
        }
    }
    assert!(operations > 10, "only {operations} operations were found");
    for entry in catalog::CATALOG.iter() {
        assert!(page.contains(&html!("id=\"refusal-{}\"", entry.code)), "{}", entry.code);
    }
}

#[test]
fn every_link_leads_to_a_place_that_is_there_once() {
    let page = rendered();
    let (ids, links) = (all(&page, " id=\""), all(&page, "href=\"#"));
    assert!(links.len() > 100, "only {} links were found", links.len());
    for link in links {
        assert_eq!(ids.iter().filter(|id| **id == link).count(), 1, "#{link}");
    }
}

#[test]
fn nothing_on_the_page_runs_or_is_styled_in_place() {
    let page = rendered();
    for forbidden in ["<script", "style=", "onclick", "javascript:", "http://", "https://cdn"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert_eq!(html::marked_up("`<b>` & \"c\""), "<code>&lt;b&gt;</code> &amp; &quot;c&quot;");
}

#[test]
fn a_front_end_that_is_not_built_yet_breaks_nothing() {
    assert_eq!(style_sheet(Path::new("/nowhere")), "/pkg/latchkey..css");
}
