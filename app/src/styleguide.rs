//! Every component in every state on one page. A demo shows it, rendered by the server alone: it has no deeds.

use leptos::prelude::*;

use crate::ui::*;

/// The page's body as HTML.
#[must_use]
pub fn page() -> String {
    let owner = Owner::new_root(None);
    owner.with(|| view! { <Styleguide/> }.to_html())
}

#[component]
fn Styleguide() -> impl IntoView {
    let places = vec![
        Place::new("#controls", "Controls", Glyph::Code).on_bar(),
        Place::new("#fields", "Fields", Glyph::Audit).on_bar(),
        Place::new("#states", "States", Glyph::Notices).count(7).on_bar(),
        Place::new("#records", "Records", Glyph::Licenses).on_bar(),
    ];
    let foot = || view! { <p><strong>"Styleguide"</strong>"Of a demo"</p> };
    view! {
        <Frame places=places current="#controls".to_owned() foot=foot>
            <div class="page">
                <PageHead title="Styleguide" lead="Every component in its states, as the pages use it."/>
                {controls()}
                {fields()}
                {states()}
                {records()}
                {charts()}
                {icons()}
            </div>
        </Frame>
    }
    .into_any()
}

fn controls() -> AnyView {
    let why = || Some("Only the license administrator can do this.".to_owned());
    view! {
        <Card heading="Controls" id="controls">
            <div class="row">
                <Button kind="button">"Save name"</Button>
                <Button kind="button" variant=Variant::Secondary>"Preview"</Button>
                <Button kind="button" variant=Variant::Quiet>"Sign out"</Button>
                <Button kind="button" variant=Variant::Danger>"Close this account"</Button>
                <Button kind="button" busy=true>"Being sent"</Button>
                <ButtonLink href="#controls">"A link as a button"</ButtonLink>
            </div>
            <Button kind="button" name="off" disabled_reason=Signal::derive(why)>"Release seat"</Button>
            <Tabs
                label="Filters"
                items=vec![
                    Tab { href: "#controls".to_owned(), label: "All".to_owned(), count: None, current: true },
                    Tab { href: "#fields".to_owned(), label: "Open".to_owned(), count: Some(12), current: false },
                ]
            />
            <Onward label="Pages in an order" first=Some("#controls".to_owned()) next=Some("#fields".to_owned())/>
            <Pager label="Pages by time" newer=Some("#controls".to_owned()) older=Some("#fields".to_owned())/>
            <Find action="#controls" label="Find a device or a person" value=""/>
        </Card>
    }
    .into_any()
}

fn fields() -> AnyView {
    let wrong = |sentence: &'static str| Signal::derive(move || Some(sentence.to_owned()));
    let choices = || vec![Choice::new("yes", "Yes, it helped"), Choice::new("no", "No").hint("Something is missing.")];
    let options = || vec![("in".to_owned(), "India".to_owned()), ("is".to_owned(), "Iceland".to_owned())];
    view! {
        <Card heading="Fields" id="fields">
            <ErrorSummary
                items=Signal::derive(|| vec![("email-wrong".to_owned(), "Enter an e-mail address.".to_owned())])
                sentence=Signal::derive(|| Some("Nothing was changed.".to_owned()))
            />
            <div class="split">
                <div class="stack">
                    <Field name="plain" label="Your name" value="Rosa Lindqvist"/>
                    <Field name="hinted" label="Office" hint="As it stands on your invoices." optional=true/>
                    <Field name="email-wrong" label="E-mail address" kind="email" error=wrong("Enter an e-mail address.")/>
                    <Field name="secret" label="Password" kind="password" autocomplete="off"/>
                    <Field name="fixed" label="License key" mono=true readonly=true value="0f8e4c1a-93b2-4d57-a6c0-7e51d2b9f384"/>
                    <TextArea name="words" label="What happened?" hint="Do not write an activation code here."/>
                </div>
                <div class="stack">
                    <CodeField name="code" label="Activation code"/>
                    <CodeField name="code-wrong" label="Activation code" error=wrong("We do not know this code.") value="ABCDE-FGH"/>
                    <CodeField name="code-look" label="Activation code" value="ABCDE-5JKLM-NPQ" look=Callback::new(look)/>
                    <Select name="country" label="Country" options=options() value="is"/>
                    <Select name="country-wrong" label="Country" options=options() blank="Choose one" error=wrong("Choose a country.")/>
                    <Radios name="helped" legend="Did this page help you?" options=choices() value="yes"/>
                    <Radios name="helped-wrong" legend="Did this page help you?" options=choices() error=wrong("Choose one.")/>
                    <Checkbox name="agree" label="I accept the license agreement" hint="Version 2026-01." checked=true/>
                    <Checkbox name="agree-wrong" label="I accept the license agreement" error=wrong("Accept the agreement.")/>
                </div>
            </div>
        </Card>
    }
    .into_any()
}

fn states() -> AnyView {
    let all = [
        (State::Active, "Active"),
        (State::Ending, "Ending soon"),
        (State::Ended, "Ended"),
        (State::NeedsYou, "No license"),
        (State::Blocked, "Blocked"),
        (State::Reserve, "Reserve waits"),
        (State::Progress, "Sent"),
        (State::Closed, "Closed"),
    ];
    let badges = all.map(|(state, label)| view! { <Badge state label=label/> }).collect_view();
    let notices = [
        (Tone::Info, "Before you write", "A code works in the country of the store it was bought in."),
        (Tone::Ok, "The seats are free", "Each device learns it at its next contact."),
        (Tone::Warn, "What a refund does", "The code is cancelled for good."),
        (Tone::Danger, "Protection has ended", "Add a code or renew the license."),
    ]
    .map(|(tone, title, text)| view! { <Notice tone title=title><p>{text}</p></Notice> })
    .collect_view();
    view! {
        <Card heading="States" id="states">
            <div class="row">{badges}</div>
            {notices}
            <Empty title="No license fits" text="Look for a part of the product's name.">
                <ButtonLink href="#states">"Show all licenses"</ButtonLink>
            </Empty>
            <LiveRegion text="Saved." visible=true/>
        </Card>
    }
    .into_any()
}

fn records() -> AnyView {
    let steps = ["Is it at hand?", "Where was it bought?", "What we need"].map(str::to_owned).to_vec();
    let moments = vec![
        Moment::new(Stage::Done, "Sent").at("24 Nov 2026, 20:06 UTC").detail("Support has what you told us."),
        Moment::new(Stage::Current, "Support compares it with our records").at("By 25 Nov 2026"),
        Moment::new(Stage::Next, "Decision"),
    ];
    view! {
        <Card heading="Records" id="records">
            <Steps steps=steps current=1/>
            <div class="grid-2">
                <Timeline items=moments/>
                <Facts>
                    <Fact term="License key"><Key text="0f8e4c1a-93b2-4d57-a6c0-7e51d2b9f384"/></Fact>
                    <Fact term="Ends"><Day iso="2027-10-20" text="20 Oct 2027" left="330 days left"/></Fact>
                </Facts>
            </div>
            <CodePanel label="Activation code" masked="•••••-•••••-•••••-XN3D3"/>
            <Tiles code="BCDF-GHJK" label="Code from the device"/>
            <Pips label="Computers" used=3 total=5/>
            <Pips label="Phones and tablets" used=6 total=5/>
            <Pips label="Computers of a school" used=41 total=60/>
            <TermBar label="Runs until 20 Oct 2027, then the reserve" end=600 today=200 reserve_end=Some(1000)/>
            <TermBar label="Ends on 3 Dec 2026" end=300 today=280 state=State::Ending/>
            <TermBar label="Ended on 29 Nov 2025" end=300 today=800 state=State::Ended/>
            <DataTable caption="Claimed and recorded">
                <thead>
                    <tr><th scope="col">"Fact"</th><th scope="col">"Claimed"</th><th scope="col">"Verdict"</th></tr>
                </thead>
                <tbody>
                    <tr data-verdict=Verdict::Match.name()>
                        <th scope="row">"Buyer"</th>
                        <td data-label="Claimed">"Rosa Lindqvist"</td>
                        <td data-label="Verdict"><VerdictMark verdict=Verdict::Match label="Matches"/></td>
                    </tr>
                    <tr data-verdict=Verdict::Differs.name()>
                        <th scope="row">"Bought on"</th>
                        <td data-label="Claimed">"2 May 2026"</td>
                        <td data-label="Verdict"><VerdictMark verdict=Verdict::Differs label="Differs"/></td>
                    </tr>
                    <tr data-verdict=Verdict::Missing.name()>
                        <th scope="row">"Order number"</th>
                        <td data-label="Claimed">"Not told"</td>
                        <td data-label="Verdict"><VerdictMark verdict=Verdict::Missing label="Not told"/></td>
                    </tr>
                </tbody>
            </DataTable>
        </Card>
    }
    .into_any()
}

fn charts() -> AnyView {
    let columns = [("Mon", 4, 1), ("Tue", 7, 0), ("Wed", 3, 2), ("Thu", 0, 0), ("Fri", 9, 4)];
    let columns = columns.map(|(day, done, refused)| Column {
        title: format!("{day}: {done} activations, {refused} refused"),
        parts: vec![done, refused],
    });
    let series =
        vec![Series { name: "Activations".to_owned(), total: 23 }, Series { name: "Refused".to_owned(), total: 7 }];
    view! {
        <Card heading="Charts" id="charts">
            <Columns
                label="Activations of five days"
                columns=columns.to_vec()
                first="Mon"
                last="Fri"
                series=series
            />
            <DataTable caption="Refused, by reason">
                <thead>
                    <tr><th scope="col">"Reason"</th><th scope="col">"Times"</th></tr>
                </thead>
                <tbody>
                    <tr>
                        <th scope="row">"All seats taken"</th>
                        <td data-label="Times">"5" <Bar value=5 most=5 part=1/></td>
                    </tr>
                    <tr>
                        <th scope="row">"Another region"</th>
                        <td data-label="Times">"2" <Bar value=2 most=5 part=1/></td>
                    </tr>
                </tbody>
            </DataTable>
        </Card>
    }
    .into_any()
}

/// The block that can't be right, as a page would find it.
fn look(code: String) -> Look {
    Look { code, wrong: Some(2), right: false, says: "Look at the second block: 5JKLM".to_owned() }
}

fn icons() -> AnyView {
    let icons = Glyph::ALL.iter().map(|glyph| view! { <li><Icon glyph=*glyph/></li> }).collect_view();
    view! {
        <Card heading="Pictures" id="icons">
            <Logo size=LogoSize::Large/>
            <ul class="row" role="list" aria-label="Pictures">{icons}</ul>
        </Card>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_of_the_design_system_stands_on_the_page() {
        let source = include_str!("styleguide.rs");
        let exported = include_str!("ui/mod.rs");
        let names = exported.lines().filter(|line| line.starts_with("pub use")).flat_map(|line| {
            line.split(['{', '}', ',', ' ', ';', ':']).filter(|word| word.starts_with(char::is_uppercase))
        });
        // these need a browser, a form of their own, or a page that is signed out
        let elsewhere = [
            "CopyButton",
            "ConfirmDialog",
            "Answer",
            "FieldLink",
            "FrameOut",
            "SkipLink",
            "Mark",
            "Qr",
            "QrSvg",
            "Done",
            "Ceremony",
            "Halt",
            "Shortcut",
            "Shortcuts",
            "Does",
            "HidesItself",
        ];
        for name in names.filter(|name| !elsewhere.contains(name)) {
            assert!(source.contains(name), "{name} is missing");
        }
        assert!(page().contains("<h1>Styleguide</h1>"));
    }

    #[test]
    fn what_has_states_stands_there_in_each_of_them() {
        let page = page();
        let there =
            |class: &str, attribute: String| page.split('<').any(|tag| tag.contains(class) && tag.contains(&attribute));
        for state in ["active", "ending", "ended", "needs", "blocked", "reserve", "progress"] {
            assert!(there("class=\"badge\"", format!("data-state=\"{state}\"")), "badge: {state}");
        }
        for tone in ["info", "ok", "warn", "danger"] {
            assert!(there("class=\"notice", format!("data-tone=\"{tone}\"")), "notice: {tone}");
        }
        for kind in ["primary", "secondary", "quiet", "danger"] {
            assert!(page.contains(&format!("button button-{kind}")), "button: {kind}");
        }
        for state in [
            "data-wrong",
            "aria-invalid=\"true\"",
            "aria-busy=\"true\"",
            " disabled",
            "data-pip=\"over\"",
            "class=\"term-reserve\"",
        ] {
            assert!(page.contains(state), "{state}");
        }
    }
}
