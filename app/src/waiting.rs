//! What stands in the place of something while it is being read, or when it could not be.

use domain::Error;
use leptos::prelude::*;

use crate::error::{Answer, AppError};
use crate::ui::{ButtonLink, Card, Empty, Notice, PageHead, Tone};
use crate::{paths, wording};

/// What stands while something is being read.
pub(crate) fn reading() -> AnyView {
    view! { <p class="muted" role="status">"Loading…"</p> }.into_any()
}

/// From where something could not be read, the way on.
struct Home {
    nothing_here: &'static str,
    start: (&'static str, &'static str),
    /// Why somebody may not see it, where that is not said for everybody alike.
    closed: Option<&'static str>,
    /// Where it says who can let them see it.
    ask: Option<(&'static str, &'static str)>,
}

const OFFICE: Home = Home {
    nothing_here: "There is nothing at this address in your office.",
    start: (paths::OVERVIEW, "Go to the overview"),
    closed: None,
    ask: Some((paths::PEOPLE, "See who looks after the office")),
};
const DESK: Home = Home {
    nothing_here: "There is nothing at this address.",
    start: (paths::SUPPORT, "Go to the queue"),
    closed: Some("It is for another role in support. A lead can tell you who sees it, or do it for you."),
    ask: None,
};

/// What stands where something of an office could not be read.
pub(crate) fn unread(error: &AppError) -> AnyView {
    said(error, &OFFICE)
}

/// What stands where something of support could not be read.
pub(crate) fn unread_at_desk(error: &AppError) -> AnyView {
    said(error, &DESK)
}

/// A page of support whose heading would have come from what could not be read.
pub(crate) fn unread_page(title: &'static str, error: &AppError) -> AnyView {
    let (back_href, back_label) = (paths::SUPPORT, "Queue");
    view! {
        <PageHead title=title back_href=back_href back_label=back_label/>
        {unread_at_desk(error)}
    }
    .into_any()
}

fn said(error: &AppError, home: &'static Home) -> AnyView {
    crate::auth::ending::doubt(error);
    let (start, label) = home.start;
    if *error == AppError::Deed(Error::NotFound) {
        crate::not_found::tell_status();
        return view! {
            <Empty title="Not found" text=home.nothing_here>
                <a href=start>{label}</a>
            </Empty>
        }
        .into_any();
    }
    let text = wording::whole(error).unwrap_or_default();
    if *error == AppError::Deed(Error::Forbidden) {
        return view! {
            <Empty title="Your role does not show this" text=home.closed.map_or(text, str::to_owned)>
                {home.ask.map(|(whom, ask)| view! { <ButtonLink href=whom>{ask}</ButtonLink> })}
                <a href=start>{label}</a>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty title="This can't be shown now" text=text>
            // the same address once more, from the server
            <a class="button button-secondary" href="" rel="external">"Load again"</a>
            <a href=start>{label}</a>
        </Empty>
    }
    .into_any()
}

/// One part of a page; where it could not be read the others stand as they are, and it says how to go on.
pub(crate) fn part<T>(heading: &'static str, read: Answer<T>, shown: impl FnOnce(T) -> AnyView) -> AnyView {
    match read {
        Ok(read) => shown(read),
        Err(error) => {
            let text = wording::whole(&error).unwrap_or_default();
            view! {
                <Card heading=heading>
                    <Notice tone=Tone::Warn title="This part can't be shown now">
                        <p>{text}</p>
                        <p><a href="" rel="external">"Load the page again"</a></p>
                    </Notice>
                </Card>
            }
            .into_any()
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::Error;
    use domain::id::RequestId;

    use super::*;

    fn shown(error: Error) -> String {
        unread(&AppError::Deed(error)).to_html()
    }

    #[test]
    fn whoever_may_not_see_it_reads_why_and_finds_whom_to_ask() {
        let page = shown(Error::Forbidden);
        assert!(page.contains("Your role does not") && page.contains("href=\"/people\""), "{page}");
    }

    #[test]
    fn what_failed_can_be_loaded_again_and_what_is_not_there_can_not() {
        let failed = shown(Error::Internal(RequestId::generate()));
        assert!(failed.contains("Load again") && failed.contains("href=\"/\""), "{failed}");
        let gone = shown(Error::NotFound);
        assert!(gone.contains("href=\"/\"") && !gone.contains("Load again"), "{gone}");
    }
}
