//! The fields of the forms of the catalog, for something new and for something that stands there.

use domain::catalog::{Blank, Part, SellerKind, Typed};
use domain::device::OsFamily;
use domain::seat::SeatClass;
use leptos::prelude::*;
use leptos::serde_json::{self, Value};

use super::words;
use crate::form::Tried;
use crate::support::catalog_api::SaveEntry;
use crate::ui::*;
use crate::wording;

/// What stands in the fields: what was typed when the page came back without script, else what is kept.
pub(super) struct Given {
    kept: Value,
    tried: Tried<SaveEntry>,
    came_back: bool,
}

impl Given {
    pub fn new(kept: &Typed, tried: Tried<SaveEntry>) -> Self {
        let came_back = !tried.value("part").is_empty();
        Self { kept: serde_json::to_value(kept).unwrap_or_default(), tried, came_back }
    }

    fn value(&self, name: &str) -> String {
        if self.came_back {
            return self.tried.value(&format!("typed[{name}]"));
        }
        self.kept.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn error(&self, name: &'static str) -> Signal<Option<String>> {
        self.tried.field(name)
    }

    /// A line.
    fn line(&self, name: &'static str, label: &'static str, hint: &'static str, short: bool) -> AnyView {
        view! {
            <Field
                name=format!("typed[{name}]")
                id=name
                label=label
                hint=hint
                value=self.value(name)
                autocomplete="off"
                short=short
                error=self.error(name)
            />
        }
        .into_any()
    }

    /// Something that is chosen for good: a list for something new, nothing for what stands there.
    fn chosen(&self, name: &'static str, label: &'static str, options: Option<&Vec<(String, String)>>) -> AnyView {
        let value = self.value(name);
        let Some(options) = options else {
            return view! { <input type="hidden" name=format!("typed[{name}]") value=value/> }.into_any();
        };
        view! {
            <Select
                name=format!("typed[{name}]")
                id=name
                label=label
                options=options.clone()
                value=value
                blank="Choose one"
                required=true
                error=self.error(name)
            />
        }
        .into_any()
    }

    /// A number by which programs name it: it stays for good.
    fn number(&self, label: &'static str, new: bool) -> AnyView {
        if new {
            return self.line("sku", label, "Letters, digits and dashes. It stays as it is for good.", true);
        }
        view! { <input type="hidden" name="typed[sku]" value=self.value("sku")/> }.into_any()
    }

    fn check(&self, name: &'static str, label: &'static str, hint: &'static str) -> AnyView {
        let checked = self.value(name) == "true";
        view! { <Checkbox name=format!("typed[{name}]") id=name label=label hint=hint checked=checked/> }.into_any()
    }

    fn lines(&self, name: &'static str, label: &'static str, hint: &'static str, rows: u32) -> AnyView {
        view! {
            <TextArea
                name=format!("typed[{name}]")
                id=name
                label=label
                hint=hint
                rows=rows
                optional=name != "text"
                value=self.value(name)
                error=self.error(name)
            />
        }
        .into_any()
    }

    /// One field for each class of seats.
    fn classes(&self, legend: &'static str, hint: &'static str, short: bool) -> AnyView {
        let fields =
            SeatClass::ALL.iter().map(|class| self.line(class.as_str(), wording::seat_class(*class), "", short));
        let fields = fields.collect_view();
        let layout = if short { "short-fields" } else { "fields" };
        view! {
            <fieldset class="fieldset fields">
                <legend class="field-label">{legend}</legend>
                <p class="field-hint">{hint}</p>
                <div class=layout>{fields}</div>
            </fieldset>
        }
        .into_any()
    }

    /// Where the application is downloaded, one field for each kind of system.
    fn installers(&self) -> AnyView {
        let fields = OsFamily::ALL.iter().map(|os| self.line(os.as_str(), wording::os(*os), "", false)).collect_view();
        view! {
            <fieldset class="fieldset fields">
                <legend class="field-label">"Installers"</legend>
                <p class="field-hint">"Where the application is downloaded, as https://…. Without an address nothing is offered."</p>
                <div class="fields">{fields}</div>
            </fieldset>
        }
        .into_any()
    }

    /// The fields of a part; `blank` for something new.
    pub fn fields(&self, part: Part, blank: Option<&Blank>) -> AnyView {
        let new = blank.is_some();
        let products = blank.map(|blank| &blank.products);
        match part {
            Part::Product => view! {
                {self.line("name", "Name", "", false)}
                {self.number("Number", new)}
                {self.line("family", "Version that is sold", "The first part of the application's version, like 7.", true)}
                {self.classes("Applications", "Which applications count for each class of seats, set apart by commas. A class without one is not sold.", false)}
                {self.lines("components", "Components", "One a line. Some of them can be restricted after the end.", 4)}
                {self.installers()}
            }
            .into_any(),
            Part::Version => view! {
                {self.chosen("product", "Product", products)}
                {if new { self.line("family", "Version", "The first part of the application's version, like 7.", true) } else { self.chosen("family", "", None) }}
                {self.check("updates", "Databases are still updated", "After the end of a commercial license.")}
                {self.check("manual_databases_stop", "Databases installed by hand stop the application", "Devices are warned before.")}
                {self.lines("components", "Restricted components", "One a line, as they are called on the product's page.", 4)}
            }
            .into_any(),
            Part::Bundle => view! {
                {self.chosen("product", "Product", products)}
                {self.line("name", "Name", "", false)}
                {self.number("Number", new)}
                {self.classes("Seats", "How many devices of each class.", true)}
                {self.line("days", "Term in days", "365, 730 and 1095 are usual.", true)}
            }
            .into_any(),
            Part::Seller => self.seller(new),
            Part::Price => view! {
                {self.chosen("seller", "Seller", blank.map(|blank| &blank.sellers))}
                {self.chosen("product", "Product", products)}
                {self.line("currency", "Currency", "Three letters, like EUR.", true)}
                {self.classes("One seat for a year", "A class without a price is not sold by this seller.", true)}
                {self.line("renewal_discount", "Off for a renewal, in percent", "", true)}
            }
            .into_any(),
            Part::Agreement => view! {
                {self.chosen("product", "Product", products)}
                {self.line("agreement", "Version", "How people tell it from the one before, like 2027-01.", true)}
                {self.lines("text", "Text", "As people read it before they accept. Once published it stays as it is.", 16)}
            }
            .into_any(),
        }
    }

    fn seller(&self, new: bool) -> AnyView {
        let kinds =
            SellerKind::ALL.iter().map(|kind| (kind.to_string(), words::seller_kind(*kind).to_owned())).collect();
        view! {
            {self.line("name", "Name", "", false)}
            {self.number("Code", new)}
            <Select
                name="typed[kind]"
                id="kind"
                label="Kind"
                options=kinds
                value=self.value("kind")
                error=self.error("kind")
            />
            {self.line("countries", "Countries", "Two letters each, like IN, GB. Codes work in these countries.", false)}
            {self.line("contact", "Contact", "An address, a page or a number where people reach it.", false)}
            {self.line("checkout", "Checkout", "Where it takes the money, as https://…", false)}
            {self.line("payment_partner", "Payment partner", "Who takes the money, as the mail about an order names it.", false)}
            {self.line("order_lookup", "Page of orders", "Where the payment partner shows an order again, as https://…", false)}
            {self.line("refund_days", "Days in which a refund is usual", "", true)}
            {self.line("refund_by_one", "One lead refunds up to", "In the smallest unit of the order's currency: 50000 is 500.00 EUR. Above it two leads decide. Empty: one lead decides every refund.", true)}
            {self.line("recipient", "Age key", "Files of codes for this seller are encrypted to it. Whoever enters it can't order such a file: it takes two people.", false)}
        }
        .into_any()
    }
}

/// Why something is changed.
pub(super) fn reason(value: String, id: &'static str, error: Signal<Option<String>>) -> AnyView {
    view! {
        <Field
            name="reason"
            id=id
            label="Reason"
            hint="It stands in the history, with your name."
            value=value
            autocomplete="off"
            maxlength=500
            required=true
            error=error
        />
    }
    .into_any()
}
