//! What the person wants by mail, and when an office is told of an end.

use domain::notice::{NoticeKind, Notices, stage};
use leptos::prelude::*;

use super::page::Deeds;
use crate::form::{Form, tried};
use crate::ui::*;
use crate::wording;

/// The two choices below the list.
pub(super) fn choose(read: &Notices, deeds: Deeds) -> AnyView {
    let (mails, days) = (tried(deeds.mails), tried(deeds.days));
    let kinds = NoticeKind::ALL
        .iter()
        .map(|kind| {
            let (label, hint) = wording::notice_kind(*kind);
            let name = format!("mails[{kind}]");
            view! {
                <Checkbox
                    name=name
                    id=format!("mail-{kind}")
                    label=label
                    hint=hint
                    checked=!read.muted.contains(kind)
                />
            }
        })
        .collect_view();
    let stages = read.may_choose_days.then(|| {
        let choices = stage::DAYS
            .iter()
            .map(|day| {
                let label = match day {
                    0 => "On the day itself".to_owned(),
                    1 => "1 day before".to_owned(),
                    day => format!("{day} days before"),
                };
                view! {
                    <Checkbox
                        name=format!("days[{day}]")
                        id=format!("day-{day}")
                        label=label
                        checked=read.days.contains(day)
                    />
                }
            })
            .collect_view();
        view! {
            <Card heading="When a license comes to its end" id="days-card">
                <p>"Each stage is told once, and to everybody concerned. It counts for the whole office."</p>
                <Form action=deeds.days class="fields">
                    <div class="choices">{choices}</div>
                    <div class="form-actions"><Button busy=days.busy()>"Save days"</Button></div>
                </Form>
            </Card>
        }
    });
    view! {
        <Card heading="What comes by mail" id="mails-card">
            <p>"It goes to your own address. What you untick still stands in the list above."</p>
            <Form action=deeds.mails class="fields">
                <div class="choices">{kinds}</div>
                <div class="form-actions"><Button busy=mails.busy()>"Save choice"</Button></div>
            </Form>
        </Card>
        {stages}
    }
    .into_any()
}
