//! A deal to correct, on a sheet: its wording, amount and effort on both sides. Who the parties are is the broker's matter.

use borsklokka_shared::command::Command;
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::DealId;
use borsklokka_shared::limits::{SERVICE_CHARS_MAX, UNIT_CHARS_MAX};
use leptos::prelude::*;

use super::correction::{Wording, Wrong, corrected};
use super::sheet::{Sheet, Sheets};
use crate::components::TextField;
use crate::desk::Desk;
use crate::desk::undo::Undo;
use crate::texts::desk_texts;
use crate::texts::moderator::details;

/// Most digits of a number.
const DIGITS_MAX: usize = 6;

/// The form.
#[component]
pub fn AmendSheet(
    /// Which deal.
    deal: DealId,
) -> impl IntoView {
    let (desk, sheets, undo) = (Desk::of_page(), Sheets::of_page(), Undo::of_page());
    let (t, words) = (&desk_texts().moderator, &details().amend);
    let terms = desk
        .live
        .peek(|board| board.deals.get(&deal).map(|deal| deal.terms.clone()))
        .flatten();
    let number = desk.live.peek(|board| board.deals.get(&deal)?.number).flatten();
    // A snapshot in between may have taken the deal away: there is nothing to correct then.
    let form = terms.map(|terms| {
        let service = RwSignal::new(Wording::of(terms.bargain.service()));
        let returned = terms.bargain.return_service().map(Wording::of);
        let has_return = returned.is_some();
        let returned = RwSignal::new(returned.unwrap_or_default());
        let wrong = RwSignal::new(None::<String>);
        let save = move || match corrected(&terms, &service.get_untracked(), &returned.get_untracked()) {
            Ok(after) => {
                let command = Command::AmendDeal { deal, terms: after };
                // What the server would refuse for its shape is said here, while it still can be mended.
                if let Err(refusal) = shape(&command) {
                    wrong.set(Some(refusal.message(desk.live.language().get_untracked())));
                    return;
                }
                let back = Command::AmendDeal {
                    deal,
                    terms: terms.clone(),
                };
                undo.ask(&command, t.did_amend.to_owned(), back);
                sheets.close();
            }
            Err(Wrong::Amount) => wrong.set(Some(words.wrong_amount.to_owned())),
            Err(Wrong::Hours) => wrong.set(Some(words.wrong_hours.to_owned())),
        };
        view! {
            <form
                class="sheet-form"
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <p class="sheet-lead">{number.map(|number| (words.deal)(number.0))}</p>
                <Direction ids=SERVICE legend=words.service wording=service focused=true />
                {has_return.then(|| view! { <Direction ids=RETURN legend=words.returned wording=returned /> })}
                <p class="sheet-wrong" role="alert">
                    {wrong}
                </p>
                <p class="sheet-acts">
                    <button
                        type="submit"
                        class="button button-primary"
                        data-testid="amend-save"
                        disabled=desk.is_cut_off()
                    >
                        {words.save}
                    </button>
                </p>
            </form>
        }
    });
    view! {
        <Sheet testid="amend" title=words.title>
            {form}
        </Sheet>
    }
}

/// What joins the labels of a direction to their fields.
#[derive(Clone, Copy)]
struct Ids {
    text: &'static str,
    amount: &'static str,
    unit: &'static str,
    hours: &'static str,
}

const SERVICE: Ids = Ids {
    text: "amend-text",
    amount: "amend-amount",
    unit: "amend-unit",
    hours: "amend-hours",
};
const RETURN: Ids = Ids {
    text: "amend-return-text",
    amount: "amend-return-amount",
    unit: "amend-return-unit",
    hours: "amend-return-hours",
};

/// What one side does.
#[component]
fn Direction(
    ids: Ids,
    legend: &'static str,
    wording: RwSignal<Wording>,
    #[prop(optional)] focused: bool,
) -> impl IntoView {
    let t = &details().amend;
    let field = move |read: fn(&Wording) -> &String| {
        Signal::derive(move || wording.with(|wording| read(wording).clone()))
    };
    view! {
        <fieldset class="sheet-fields">
            <legend class="sheet-legend">{legend}</legend>
            <TextField
                id=ids.text
                testid=ids.text
                label=t.text
                chars_max=SERVICE_CHARS_MAX
                focused
                value=field(|wording| &wording.text)
                write=move |text| wording.update(|wording| wording.text = text)
            />
            <div class="sheet-trio">
                <TextField
                    id=ids.amount
                    testid=ids.amount
                    label=t.amount
                    keyboard="numeric"
                    chars_max=DIGITS_MAX
                    value=field(|wording| &wording.amount)
                    write=move |text| wording.update(|wording| wording.amount = text)
                />
                <TextField
                    id=ids.unit
                    testid=ids.unit
                    label=t.unit
                    chars_max=UNIT_CHARS_MAX
                    value=field(|wording| &wording.unit)
                    write=move |text| wording.update(|wording| wording.unit = text)
                />
                <TextField
                    id=ids.hours
                    testid=ids.hours
                    label=t.hours
                    keyboard="decimal"
                    chars_max=DIGITS_MAX
                    value=field(|wording| &wording.hours)
                    write=move |text| wording.update(|wording| wording.hours = text)
                />
            </div>
        </fieldset>
    }
}
