//! Participants from a spreadsheet: a file or what was pasted, how it was read, what every row would do, and then all of it or
//! nothing.

pub mod choice;
pub mod columns;
pub mod intake;
pub mod rows;
pub mod source;
pub mod sums;

use leptos::html;
use leptos::prelude::*;

use self::columns::Columns;
use self::intake::{Intake, Work, of_seen};
use self::rows::Rows;
use self::source::Choose;
use self::sums::{Done, Sums};
use super::rail::Onward;
use crate::components::focus::{focus, go_on_next_frame};
use crate::components::{Button, Weight};
use crate::readiness::pages::{Guests, Page};
use crate::texts::organiser::{guest_words, import_words};

/// The page.
#[component]
pub fn Import() -> impl IntoView {
    let t = import_words();
    let intake = Intake::start();
    let (seen, written) = (intake.seen(), intake.written());
    let is_seen = Memo::new(move |_| seen.with(Option::is_some));
    let is_written = Memo::new(move |_| written.with(Option::is_some));
    let work = intake.work();
    let is_writing = move || work.get() == Some(Work::Writing);
    let has_rows = of_seen(|seen| Some(!seen.preview.rows.is_empty()));
    let heading = NodeRef::<html::H2>::new();
    // Whoever cannot see that something came below hears what it is.
    Effect::new(move |before: Option<(bool, bool)>| {
        let now = (is_seen.get(), is_written.get());
        if before.is_some_and(|before| before != now) && now != (false, false) {
            go_on_next_frame(move || {
                if let Some(heading) = heading.try_get_untracked().flatten() {
                    focus(&heading);
                }
            });
        }
        now
    });
    view! {
        <p class="page-back">
            <a href=Page::Participants(Guests::Everyone).address()>{guest_words().back}</a>
        </p>
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {t.title}
            </h1>
            <a class="button" href=Page::Participant(None).address() hidden=move || is_seen.get()>
                {t.by_hand}
            </a>
        </div>
        <Progress />
        {move || match (is_written.get(), is_seen.get()) {
            (true, _) => view! { <Done heading /> }.into_any(),
            (false, true) => view! {
                <div class="page-column" inert=is_writing>
                    <Columns heading />
                    <Told />
                    <div class="page-column" hidden=move || has_rows.get() != Some(true)>
                        <Sums />
                        <Rows />
                    </div>
                </div>
            }
            .into_any(),
            (false, false) => view! {
                <Told />
                <Again />
                <Choose />
            }
            .into_any(),
        }}
        <Onward page=Page::Import />
    }
}

/// What is waited for, with a way to stop it.
#[component]
fn Progress() -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let work = intake.work();
    let is_at_work = Memo::new(move |_| work.with(Option::is_some));
    let doing = move || match work.get() {
        Some(Work::Reading) => t.reading(intake.name()),
        Some(Work::Writing) => t.writing.to_owned(),
        None => String::new(),
    };
    view! {
        <div class="import-work" role="status" data-testid="import-work" hidden=move || !is_at_work.get()>
            <progress aria-label=doing></progress>
            <p>{doing}</p>
            <Button testid="import-stop" press=move || intake.stop()>
                {t.stop}
            </Button>
        </div>
    }
}

/// What went wrong, or what should be known.
#[component]
fn Told() -> impl IntoView {
    let said = Intake::of_page().said();
    view! {
        <div class="import-said" role="alert">
            {move || said.get().map(|said| view! { <p class="alert" data-testid="import-said">{said}</p> })}
        </div>
    }
}

/// What was chosen and not answered is tried again.
#[component]
fn Again() -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    view! {
        <p class="form-acts" hidden=move || !intake.may_again()>
            <Button weight=Weight::Primary testid="import-again" press=move || intake.look()>
                {t.again}
            </Button>
        </p>
    }
}
