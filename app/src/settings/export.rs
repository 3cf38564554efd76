//! Everything an office has as files: put together by the worker, there for a day, for whoever asked.

use domain::job::{JobState, Part, Progress};
use leptos::prelude::*;

use super::api::{PrepareExport, get_export};
use crate::form::{Form, Title, tried};
use crate::load::load;
use crate::progress::Working;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The formats in which everything is in one file.
const WHOLE: [(&str, &str); 2] =
    [("latchkey.xlsx", "Workbook with everything"), ("latchkey.json", "Everything for programs (JSON)")];

/// Asking for the files, how far they are, and the files.
#[component]
pub fn Export() -> impl IntoView {
    let prepare = ServerAction::<PrepareExport>::new();
    let tried = tried(prepare);
    let export = load(|| (), |()| get_export());
    let again = Callback::new(move |()| export.refetch());
    view! {
        <Title text=move || wording::title(tried.error(), "Take your data along")/>
        <div class="page page-narrow">
            <PageHead
                title="Take your data along"
                lead="Everything you may see of your office, as files. Codes are masked in them."
                back_href=paths::SETTINGS
                back_label="Settings"
            />
            <ErrorSummary items=tried.items() sentence=tried.sentence()/>
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match export.await {
                        Ok(job) => shown(job, prepare, again),
                        Err(error) => unread(&error),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn shown(job: Option<Progress>, prepare: ServerAction<PrepareExport>, again: Callback<()>) -> AnyView {
    match job {
        None => view! { <Card heading="Prepare the files">{ask("Prepare my export", prepare)}</Card> }.into_any(),
        Some(job) if job.goes_on() => view! {
            <Card heading="Your export is being prepared">
                <Working job over=again/>
            </Card>
        }
        .into_any(),
        Some(job) if job.state == JobState::Failed => view! {
            <Notice tone=Tone::Warn title="The export could not be prepared" live=true>
                <p>"Something failed on our side several times. Nothing of yours was changed."</p>
            </Notice>
            <Card heading="Try once more">{ask("Prepare it again", prepare)}</Card>
        }
        .into_any(),
        Some(job) => ready(&job, prepare),
    }
}

fn ask(label: &'static str, prepare: ServerAction<PrepareExport>) -> AnyView {
    let busy = tried(prepare).busy();
    view! {
        <p>
            "Licenses, codes that wait, devices, people, requests, your notices and all activity. Many rows take a few minutes; you can
            leave the page meanwhile."
        </p>
        <Form action=prepare>
            <Button busy=busy>{label}</Button>
        </Form>
    }
    .into_any()
}

fn ready(job: &Progress, prepare: ServerAction<PrepareExport>) -> AnyView {
    let until = job.gone_at().map(wording::moment).unwrap_or_default();
    let said = format!("It has {} rows. You can download it until {until}; then it is gone from here.", job.came);
    let file = |name: String, words: String| {
        view! { <li><ButtonLink href=paths::export_file(job.id, &name) download=true>{words}</ButtonLink></li> }
    };
    let whole = WHOLE.iter().map(|(name, words)| file((*name).to_owned(), (*words).to_owned())).collect_view();
    let parts = Part::ALL.iter().map(|part| file(format!("{part}.csv"), format!("{} (CSV)", part_name(*part))));
    let parts = parts.collect_view();
    view! {
        <Card heading="Your export is ready">
            <p>{said}</p>
            <ul class="row" role="list">{whole}</ul>
            <ul class="row" role="list">{parts}</ul>
        </Card>
        <Card heading="Prepare it anew">
            <p>"These files say how things stood when they were prepared. New ones take their place."</p>
            <Form action=prepare>
                <Button variant=Variant::Secondary busy=tried(prepare).busy()>"Prepare a new export"</Button>
            </Form>
        </Card>
    }
    .into_any()
}

const fn part_name(part: Part) -> &'static str {
    match part {
        Part::Licenses => "Licenses",
        Part::Codes => "Codes that wait",
        Part::Grants => "Who may use which license",
        Part::Devices => "Devices",
        Part::People => "People",
        Part::Requests => "Requests",
        Part::Notices => "Your notices",
        Part::Activity => "Activity",
    }
}
