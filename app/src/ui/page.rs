//! The head of a page and the two ways to show progress: steps to take, and what has happened.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// The page's only first heading, one line on what the page is, and the primary action, at the same place everywhere.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    #[prop(optional, into)] back_href: Option<String>,
    #[prop(optional, into)] back_label: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let back = back_href.zip(back_label).map(|(href, label)| {
        view! {
            <a class="back" href=href>
                <Icon glyph=Glyph::Back/>
                {label}
            </a>
        }
    });
    view! {
        <header class="page-head">
            {back}
            <div class="page-head-row">
                <div class="page-head-text">
                    <h1>{title}</h1>
                    {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
                </div>
                {children.map(|children| view! { <div class="row page-actions">{children()}</div> })}
            </div>
        </header>
    }
    .into_any()
}

/// One step a screen; `current` counts from nought.
#[component]
pub fn Steps(steps: Vec<String>, current: usize) -> impl IntoView {
    let count = steps.len();
    let items = steps
        .into_iter()
        .enumerate()
        .map(|(n, step)| {
            let stage = match n.cmp(&current) {
                std::cmp::Ordering::Less => Stage::Done,
                std::cmp::Ordering::Equal => Stage::Current,
                std::cmp::Ordering::Greater => Stage::Next,
            };
            view! {
                <li class="step" data-stage=stage.name() aria-current=(n == current).then_some("step")>
                    <span class="step-number" aria-hidden="true">{(n + 1).to_string()}</span>
                    <span class="visually-hidden">{format!("Step {} of {count}{}: ", n + 1, stage.said())}</span>
                    <span class="step-name">{step}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="steps">{items}</ol> }.into_any()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    Done,
    Current,
    Next,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Done => "done",
            Stage::Current => "current",
            Stage::Next => "next",
        }
    }

    fn said(self) -> &'static str {
        match self {
            Stage::Done => ", done",
            Stage::Current => ", now",
            Stage::Next => "",
        }
    }
}

/// One entry of a timeline; empty texts are left out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moment {
    pub stage: Stage,
    pub title: String,
    pub detail: String,
    pub at: String,
}

impl Moment {
    pub fn new(stage: Stage, title: impl Into<String>) -> Self {
        Self { stage, title: title.into(), detail: String::new(), at: String::new() }
    }

    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    pub fn at(self, at: impl Into<String>) -> Self {
        Self { at: at.into(), ..self }
    }
}

#[component]
pub fn Timeline(items: Vec<Moment>) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|moment| {
            let filled = |text: String| (!text.is_empty()).then_some(text);
            view! {
                <li
                    class="moment"
                    data-stage=moment.stage.name()
                    aria-current=(moment.stage == Stage::Current).then_some("step")
                >
                    <p class="moment-title">
                        {moment.title}
                        <span class="visually-hidden">{moment.stage.said()}</span>
                    </p>
                    {filled(moment.at).map(|at| view! { <p class="moment-at">{at}</p> })}
                    {filled(moment.detail).map(|detail| view! { <p class="moment-detail">{detail}</p> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }.into_any()
}
