//! What the evidence of a request weighs: the score, what made it, and why a person is asked.

use domain::recovery::evidence::{Band, Piece, Weighed};
use leptos::prelude::*;

use crate::ui::*;
use crate::wording;

pub(super) fn weighed(weighed: Option<Weighed>, open: bool) -> AnyView {
    let Some(Weighed { score, band, pieces, brakes }) = weighed else {
        return view! {
            <Card heading="Evidence">
                <p class="muted">
                    {if open {
                        "It is weighed within seconds of the request. Load the page again."
                    } else {
                        "The request was decided before its evidence was weighed."
                    }}
                </p>
            </Card>
        }
        .into_any();
    };
    let filled = u32::from(score) * 10;
    let why = (band == Band::Middle && !brakes.is_empty()).then(|| {
        let brakes = brakes.into_iter().map(|brake| view! { <li>{wording::brake(brake)}</li> }).collect_view();
        view! { <ul class="evidence-brakes">{brakes}</ul> }
    });
    let says = if why.is_some() { "A person decides, whatever the score:" } else { wording::band(band) };
    view! {
        <Card heading="Evidence">
            <p class="evidence-score">
                <strong>{format!("{score} of 100")}</strong>
                <svg class="pips-bar" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <rect class="pips-fill" width=filled.to_string() height="8"/>
                </svg>
            </p>
            <p>{says}</p>
            {why}
            <ul class="evidence-pieces" aria-label="What speaks for it">
                {Piece::ALL.iter().map(|piece| row(*piece, pieces.contains(piece))).collect_view()}
            </ul>
        </Card>
    }
    .into_any()
}

fn row(piece: Piece, speaks: bool) -> AnyView {
    let (verdict, label) = if speaks {
        (Verdict::Match, format!("{} of {}", piece.weight(), piece.weight()))
    } else {
        (Verdict::Missing, format!("0 of {}", piece.weight()))
    };
    view! {
        <li>
            <span>{wording::piece(piece)}</span>
            <VerdictMark verdict label/>
        </li>
    }
    .into_any()
}
