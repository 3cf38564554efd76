//! What a code would do, in words: the effect, what it would cost, and what would stand against it.

use domain::activation::{Effect, Loss, Preview};
use domain::code;
use domain::country::Country;
use time::OffsetDateTime;

use super::words::kind;
use super::{instant, rows, seat_count};
use crate::terminal::plain;

/// The whole preview.
pub fn of(preview: &Preview) -> String {
    let seats = preview.seats.iter().map(seat_count).collect::<Vec<_>>().join("\n");
    let mut lines = vec![
        ("Code", code::mask(&plain(&preview.tail))),
        ("Product", plain(&preview.product)),
        ("License type", kind(preview.kind).to_owned()),
        ("Countries", countries(&preview.countries)),
        ("Afterwards", seats),
        ("Effect", effect(&preview.effect)),
    ];
    if !preview.losses.is_empty() {
        lines.push(("Is lost", losses(&preview.losses)));
    }
    if preview.waits_elsewhere > 0 {
        let others = format!(
            "It waits on {} more of your devices; the first switch starts its one term for all.",
            preview.waits_elsewhere
        );
        lines.push(("Shared", others));
    }
    if let Some(trouble) = &preview.trouble {
        lines.push(("Stands against it", format!("{}: the switch would be refused as things are now", plain(trouble))));
    }
    rows(&lines)
}

/// What would be lost, one line each.
pub fn losses(losses: &[Loss]) -> String {
    losses.iter().map(loss).collect::<Vec<_>>().join("\n")
}

fn loss(loss: &Loss) -> String {
    match loss {
        Loss::TrialRest { days } => format!("the rest of the trial, {}", in_days(*days)),
        Loss::TermRest { days } => format!("the rest of the running term, {}", in_days(*days)),
        Loss::Reserve { tail } => {
            format!("the reserve {}: it is unused again and stays in the account", code::mask(&plain(tail)))
        }
        Loss::LicenseOf { device } => format!("the license on {}", plain(device)),
        Loss::Protection => "protection on this device".to_owned(),
    }
}

fn in_days(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn effect(effect: &Effect) -> String {
    let ends = |at: &OffsetDateTime| instant(*at);
    match effect {
        Effect::Starts { starts_at, ends_at, shorter } => {
            let shorter = if *shorter { ", which is the shorter term" } else { "" };
            format!("a license begins on {} and ends on {}{shorter}", instant(*starts_at), ends(ends_at))
        }
        Effect::Joins { ends_at } => format!("this device joins the license that runs until {}", ends(ends_at)),
        Effect::Reclaims { ends_at, from } => {
            format!("this device takes over the seat of {}; the license runs until {}", plain(from), ends(ends_at))
        }
        Effect::Nothing => "nothing: the code is active on this device".to_owned(),
        Effect::Waits { until, ends_at } => {
            format!("the code waits until {}; its license then runs until {}", instant(*until), ends(ends_at))
        }
    }
}

fn countries(countries: &[Country]) -> String {
    match countries {
        [] => "everywhere".to_owned(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::code::CodeKind;
    use domain::id::DeviceId;
    use domain::seat::{SeatClass, SeatCount};
    use time::macros::datetime;
    use uuid::Uuid;

    fn preview(effect: Effect) -> Preview {
        Preview {
            device: DeviceId(Uuid::from_u128(1)),
            device_name: "Reception".to_owned(),
            product: "Office Security".to_owned(),
            kind: CodeKind::Commercial,
            tail: "NPQR5".to_owned(),
            countries: vec!["IN".parse().unwrap()],
            class: SeatClass::Desktop,
            seats: vec![SeatCount { class: SeatClass::Desktop, total: 5, used: 3 }],
            effect,
            losses: Vec::new(),
            waits_elsewhere: 0,
            trouble: None,
        }
    }

    #[test]
    fn a_first_activation_is_told_with_its_dates() {
        let (starts_at, ends_at) = (datetime!(2026-05-01 10:00 UTC), datetime!(2027-05-01 10:00 UTC));
        assert_eq!(
            of(&preview(Effect::Starts { starts_at, ends_at, shorter: false })),
            "Code          •••••-•••••-•••••-NPQR5\n\
             Product       Office Security\n\
             License type  Commercial\n\
             Countries     IN\n\
             Afterwards    Computers: 3 of 5 in use\n\
             Effect        a license begins on 2026-05-01 10:00 UTC and ends on 2027-05-01 10:00 UTC"
        );
        assert!(of(&preview(Effect::Starts { starts_at, ends_at, shorter: true })).ends_with("the shorter term"));
    }

    #[test]
    fn what_would_be_lost_or_refused_is_told_before() {
        let until = datetime!(2026-06-01 10:00 UTC);
        let mut waits = preview(Effect::Waits { until, ends_at: until + time::Duration::days(365) });
        waits.losses = vec![Loss::Reserve { tail: "WXYZ2".to_owned() }, Loss::TrialRest { days: 1 }];
        waits.waits_elsewhere = 2;
        waits.trouble = Some("E12".to_owned());
        let shown = of(&waits);
        for part in [
            "waits until 2026-06-01 10:00 UTC",
            "the reserve •••••-•••••-•••••-WXYZ2",
            "the rest of the trial, 1 day",
            "2 more of your devices",
            "E12: the switch would be refused",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
}
