//! What the parts of the page share: the sheet that is typed in, and what becomes of it.

use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Participant;
use borsklokka_shared::screen::Screen;
use leptos::html;
use leptos::prelude::*;

use super::half::{Half, Name};
use super::sheets::{Entry, entries, free, next, number, standing, terms};
use crate::components::focus::{focus, go_on_next_frame};
use crate::line::parties;
use crate::live::{Live, Outbox};
use crate::newcomer::{Newcomer, Written};
use crate::party::Party;
use crate::texts::texts;
use crate::typed::{self, lasting};

/// Which side of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Who gives.
    Giver,
    /// Who receives.
    Receiver,
}

impl End {
    const fn id(self) -> &'static str {
        match self {
            End::Giver => "paper-giver",
            End::Receiver => "paper-receiver",
        }
    }
}

/// What is typed of one side. Copied freely.
#[derive(Clone, Copy)]
struct Named {
    text: RwSignal<String>,
    chosen: RwSignal<Option<ParticipantId>>,
}

impl Named {
    fn of(name: Name) -> Self {
        Self {
            text: RwSignal::new(name.text),
            chosen: RwSignal::new(name.chosen),
        }
    }

    fn name(self) -> Name {
        Name {
            text: self.text.get(),
            chosen: self.chosen.get(),
        }
    }
}

/// What is typed on the screen. It outlives the words, and the sheet outlives the page. Copied freely.
#[derive(Clone, Copy)]
struct Typed {
    number: RwSignal<String>,
    /// The number that was proposed last.
    proposed: RwSignal<String>,
    /// The sheet that was typed in last: the number after it is proposed.
    last: RwSignal<Option<u32>>,
    giver: Named,
    receiver: Named,
    what: RwSignal<String>,
    returned: RwSignal<String>,
    saved: RwSignal<Option<u32>>,
    newcomer: RwSignal<Option<End>>,
    new: Newcomer,
}

impl Typed {
    /// What the tab kept of a sheet, which it goes on keeping as long as the device may.
    fn start(live: Live) -> Self {
        let half: Half = typed::kept(&live.slug(), Screen::Paper).unwrap_or_default();
        let typed = Self {
            number: RwSignal::new(half.number),
            proposed: RwSignal::new(String::new()),
            last: RwSignal::new(None),
            giver: Named::of(half.giver),
            receiver: Named::of(half.receiver),
            what: RwSignal::new(half.what),
            returned: RwSignal::new(half.returned),
            saved: RwSignal::new(None),
            newcomer: RwSignal::new(None),
            new: Newcomer::of(Written::default(), live.language()),
        };
        typed.follow(live);
        typed
    }

    fn follow(self, live: Live) {
        // Of somebody who was erased nothing can be written any more, and nothing should lie on the device.
        Effect::new(move || {
            for Named { text, chosen } in [self.giver, self.receiver] {
                let is_erased = |id| live.read(|board| board.is_erased(id)) == Some(true);
                if chosen.get().is_some_and(is_erased) {
                    text.set(String::new());
                    chosen.set(None);
                }
            }
        });
        let slug = live.slug();
        let place = slug.clone();
        let may_keep = live.may_keep();
        Effect::new(move || {
            let half = self.half();
            let is_kept = may_keep.get() && !self.proposed.with(|proposed| half.is_untouched(proposed));
            typed::keep(&place, Screen::Paper, is_kept.then_some(&half));
        });
        on_cleanup(move || typed::keep::<Half>(&slug, Screen::Paper, None));
    }

    /// The sheet; follows it.
    fn half(self) -> Half {
        Half {
            number: self.number.get(),
            giver: self.giver.name(),
            receiver: self.receiver.name(),
            what: self.what.get(),
            returned: self.returned.get(),
        }
    }

    /// Proposes a number, unless another was typed, or something is written under the one that stands there.
    fn propose(self, number: String) {
        let half = untrack(|| self.half());
        let is_untouched = self
            .proposed
            .with_untracked(|proposed| half.is_untouched(proposed));
        if half.number.is_empty() || is_untouched {
            self.put_number(number);
        }
    }

    fn put_number(self, number: String) {
        self.proposed.set(number.clone());
        self.number.set(number);
    }
}

/// One side of a sheet. Copied freely.
#[derive(Clone, Copy)]
pub struct Side {
    /// Which one.
    pub end: End,
    /// Joins label and control; tests call it so.
    pub id: &'static str,
    /// What stands in the field.
    pub text: RwSignal<String>,
    /// Who it is, once somebody was chosen.
    pub chosen: RwSignal<Option<ParticipantId>>,
    /// What is wrong.
    pub wrong: RwSignal<Option<String>>,
    /// The control.
    pub field: NodeRef<html::Input>,
}

impl Side {
    /// A field with what is typed of its side.
    fn new(end: End, named: Named) -> Self {
        Self {
            end,
            id: end.id(),
            text: named.text,
            chosen: named.chosen,
            wrong: RwSignal::new(None),
            field: NodeRef::new(),
        }
    }

    /// Empties it.
    pub fn clear(self) {
        self.text.set(String::new());
        self.chosen.set(None);
        self.wrong.set(None);
    }

    /// Who it is; if nobody was chosen that is said, and the keys are there.
    fn settled(self) -> Option<ParticipantId> {
        let chosen = self.chosen.get_untracked();
        if chosen.is_none() {
            self.wrong.set(Some(texts().paper().wrong_party.to_owned()));
            go_to(self.field);
        }
        chosen
    }

    /// Puts somebody in it.
    pub fn put(self, party: &Participant) {
        self.text.set(format!("{} {}", party.symbol, party.name));
        self.chosen.set(Some(party.id));
        self.wrong.set(None);
    }
}

/// What the parts of the screen share. Copied freely.
#[derive(Clone, Copy)]
pub struct Typing {
    /// The exchange.
    pub live: Live,
    /// What is typed in goes by it.
    pub outbox: Outbox,
    /// Everyone that a sheet can name.
    pub parties: Memo<Vec<Participant>>,
    /// What was typed in.
    pub entries: Memo<Vec<Entry>>,
    /// The sheet's number.
    pub number: RwSignal<String>,
    /// Its control.
    pub number_field: NodeRef<html::Input>,
    /// What is wrong with it, or asked about it.
    pub number_wrong: RwSignal<Option<String>>,
    /// The number that was asked about because it is used: the next Enter means another sheet.
    pub asked: RwSignal<Option<u32>>,
    /// Who gives.
    pub giver: Side,
    /// Who receives.
    pub receiver: Side,
    /// What is agreed.
    pub what: RwSignal<String>,
    /// Its control.
    pub what_field: NodeRef<html::Input>,
    /// What is wrong with it.
    pub what_wrong: RwSignal<Option<String>>,
    /// What is given back.
    pub returned: RwSignal<String>,
    /// What was saved last.
    pub saved: RwSignal<Option<u32>>,
    /// The side that somebody is being registered for.
    pub newcomer: RwSignal<Option<End>>,
    /// What is written of them.
    pub new: Newcomer,
    typed: Typed,
}

impl Typing {
    /// Makes it, and lets the components below find it.
    pub fn start(live: Live, outbox: Outbox) -> Self {
        let items = outbox.items(<[_]>::to_vec);
        let parties = Memo::new(move |_| {
            items.with(|items| {
                live.read(|board| parties(Some(board), items))
                    .unwrap_or_else(|| parties(None, items))
            })
        });
        let phase = live.board_at(|board, now| board.floor.phase(now));
        let entries = Memo::new(move |_| {
            items.with(|items| {
                parties.with(|parties| {
                    live.read(|board| entries(Some(board), items, parties, phase.get()))
                        .unwrap_or_else(|| entries(None, items, parties, phase.get()))
                })
            })
        });
        let typed = lasting(|| Typed::start(live));
        let typing = Self {
            live,
            outbox,
            parties,
            entries,
            number: typed.number,
            number_field: NodeRef::new(),
            number_wrong: RwSignal::new(None),
            asked: RwSignal::new(None),
            giver: Side::new(End::Giver, typed.giver),
            receiver: Side::new(End::Receiver, typed.receiver),
            what: typed.what,
            what_field: NodeRef::new(),
            what_wrong: RwSignal::new(None),
            returned: typed.returned,
            saved: typed.saved,
            newcomer: typed.newcomer,
            new: typed.new,
            typed,
        };
        // While nothing is typed here, the number proposed is the one that comes next.
        Effect::new(move || {
            let last = typed.last.get();
            typed.propose(entries.with(|entries| next(entries, last)).to_string());
        });
        provide_context(typing);
        typing
    }

    /// The page's.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Whether nothing is being written.
    pub fn is_blank(self) -> bool {
        untrack(|| self.typed.half()).is_blank()
    }

    /// A side's field.
    pub fn side(self, end: End) -> Side {
        match end {
            End::Giver => self.giver,
            End::Receiver => self.receiver,
        }
    }

    /// The number, if it is one and nobody must be asked about it. What is wrong is said.
    pub fn settled_number(self) -> Option<u32> {
        let t = texts().paper();
        let Some(number) = self.number.with_untracked(|typed| number(typed)) else {
            self.number_wrong.set(Some(t.wrong_number.to_owned()));
            return None;
        };
        let stands = self
            .entries
            .with_untracked(|entries| standing(entries, number).cloned());
        if let Some(stands) = stands
            && self.asked.get_untracked() != Some(number)
        {
            let symbols = |parties: &[Party]| {
                let symbols = parties.iter().map(|party| party.symbol.as_str());
                symbols.collect::<Vec<_>>().join(" + ")
            };
            let question = t.used(
                symbols(&stands.givers),
                number,
                symbols(&stands.receivers),
                &stands.text,
            );
            self.number_wrong.set(Some(question));
            self.asked.set(Some(number));
            return None;
        }
        self.number_wrong.set(None);
        Some(number)
    }

    /// Saves the sheet, or goes where something is missing.
    pub fn save(self) {
        let t = texts().paper();
        let Some(number) = self.settled_number() else {
            go_to(self.number_field);
            return;
        };
        let Some(giver) = self.giver.settled() else {
            return;
        };
        let Some(receiver) = self.receiver.settled() else {
            return;
        };
        let (what, returned) = (self.what.get_untracked(), self.returned.get_untracked());
        if what.trim().is_empty() {
            self.what_wrong.set(Some(t.wrong_what.to_owned()));
            go_to(self.what_field);
            return;
        }
        let sheet = self.entries.with_untracked(|entries| free(entries, number));
        let command = Command::PostDeal {
            deal: sheet.deal(),
            terms: terms(giver, receiver, &what, &returned),
            written_on: WrittenOn::Paper,
            broker: self.live.broker(),
        };
        // What the board says no to is said while the sheet is in the hand.
        if let Err(refusal) = self.live.judge(&command) {
            let words = refusal.message(self.live.language().get_untracked());
            self.what_wrong.set(Some(words));
            go_to(self.what_field);
            return;
        }
        self.outbox.post(&command);
        self.saved.set(Some(number));
        self.begin(Some(number));
    }

    /// An empty form, with the number that comes next.
    fn begin(self, just_typed: Option<u32>) {
        let number = self.entries.with_untracked(|entries| next(entries, just_typed));
        self.typed.last.set(just_typed);
        self.typed.put_number(number.to_string());
        self.number_wrong.set(None);
        self.asked.set(None);
        self.giver.clear();
        self.receiver.clear();
        self.what.set(String::new());
        self.what_wrong.set(None);
        self.returned.set(String::new());
        let field = self.number_field;
        go_on_next_frame(move || go_to(field));
    }

    /// Puts a sheet that was not sent back into the form.
    pub fn take_back(self, entry: &Entry) {
        let put = |side: Side, party: Option<&Party>| {
            side.clear();
            let known = party.and_then(|party| {
                self.parties.with_untracked(|parties| {
                    let known = parties.iter().find(|one| one.symbol.as_str() == party.symbol);
                    known.cloned()
                })
            });
            if let Some(known) = known {
                side.put(&known);
            }
        };
        self.begin(None);
        self.number.set(entry.sheet.number.to_string());
        put(self.giver, entry.givers.first());
        put(self.receiver, entry.receivers.first());
        self.what.set(entry.text.clone());
        self.returned.set(entry.returned.clone().unwrap_or_default());
        if let Some(command) = entry.command {
            self.outbox.delete(command);
        }
    }

    /// Begins to register somebody for a side.
    pub fn register(self, side: Side) {
        let name = side.text.with_untracked(|text| text.trim().to_owned());
        self.new.begin(Written {
            name,
            ..Written::default()
        });
        self.newcomer.set(Some(side.end));
    }

    /// They are registered, or are not to be: nothing of them stays.
    pub fn put_away(self) {
        self.newcomer.set(None);
        self.new.begin(Written::default());
    }
}

/// Moves the keys to a field, over what stands in it.
pub fn go_to(field: NodeRef<html::Input>) {
    if let Some(field) = field.try_get_untracked().flatten() {
        focus(&field);
        field.select();
    }
}
