//! Codes of another issuer: a file is tried, each bad line is told, and the good ones are brought in or none.

use domain::batch::{BadLine, ImportPage as Page, MOST_LINES};
use domain::catalog::Blank;
use domain::id::ImportId;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::order::{because, no_bundle, terms};
use super::{FOR_LEADS, words};
use crate::form::{FilesForm, Form, Refused, Title, refused, tried};
use crate::load::load;
use crate::support::catalog_api::{BringIn, DropImport, TryImport, get_blank, get_import};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

/// The form for a file.
#[component]
pub fn NewImport() -> impl IntoView {
    let attempt = ServerAction::<TryImport>::new();
    let asked = tried(attempt);
    let blank = load(|| (), |()| get_blank());
    view! {
        <Title text=move || wording::title(asked.error(), "Import codes")/>
        <div class="page">
            <PageHead
                title="Import codes"
                lead="First the file is only tried. You read what is wrong with each line, then decide."
                back_href=paths::BATCHES
                back_label="Codes in batches"
            />
            <ErrorSummary items=asked.items() sentence=asked.sentence()/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match blank.await {
                        Ok(blank) if !blank.may_change => view! { <Notice><p>{FOR_LEADS}</p></Notice> }.into_any(),
                        Ok(blank) if blank.bundles.is_empty() => no_bundle(),
                        Ok(blank) => form(&blank, attempt),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn form(blank: &Blank, attempt: ServerAction<TryImport>) -> AnyView {
    let asked = tried(attempt);
    let most = format!("A table as CSV, up to 5 MB and {MOST_LINES} lines. The file is not kept.");
    let terms = terms(blank, asked);
    view! {
        <Notice title="What the file looks like">
            <p>
                "One code a line, in a column named code. Two further columns may be there: product, with the number of a bundle, and redeem_by, with a last day like 2027-12-31. Lines that name no bundle are of the one chosen here."
            </p>
        </Notice>
        <FilesForm action=attempt class="fields">
            <Field name="file" label="File" hint=most kind="file" accept=".csv,text/csv,text/plain" required=true error=asked.field("file")/>
            {terms}
            {because(asked)}
            <div class="form-actions">
                <Button busy=asked.busy()>"Try file"</Button>
                <ButtonLink href=paths::BATCHES variant=Variant::Quiet>"Back to batches"</ButtonLink>
            </div>
        </FilesForm>
    }
    .into_any()
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Deeds {
    bring: ServerAction<BringIn>,
    drop: ServerAction<DropImport>,
}

#[component]
pub fn ImportPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<Uuid>().ok()).unwrap_or_default());
    let deeds = Deeds { bring: ServerAction::new(), drop: ServerAction::new() };
    let Refused { error, items, sentence } = refused(vec![tried(deeds.bring).voice(), tried(deeds.drop).voice()]);
    let read = load(move || id.get(), |id| get_import(ImportId(id)));
    let dropped = move || query.read().get("done").is_some_and(|done| done == "dropped") && error.get().is_none();
    view! {
        <Title text=move || wording::title(error.get(), "File of codes")/>
        <div class="page">
            <PageHead
                title="What the file would bring"
                lead="Nothing was brought in yet."
                back_href=paths::NEW_IMPORT
                back_label="Import codes"
            />
            <ErrorSummary items=items sentence=sentence/>
            {move || dropped().then(|| view! { <Done title="Nothing was brought in" text="What was read of the file is gone."/> })}
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match read.await {
                        Ok(page) => shown(&page, deeds),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn codes(count: u32) -> String {
    if count == 1 { "1 code".to_owned() } else { format!("{count} codes") }
}

fn shown(page: &Page, deeds: Deeds) -> AnyView {
    let bad = u32::try_from(page.bad.len()).unwrap_or(u32::MAX) + page.bad_more;
    let sentence = match (page.good, bad) {
        (0, 0) => "The file has no line with a code.".to_owned(),
        (0, bad) => format!("None of the {bad} lines can be brought in."),
        (good, 0) => format!("Every line is good: {}.", codes(good)),
        (good, bad) => format!("{} can be brought in, {bad} lines can't.", codes(good)),
    };
    let terms = format!("{}, {}, sold by {}", page.bundle, wording::kind(page.kind).to_lowercase(), page.seller);
    let choice = choice(page, bad, deeds);
    view! {
        <Card heading=sentence>
            <p>{terms}</p>
            {choice}
        </Card>
        {lines(page)}
    }
    .into_any()
}

fn choice(page: &Page, bad: u32, deeds: Deeds) -> AnyView {
    if let Some(batch) = page.batch {
        return view! { <p><a href=paths::batch(batch)>"See the batch"</a> " that these codes were brought in with."</p> }
            .into_any();
    }
    if !page.open {
        return view! {
            <p>"What was read of the file is gone. "<a href=paths::NEW_IMPORT>"Try a file"</a>" again."</p>
        }
        .into_any();
    }
    let (id, same) = (page.id.to_string(), page.id.to_string());
    let label = if bad == 0 {
        format!("Bring in {}", codes(page.good))
    } else {
        format!("Bring in the {} good codes", page.good)
    };
    let until =
        format!("The good lines are kept sealed until {}, then they are gone.", wording::moment(page.expires_at));
    view! {
        <p class="muted">{until}</p>
        <div class="row">
            <Form action=deeds.bring>
                <input type="hidden" name="id" value=same/>
                <Button busy=tried(deeds.bring).busy()>{label}</Button>
            </Form>
            <Form action=deeds.drop>
                <input type="hidden" name="id" value=id/>
                <Button variant=Variant::Secondary busy=tried(deeds.drop).busy()>"Bring in none"</Button>
            </Form>
        </div>
    }
    .into_any()
}

fn lines(page: &Page) -> AnyView {
    if page.bad.is_empty() {
        return ().into_any();
    }
    let row = |bad: &BadLine| {
        view! {
            <tr>
                <th scope="row">{bad.line.to_string()}</th>
                <td data-label="What is wrong, and what to do">{words::wrong(&bad.wrong)}</td>
            </tr>
        }
    };
    let rows = page.bad.iter().map(row).collect_view();
    let more = (page.bad_more > 0).then(|| {
        let told =
            format!("{} more lines can't be brought in. Mend these first, then try the file again.", page.bad_more);
        view! { <p class="muted">{told}</p> }
    });
    view! {
        <DataTable caption="Lines that can't be brought in">
            <thead>
                <tr>
                    <th scope="col">"Line"</th>
                    <th scope="col">"What is wrong, and what to do"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
        {more}
    }
    .into_any()
}
