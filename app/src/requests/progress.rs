//! A request as a line of moments: what has happened, what comes next, and by when.

use domain::recovery::{DISCLOSURE_DAYS, RecoveryState, RecoveryStatus, answer_until, due_at, reopen_until};
use time::{Duration, OffsetDateTime};

use crate::ui::{Moment, Stage};
use crate::wording;

/// The moments of a request, the first on top.
pub(super) fn moments(request: &RecoveryStatus) -> Vec<Moment> {
    let sent = Moment::new(Stage::Done, "Sent")
        .at(wording::moment(request.created_at))
        .detail("Support has what you told us.");
    let checked = || Moment::new(Stage::Done, "Compared with our records");
    let decided = request.decided_at.map(wording::moment).unwrap_or_default();
    let mut moments = vec![sent];
    match request.state {
        RecoveryState::Submitted => moments.extend([
            waiting("Support compares it with our records", request.created_at)
                .detail("You do not have to do anything. The answer comes by mail and stands here."),
            Moment::new(Stage::Next, "Decision"),
            code_by_mail(),
        ]),
        RecoveryState::Checking => moments.extend([
            waiting("Somebody in support is comparing it with our records", request.created_at)
                .detail("You do not have to do anything. The answer comes by mail and stands here."),
            Moment::new(Stage::Next, "Decision"),
            code_by_mail(),
        ]),
        RecoveryState::NeedsInfo => moments.extend([
            Moment::new(Stage::Current, "Support needs more from you")
                .at(request.asked_at.map(|at| format!("By {}", wording::day(answer_until(at)))).unwrap_or_default())
                .detail(request.missing.clone().unwrap_or_default()),
            Moment::new(Stage::Next, "Decision"),
            code_by_mail(),
        ]),
        RecoveryState::Approved => {
            moments.extend([checked(), Moment::new(Stage::Done, "Granted").at(decided), on_its_way(request.decided_at)])
        }
        RecoveryState::Done if request.corrected_to.is_some() => moments.extend([
            checked(),
            Moment::new(Stage::Done, "Granted").at(decided),
            Moment::new(Stage::Done, "The end of the license was corrected")
                .at(request.corrected_to.map(|at| format!("It ends on {}", wording::day(at))).unwrap_or_default())
                .detail("Each device learns it when it next contacts us."),
        ]),
        RecoveryState::Done if request.disclosed_at.is_none() => moments.extend([
            checked(),
            Moment::new(Stage::Done, "Granted").at(decided),
            Moment::new(Stage::Done, "The mail about the order was sent again")
                .detail("It went to the address that was given with the order. The code stands in it."),
        ]),
        RecoveryState::Done => moments.extend([
            checked(),
            Moment::new(Stage::Done, "Granted").at(decided),
            Moment::new(Stage::Done, "Code shown to the license administrator")
                .at(request.disclosed_at.map(wording::moment).unwrap_or_default()),
        ]),
        RecoveryState::Rejected => moments.extend([
            checked(),
            Moment::new(Stage::Current, "Not granted")
                .at(decided)
                .detail("You may send a new request with further proof at any time."),
        ]),
        RecoveryState::Withdrawn => moments.push(
            Moment::new(Stage::Current, "Taken back").detail("Support does not look at it any more. No code is sent."),
        ),
        RecoveryState::TimedOut => moments.push({
            let closed = Moment::new(Stage::Current, "Closed: no answer came");
            match request.asked_at.filter(|_| request.takes_answers) {
                Some(asked_at) => closed
                    .at(format!("Can be opened again until {}", wording::day(reopen_until(asked_at))))
                    .detail("We waited 30 days for what was missing. An answer below opens the request again."),
                None => closed.detail("We waited 30 days for an answer. You may send a new request at any time."),
            }
        }),
    }
    moments
}

fn waiting(title: &str, sent: OffsetDateTime) -> Moment {
    Moment::new(Stage::Current, title).at(format!("By {}", wording::day(due_at(sent))))
}

fn code_by_mail() -> Moment {
    Moment::new(Stage::Next, "Code").detail(
        "If the request is granted, the license administrator gets a mail with a link that shows the code once.",
    )
}

fn on_its_way(decided_at: Option<OffsetDateTime>) -> Moment {
    let until = decided_at.map(|at| wording::moment(at.saturating_add(Duration::days(DISCLOSURE_DAYS))));
    Moment::new(Stage::Current, "The code waits for the license administrator")
        .at(until.map(|until| format!("Until {until}")).unwrap_or_default())
        .detail("A mail to the administrator has a link that shows the code once, after signing in.")
}
