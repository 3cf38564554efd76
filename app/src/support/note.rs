//! The form for what support alone reads, about a case and about a recovery.

use leptos::prelude::*;

use crate::ui::*;

/// Its fields and its button.
pub(super) fn note_fields(
    number: String,
    note: String,
    error: Signal<Option<String>>,
    disabled_reason: Signal<Option<String>>,
    busy: Signal<bool>,
) -> AnyView {
    view! {
        <input type="hidden" name="number" value=number/>
        <TextArea
            name="note"
            label="Note for support"
            hint="Support alone reads it. The customer gets no mail."
            rows=3
            required=true
            value=note
            error
        />
        <div class="form-actions">
            <Button id="note-it" variant=Variant::Secondary disabled_reason busy>"Keep note"</Button>
        </div>
    }
    .into_any()
}
