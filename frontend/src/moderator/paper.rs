//! A deal that was written on paper, to be entered on a sheet.

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

use super::deal_rows::late;
use super::faults::FaultsSheet;
use crate::amend::CorrectionForm;
use crate::amend::correction::Correction;
use crate::browser;
use crate::desk::Desk;
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::details;

/// A deal that was written on paper. After the closing bell it waits beside the late ones, and the list of them opens.
#[component]
pub fn PaperSheet() -> impl IntoView {
    let (desk, sheets) = (Desk::of_page(), Sheets::of_page());
    let words = &details().amend;
    let deal = DealId(browser::fresh_uuid());
    let command = move |terms| Command::PostDeal {
        deal,
        terms,
        written_on: WrittenOn::Paper,
    };
    let send = move |terms| {
        desk.ask_then(&command(terms), move || {
            let is_held = desk.live.peek(late);
            if is_held.is_some_and(|late| late.contains(&deal)) {
                sheets.lay(|| view! { <FaultsSheet /> });
            } else {
                sheets.close();
            }
        });
    };
    view! {
        <Sheet testid="paper" title=words.paper_title>
            <CorrectionForm correction=RwSignal::new(Correction::default()) lead=words.paper.to_owned() command send />
        </Sheet>
    }
}
