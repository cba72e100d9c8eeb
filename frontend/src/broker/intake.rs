//! The broker's intake: what the parts of the screen share while deals are written and followed.

use std::collections::BTreeMap;
use std::time::Duration;

use borsklokka_shared::deal::Terms;
use borsklokka_shared::ids::{DealId, DeviceId, ListingId, ParticipantId};
use borsklokka_shared::limits::LISTINGS_PER_SERVICE_MAX;
use borsklokka_shared::listing::{Listing, ListingKind};
use borsklokka_shared::participant::Participant;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::choice;
use super::fits::{Fit, Index};
use crate::civil_time;
use crate::components::focus::{focus, go_on_next_frame};
use crate::draft::question::Question;
use crate::draft::usual::Usual;
use crate::draft::{Draft, Field, Half, Newcomer, Side, Turned};
use crate::line::done::Done;
use crate::line::{self, Line};
use crate::live::{Live, Outbox};
use crate::texts::{Texts, texts};

/// What the eye and the hand go to once both sides stand there: an offer to tap, else the line to write on.
const NEXT: &str = ".service .tap, #service";
/// How long a tap that replaced what was written can be taken back.
const TAKEN_BACK_FOR: Duration = Duration::from_secs(10);

/// What is being written, and what was. Copied freely; made once a page, by [`Intake::start`].
#[derive(Clone, Copy)]
pub(super) struct Intake {
    pub(super) live: Live,
    pub(super) outbox: Outbox,
    pub(super) draft: RwSignal<Draft>,
    /// What is wrong, field by field, in words.
    pub(super) wrong: RwSignal<Vec<(Field, String)>>,
    /// What an old board would refuse of the deal that was sent last. It stops nothing.
    pub(super) doubt: RwSignal<Option<String>>,
    /// What holds where nobody said anything else.
    pub(super) usual: Memo<Usual>,
    /// Everyone that a deal can name.
    pub(super) parties: Memo<Vec<Participant>>,
    /// Who was here last.
    pub(super) recent: Memo<Vec<ParticipantId>>,
    /// Who registered while this page was open, the last first.
    pub(super) arrived: RwSignal<Vec<ParticipantId>>,
    /// Who speaks for whom, as far as this device was told. It is never kept.
    pub(super) people: RwSignal<BTreeMap<ParticipantId, String>>,
    pub(super) lines: Memo<Vec<Line>>,
    /// What was done last, until something else is written.
    pub(super) last: RwSignal<Option<Done>>,
    /// What the last tap on the swap turned, until something else is written.
    pub(super) turned: RwSignal<Option<Turned>>,
    /// What must be answered before the deal goes out.
    pub(super) question: RwSignal<Option<Question>>,
    /// What was answered with "send it so", until something else is written.
    pub(super) answered: StoredValue<Vec<Question>>,
    /// When it was sent, on the device's monotonic clock.
    pub(super) sent_ms: StoredValue<f64>,
    /// The side whose newcomer is being written.
    pub(super) walk_in: RwSignal<Option<Side>>,
    /// The deal whose agreement is open.
    pub(super) agreement: RwSignal<Option<DealId>>,
    /// The side whose list opens without a touch.
    pub(super) opens: RwSignal<Option<Side>>,
    /// What the last tap replaced, while that can be taken back.
    pub(super) replaced: RwSignal<Option<Draft>>,
    forgets: StoredValue<Option<TimeoutHandle>>,
    index: StoredValue<Index>,
}

impl Intake {
    /// The texts, outside a component.
    pub(super) fn texts(&self) -> Texts {
        Texts::of(self.live.language().get_untracked())
    }

    /// Makes what a page's parts share.
    pub(super) fn start(live: Live, outbox: Outbox) -> Self {
        let items = outbox.items(<[_]>::to_vec);
        let parties = Memo::new(move |_| {
            items.with(|items| {
                live.read(|board| line::parties(Some(board), items))
                    .unwrap_or_else(|| line::parties(None, items))
            })
        });
        let session = live.session();
        let device =
            Memo::new(move |_| session.with(|session| session.as_ref().and_then(|session| session.device)));
        let phase = live.board_at(|board, now| board.floor.phase(now));
        let lines = Memo::new(move |_| {
            let (device, phase) = (device.get(), phase.get());
            items.with(|items| {
                parties.with(|parties| {
                    live.read(|board| line::lines(Some(board), items, parties, device, phase))
                        .unwrap_or_else(|| line::lines(None, items, parties, device, phase))
                })
            })
        });
        let arrived = RwSignal::new(Vec::new());
        Self {
            live,
            outbox,
            draft: RwSignal::new(Draft::default()),
            wrong: RwSignal::new(Vec::new()),
            doubt: RwSignal::new(None),
            usual: usual(live),
            parties,
            recent: Memo::new(move |_| {
                let device = device.get();
                arrived.with(|arrived| {
                    live.read(|board| choice::recent(board, device, arrived))
                        .unwrap_or_default()
                })
            }),
            arrived,
            people: RwSignal::new(BTreeMap::new()),
            lines,
            last: RwSignal::new(None),
            turned: RwSignal::new(None),
            question: RwSignal::new(None),
            answered: StoredValue::new(Vec::new()),
            sent_ms: StoredValue::new(f64::NEG_INFINITY),
            walk_in: RwSignal::new(None),
            agreement: RwSignal::new(None),
            opens: RwSignal::new(None),
            replaced: RwSignal::new(None),
            forgets: StoredValue::new(None),
            index: StoredValue::new(Index::default()),
        }
    }

    pub(super) fn of_page() -> Self {
        expect_context()
    }

    /// Which device this is, once the server said so.
    pub(super) fn device(self) -> Option<DeviceId> {
        let session = self.live.session();
        session.with_untracked(|session| session.as_ref().and_then(|session| session.device))
    }

    /// A party, be it by the id of one that it was merged with.
    pub(super) fn party(self, id: ParticipantId) -> Option<Participant> {
        self.parties
            .with(|parties| parties.iter().find(|party| party.is(id)).cloned())
    }

    /// Whether somebody is registered, be it that their registration waits here.
    pub(super) fn knows(self, id: ParticipantId) -> bool {
        self.parties
            .with_untracked(|parties| parties.iter().any(|party| party.is(id)))
    }

    /// What is wrong with a field.
    pub(super) fn wrong_with(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.wrong.with(|wrong| {
                wrong
                    .iter()
                    .find(|(other, _)| *other == field)
                    .map(|(_, words)| words.clone())
            })
        })
    }

    /// Says what is wrong with a field.
    pub(super) fn say_wrong(self, field: Field, words: &str) {
        self.wrong.update(|wrong| {
            wrong.retain(|(other, _)| *other != field);
            wrong.push((field, words.to_owned()));
        });
    }

    /// Forgets what was said of the deal before: something else is written now.
    fn forget(self) {
        self.doubt.set(None);
        self.last.set(None);
        self.turned.set(None);
        self.question.set(None);
        self.answered.set_value(Vec::new());
    }

    /// Changes the draft; what was wrong with the field is forgotten.
    pub(super) fn write(self, field: Field, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.forget();
        if self
            .wrong
            .with_untracked(|wrong| wrong.iter().any(|(other, _)| *other == field))
        {
            self.wrong
                .update(|wrong| wrong.retain(|(other, _)| *other != field));
        }
    }

    /// Puts a party on a side; what comes next opens by itself.
    pub(super) fn take(self, side: Side, party: ParticipantId) {
        self.write(side.field(), |draft| draft.side_mut(side).push(party));
        let other = side.other();
        let (is_alone, has_newcomer) = self
            .draft
            .with_untracked(|draft| (draft.side(other).is_empty(), draft.newcomer(other).is_some()));
        if is_alone {
            // Over a newcomer who is still to be registered no list lies.
            self.opens.set((!has_newcomer).then_some(other));
        } else if self.draft.with_untracked(|draft| draft.service.text.is_empty()) {
            go_on_next_frame(go_on);
        }
    }

    /// Puts another draft in the form.
    pub(super) fn begin(self, draft: Draft) {
        self.draft.set(draft);
        self.wrong.set(Vec::new());
        self.forget();
        self.replaced.set(None);
        self.walk_in.set(None);
    }

    /// Changes the draft by a tap, which can be taken back for a while.
    pub(super) fn replace_with(self, field: Field, change: impl FnOnce(&mut Draft)) {
        let mut draft = self.draft.get_untracked();
        change(&mut draft);
        let wrong = self.wrong.get_untracked();
        self.replace(draft);
        self.wrong
            .set(wrong.into_iter().filter(|(other, _)| *other != field).collect());
    }

    /// Begins to register somebody for a side, or goes on where it was left.
    pub(super) fn begin_newcomer(self, side: Side, name: String) {
        let goes_on = self.draft.with_untracked(|draft| {
            let newcomer = draft.newcomer(side);
            newcomer.is_some_and(|newcomer| name.is_empty() || newcomer.name == name)
        });
        if !goes_on {
            let begin = |draft: &mut Draft| {
                draft.typed_mut(side).clear();
                *draft.newcomer_mut(side) = Some(Newcomer {
                    name,
                    ..Newcomer::default()
                });
            };
            let is_another = self
                .draft
                .with_untracked(|draft| draft.newcomer(side).is_some_and(|newcomer| !newcomer.is_blank()));
            // Two cannot be written for one side; who was written before can be had back.
            if is_another {
                self.replace_with(side.field(), begin);
            } else {
                self.write(side.field(), begin);
            }
        }
        self.walk_in.set(Some(side));
    }

    /// An offer or a wish of the catalogue.
    pub(super) fn listing(self, id: ListingId) -> Option<Listing> {
        self.live.peek(|board| board.listings.get(&id).cloned()).flatten()
    }

    /// The offers and wishes that the deal meets as well, because of those that were tapped: of each side's the one that fits
    /// best, unless one of that kind was tapped, or this one was tapped off. A deal that was sent before says itself what it
    /// meets.
    pub(super) fn met_by(self, draft: &Draft, half: Half) -> Vec<ListingId> {
        if !draft.is_new() {
            return Vec::new();
        }
        let wording = draft.half(half);
        let met = self.live.read(|board| {
            let tapped: Vec<&Listing> = wording
                .listings
                .iter()
                .filter_map(|id| board.listings.get(id))
                .collect();
            let (from, to) = match half {
                Half::Service => (&draft.givers, &draft.receivers),
                Half::Return => (&draft.receivers, &draft.givers),
            };
            let met = |listing: &&Listing| {
                let (own, others) = match listing.kind {
                    ListingKind::Offer => (from, to),
                    ListingKind::Wish => (to, from),
                };
                let is_answered = tapped.iter().any(|other| other.kind != listing.kind);
                if is_answered || !own.contains(&listing.participant) {
                    return None;
                }
                self.index
                    .try_update_value(|index| index.meets(board, listing.id, others))?
                    .filter(|id| !wording.declined.contains(id))
            };
            let mut met: Vec<ListingId> = tapped.iter().filter_map(met).collect();
            met.sort();
            met.dedup();
            met.truncate(LISTINGS_PER_SERVICE_MAX.saturating_sub(wording.listings.len()));
            met
        });
        met.unwrap_or_default()
    }

    /// Puts another draft in the form by a tap, which can be taken back for a while if something was written there.
    pub(super) fn replace(self, draft: Draft) {
        let before = self.draft.get_untracked();
        self.begin(draft);
        if before == Draft::default() {
            return;
        }
        self.replaced.set(Some(before));
        let forget = move || {
            let _gone = self.replaced.try_set(None);
        };
        if let Some(earlier) = self.forgets.get_value() {
            earlier.clear();
        }
        self.forgets
            .set_value(set_timeout_with_handle(forget, TAKEN_BACK_FOR).ok());
    }

    /// This tablet wants a deal to say something else than before, in what is written of it too, and in what can be taken back.
    pub(super) fn want(self, deal: DealId, before: &Terms, now: &Terms) {
        self.draft.update(|draft| draft.want(deal, before, now));
        self.replaced.update(|replaced| {
            if let Some(draft) = replaced {
                draft.want(deal, before, now);
            }
        });
    }

    /// Opens a deal that was sent before, over what is being written.
    pub(super) fn open(self, draft: Draft) {
        self.replace(draft.over(self.draft.get_untracked()));
        // The list may be long, and the form far above.
        go_on_next_frame(show_form);
    }

    /// Brings back what the last tap replaced; what was written since can be had back the same way.
    pub(super) fn take_back(self) {
        if let Some(before) = self.replaced.get_untracked() {
            self.replace(before);
        }
    }

    /// Who fits a party, each other party once.
    pub(super) fn fits(self, party: ParticipantId, most: usize) -> Vec<Fit> {
        self.ask_index(|index, board| index.fits(board, party, most))
    }

    /// Who fits a party and would stand on this side, before those who fit the other way round.
    pub(super) fn fits_for(self, party: ParticipantId, side: Side, most: usize) -> Vec<Fit> {
        self.ask_index(|index, board| index.fits_for(board, party, side, most))
    }

    fn ask_index(
        self,
        ask: impl FnOnce(&mut Index, &borsklokka_shared::board::Board) -> Vec<Fit>,
    ) -> Vec<Fit> {
        let fits = self.live.read(|board| {
            self.index
                .try_update_value(|index| ask(index, board))
                .unwrap_or_default()
        });
        fits.unwrap_or_default()
    }
}

/// What is usual today, in the exchange's time zone.
fn usual(live: Live) -> Memo<Usual> {
    let held = live.board(|board| {
        board
            .settings
            .as_ref()
            .map(|settings| (settings.date, settings.time_zone.clone()))
    });
    let (tick, step) = (live.tick(), texts().broker().first_default);
    let today = Memo::new(move |_| {
        let now = tick.get();
        held.with(|held| {
            let (held_on, time_zone) = held.as_ref()?.as_ref()?;
            Some((civil_time::day(now, time_zone)?, *held_on))
        })
    });
    Memo::new(move |_| match today.get() {
        Some((today, held_on)) => Usual::on(today, held_on, step),
        None => Usual {
            step,
            ..Usual::default()
        },
    })
}

/// Brings the form's beginning under the header, and the focus to what says which deal it is.
fn show_form() {
    let Some(heading) = document().query_selector(".deal-amending").ok().flatten() else {
        return;
    };
    if let Some(heading) = heading.dyn_ref::<web_sys::HtmlElement>() {
        focus(heading);
    }
    let start = web_sys::ScrollIntoViewOptions::new();
    start.set_block(web_sys::ScrollLogicalPosition::Start);
    heading.scroll_into_view_with_scroll_into_view_options(&start);
}

fn go_on() {
    let next = document().query_selector(NEXT).ok().flatten();
    if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
        focus(&next);
    }
}
