//! Taking back what was just done: a bar that stays for ten seconds, with one button, or `Z`.

use std::time::Duration;

use borsklokka_shared::command::{Command, Expected};
use leptos::prelude::*;

use crate::components::Button;
use crate::desk::Desk;
use crate::desk::surety::Surety;
use crate::texts::texts;

/// How long it can be taken back.
pub const STAYS: Duration = Duration::from_secs(10);

/// What takes it back.
#[derive(Clone, Debug, PartialEq)]
pub enum Back {
    /// A command.
    Command(Box<Command>),
    /// The number of a step of bells and rounds.
    Step(u32),
}

/// What was done, and what takes it back.
#[derive(Clone, Debug, PartialEq)]
struct Offer {
    number: u32,
    words: String,
    back: Back,
}

/// What the desk did last. Copied freely; made once, by [`Undo::start`].
#[derive(Clone, Copy)]
pub struct Undo {
    desk: Desk,
    offer: RwSignal<Option<Offer>>,
    offers_ever: StoredValue<u32>,
}

impl Undo {
    /// Nothing to take back yet.
    pub fn start(desk: Desk) -> Self {
        let undo = Self {
            desk,
            offer: RwSignal::new(None),
            offers_ever: StoredValue::new(0),
        };
        provide_context(undo);
        undo
    }

    /// The desk's.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Asks, and once it has taken effect says what was done and offers the command that takes it back.
    pub fn ask(self, command: &Command, words: String, back: Command) {
        self.ask_as(Surety::CanBeTakenBack, command, words, back);
    }

    /// [`Undo::ask`] by a surer hand.
    pub fn ask_as(self, surety: Surety, command: &Command, words: String, back: Command) {
        self.desk.ask_as(surety, command, move || self.offer(words, back));
    }

    /// Says what was done and offers the command that takes it back.
    pub fn offer(self, words: String, command: Command) {
        self.offer_back(words, Back::Command(Box::new(command)));
    }

    /// [`Undo::offer`], whatever takes it back.
    pub fn offer_back(self, words: String, back: Back) {
        let number = self.offers_ever.try_get_value().unwrap_or_default() + 1;
        self.offers_ever.set_value(number);
        let _gone = self.offer.try_set(Some(Offer { number, words, back }));
        set_timeout(
            move || {
                // A later offer has a time of its own.
                let is_this = self
                    .offer
                    .try_with_untracked(|offer| offer.as_ref().is_some_and(|offer| offer.number == number));
                if is_this == Some(true) {
                    let _gone = self.offer.try_set(None);
                }
            },
            STAYS,
        );
    }

    /// It was taken back by another way, which leaves nothing to offer.
    pub fn forget(self, back: &Back) {
        let _gone = self.offer.try_update(|offer| {
            if offer.as_ref().is_some_and(|offer| offer.back == *back) {
                *offer = None;
            }
        });
    }

    /// What was just done and is offered to be taken back, in words; follows it.
    pub fn offered(self) -> Option<String> {
        self.offer
            .with(|offer| offer.as_ref().map(|offer| offer.words.clone()))
    }

    /// Takes back what was just done. Whether there was something.
    pub fn take_back(self) -> bool {
        let Some(offer) = self.offer.get_untracked() else {
            return false;
        };
        self.offer.set(None);
        let command = match offer.back {
            Back::Command(command) => Some(*command),
            Back::Step(step) => self
                .desk
                .live
                .peek(Expected::of)
                .map(|expected| Command::TakeBack { step, expected }),
        };
        if let Some(command) = command {
            self.desk.ask_surely(&command);
        }
        true
    }
}

/// What was done, for as long as it can be taken back.
#[component]
pub fn UndoBar() -> impl IntoView {
    let undo = Undo::of_page();
    let t = texts().moderator();
    let cut_off = Desk::of_page().is_cut_off();
    view! {
        <div class="undo-place" role="status">
            {move || {
                undo.offer
                    .get()
                    .map(|Offer { words, .. }| {
                        view! {
                            <p class="undo" data-testid="undo-bar" style:--stays=format!("{}s", STAYS.as_secs())>
                                <span dir="auto">{words}</span>
                                <Button testid="undo" disabled=cut_off press=move || { undo.take_back(); }>
                                    {t.reinstate}
                                </Button>
                            </p>
                        }
                    })
            }}
        </div>
    }
}
