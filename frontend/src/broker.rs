//! The broker's tablet: writes a deal from top to bottom and sends it to the wall, network or not.
//!
//! [`crate::draft`] is what the form holds, [`choice`] whom its fields offer, [`fits`] who should talk to whom, and
//! [`crate::line`] what the list shows; all are plain Rust. The components around them share one `Intake`.

pub mod agreement;
pub mod choice;
pub mod extras;
pub mod fits;
pub mod form;
mod intake;
mod keep;
pub mod mine;
pub mod paper;
pub mod particulars;
pub mod party_field;
pub mod party_search;
mod people;
pub mod question;
pub mod read_as;
pub mod seen;
pub mod service_field;
pub mod side;
pub mod suggestions;
mod tabs;
pub mod walk_in;

use borsklokka_shared::right::Right;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;

use self::agreement::AgreementSheet;
use self::form::Form;
use self::intake::Intake;
use self::mine::Mine;
use self::seen::Seen;
use self::suggestions::Suggestions;
use self::walk_in::WalkIn;
use crate::draft::Draft;
use crate::live::{Live, Outbox};
use crate::offline;
use crate::pair::Gate;
use crate::tablet::header::TabletHeader;

/// The broker's screen.
#[component]
pub fn Broker() -> impl IntoView {
    view! {
        <Gate right=Right::WriteDeal>
            <Tablet />
        </Gate>
    }
}

#[component]
fn Tablet() -> impl IntoView {
    let (live, outbox) = (Live::of_page(), Outbox::of_page());
    live.want_catalogue();
    let intake = Intake::start(live, outbox);
    provide_context(intake);
    keep::keep(&intake);
    people::follow(&intake);
    let seen = Seen::follow();
    provide_context(seen);
    let waiting = outbox.waiting();
    provide_context(offline::start(move || {
        let is_blank = intake.draft.with_untracked(|draft| *draft == Draft::default());
        let is_done =
            intake.walk_in.get_untracked().is_none() && intake.replaced.with_untracked(Option::is_none);
        waiting.get_untracked() == 0 && is_blank && is_done
    }));
    outbox.report(live, Screen::Broker);
    view! {
        <div class="tablet broker" class:little-is-seen=move || seen.is_little.get()>
            <TabletHeader />
            <main class="broker-main">
                <Form />
                <div class="beside">
                    <Suggestions />
                    <Mine />
                </div>
            </main>
            {move || {
                let side = intake.walk_in.get()?;
                let newcomer = intake.draft.with_untracked(|draft| draft.newcomer(side).cloned())?;
                Some(view! { <WalkIn side newcomer /> })
            }}
            {move || intake.agreement.get().map(|deal| view! { <AgreementSheet deal /> })}
        </div>
    }
}
