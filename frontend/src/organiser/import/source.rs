//! Where the rows come from: a file that is chosen or dropped, or what was copied from a spreadsheet program.

use leptos::ev::{DragEvent, SubmitEvent};
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::intake::{Intake, MEGABYTES_MAX};
use crate::organiser::choose_file::ChooseFile;
use crate::organiser::office::Office;
use crate::organiser::unsaved::Unsaved;
use crate::texts::organiser::import_words;

/// What the file's chooser shows. What a file is its content says; one of an old kind is answered in words.
const KINDS: &str = ".xlsx,.xlsm,.xls,.ods,.csv,.txt,.tsv,text/csv,text/tab-separated-values,\
application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,application/vnd.oasis.opendocument.spreadsheet";

/// The field for what is pasted.
pub const PASTED: &str = "import-paste";

/// The two ways.
#[component]
pub fn Choose() -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let cut_off = Office::of_page().desk.is_cut_off();
    let pasted = Unsaved::field(PASTED);
    let is_empty = move || pasted.with(|text| text.trim().is_empty());
    let read = move |event: SubmitEvent| {
        event.prevent_default();
        if !untrack(is_empty) && !cut_off.get_untracked() {
            pasted.with_untracked(|text| intake.paste(text));
        }
    };
    // A file that falls beside the field would take the browser away from here.
    let beside = window_event_listener(leptos::ev::dragover, |event| keep_page(&event));
    let dropped = window_event_listener(leptos::ev::drop, |event| keep_page(&event));
    on_cleanup(move || {
        beside.remove();
        dropped.remove();
    });
    view! {
        <p class="office-note">{t.why}</p>
        <div class="page-columns page-halves">
            <section class="card">
                <label class="form-heading" for="import-file">
                    {t.file}
                </label>
                <p class="office-note">{t.file_why(MEGABYTES_MAX)}</p>
                <ChooseFile id="import-file" accept=KINDS is_field=true disabled=cut_off chosen=move |file| intake.choose(file) />
            </section>
            <form class="card" on:submit=read>
                <label class="form-heading" for="import-paste">
                    {t.paste}
                </label>
                <p class="office-note">{t.paste_why}</p>
                <textarea
                    class="field-input import-paste"
                    id="import-paste"
                    data-testid="import-paste"
                    rows="6"
                    wrap="off"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=pasted
                    on:input=move |event| pasted.set(event_target_value(&event))
                ></textarea>
                <p class="form-acts">
                    <button type="submit" class="button" data-testid="import-read" disabled=move || is_empty() || cut_off.get()>
                        {t.read_pasted}
                    </button>
                </p>
            </form>
        </div>
    }
}

fn keep_page(event: &DragEvent) {
    let is_on_field = event
        .target()
        .and_then(|target| wasm_bindgen::JsCast::dyn_into::<HtmlInputElement>(target).ok())
        .is_some_and(|field| !field.disabled());
    if !is_on_field {
        event.prevent_default();
    }
}
