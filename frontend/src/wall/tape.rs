//! The tape along the bottom: what it says next, and when. How its pieces lie and move is the [`Band`]'s.

use std::collections::VecDeque;
use std::time::Duration;

use borsklokka_shared::event::Event;
use leptos::html::Div;
use leptos::prelude::*;

use super::chart::{REDRAW_MS, index_now, reading};
use super::tape_band::{Band, Left};
use super::tape_items::{Subject, TapeItem, quote, turn};
use crate::browser;
use crate::components::{Card, Sides, SymbolChip, drawn, part, trend};
use crate::evening::is_called_for;
use crate::live::Live;
use crate::texts::texts;

/// How often the tape looks whether it needs more pieces, in milliseconds. They wait for longer than that out of sight.
const LOOKS_MS: u64 = 400;
/// With less motion the tape stands, and is changed this often, in milliseconds.
const STANDS_MS: f64 = 12_000.0;
/// How many pieces a standing tape is given; those that do not fit as a whole are not shown.
const STANDING_ITEMS: usize = 6;
/// So many pieces come in at one look at most; the others come at the next.
const AT_ONCE_MAX: usize = 64;

/// The tape: what comes next, and the band that it moves on.
#[derive(Clone, Copy)]
struct Reel {
    live: Live,
    upcoming: StoredValue<VecDeque<TapeItem>>,
    /// How many turns there have been.
    turns: StoredValue<usize>,
    /// None until the tape is in the page.
    band: StoredValue<Option<Band>, LocalStorage>,
    /// When a standing tape was changed, on the device's clock; none while it runs.
    stood_ms: StoredValue<Option<f64>>,
}

/// The tape.
#[component]
pub fn Tape() -> impl IntoView {
    let live = Live::of_page();
    let reel = Reel {
        live,
        upcoming: StoredValue::new(VecDeque::new()),
        turns: StoredValue::new(0),
        band: StoredValue::new_local(None),
        stood_ms: StoredValue::new(None),
    };
    let place = NodeRef::<Div>::new();
    let owner = Owner::current().expect("a component has an owner");
    place.on_load(move |place| {
        let band = owner.with(|| Band::new(place.into()));
        let _begun = reel.band.try_set_value(Some(band));
        reel.look();
        reel.look_again();
    });
    live.on_public_event(move |message| reel.hear(&message.event));
    // What was to come is of another board.
    Effect::new(move || {
        live.session().track();
        reel.upcoming.update_value(VecDeque::clear);
        reel.band
            .update_value(|band| band.iter_mut().for_each(Band::forget_waiting));
    });
    live.on_new_history(move || reel.begin_anew());
    // What was let in before the closing bell is for half a minute and longer on its way.
    let is_called_for = live.board_at(is_called_for);
    Effect::new(move || {
        if is_called_for.get() == Some(false) {
            reel.take_back(|about| matches!(about, Subject::Wish(_)), Some(Left::Removed));
            reel.look();
        }
    });
    // A window that grew has room at once, and one that was hidden was left alone for long.
    let listeners = ["resize", "visibilitychange"].map(|name| {
        window_event_listener_untyped(name, move |_| {
            reel.look();
        })
    });
    on_cleanup(move || {
        listeners.into_iter().for_each(WindowListenerHandle::remove);
        reel.band.update_value(|band| drop(band.take()));
    });
    view! { <div class="tape" data-testid="tape" aria-hidden="true" node_ref=place></div> }
}

impl Reel {
    fn look_again(self) {
        set_timeout(
            move || {
                // The wall may have been taken down meanwhile.
                if self.band.try_with_value(|_| ()).is_some() {
                    self.look();
                    self.look_again();
                }
            },
            Duration::from_millis(LOOKS_MS),
        );
    }

    /// Lets in what there is room for.
    fn look(self) {
        self.band.try_update_value(|band| {
            let Some(band) = band else { return };
            if browser::wants_less_motion() {
                self.stand(band);
            } else {
                self.run(band);
            }
        });
    }

    fn run(self, band: &mut Band) {
        if self.stood_ms.get_value().is_some() {
            self.stood_ms.set_value(None);
            band.set_running();
        }
        band.tend();
        for _ in 0..AT_ONCE_MAX {
            if !band.has_room() {
                return;
            }
            let Some(item) = self.next_item() else { return };
            band.push(item.subject(), move || piece_view(self.live, item));
        }
    }

    /// The tape for those who asked for less motion: it stands, and changes now and then.
    fn stand(self, band: &mut Band) {
        let now_ms = browser::monotonic_ms();
        let stood_ms = self.stood_ms.get_value();
        let stays = stood_ms.is_some_and(|stood_ms| now_ms < stood_ms + STANDS_MS);
        if stays && !band.is_empty() {
            return;
        }
        self.stood_ms.set_value(Some(now_ms));
        band.set_standing();
        for _ in 0..STANDING_ITEMS {
            let Some(item) = self.next_item() else { return };
            band.push(item.subject(), move || piece_view(self.live, item));
        }
    }

    fn hear(self, event: &Event) {
        let stands = self.stood_ms.get_value().is_some();
        match event {
            Event::DealPosted { deal } => {
                let card = self.live.peek(|board| Card::of(board, deal));
                self.band.update_value(|band| {
                    if let (Some(card), Some(band), false) = (card, band, stands) {
                        let item = TapeItem::Deal(card);
                        band.push_news(item.subject(), move || piece_view(self.live, item));
                    }
                });
            }
            Event::DealAmended { deal, .. } => self.take_back(|about| about == Subject::Deal(*deal), None),
            Event::DealWithdrawn { deal } => {
                self.take_back(|about| about == Subject::Deal(*deal), Some(Left::Withdrawn));
            }
            Event::DealRemoved { deal } | Event::DealRecalled { deal } => {
                self.take_back(|about| about == Subject::Deal(*deal), Some(Left::Removed));
            }
            Event::ListingAmended { listing } => {
                self.take_back(|about| about == Subject::Wish(listing.id), None);
            }
            Event::ListingRemoved { .. } | Event::ParticipantRemoved { .. } => {
                let is_gone = |about| match about {
                    Subject::Wish(listing) => {
                        self.live.peek(|board| board.listings.contains_key(&listing)) == Some(false)
                    }
                    Subject::Deal(_) => false,
                };
                self.take_back(is_gone, Some(Left::Removed));
            }
            _ => {}
        }
    }

    /// Something is no longer what its pieces say.
    fn take_back(self, is_about: impl Fn(Subject) -> bool, left: Option<Left>) {
        self.upcoming
            .update_value(|upcoming| upcoming.retain(|item| !item.subject().is_some_and(&is_about)));
        self.band
            .update_value(|band| band.iter_mut().for_each(|band| band.take_back(&is_about, left)));
    }

    /// Nothing that the tape says is of this board.
    fn begin_anew(self) {
        self.upcoming.update_value(VecDeque::clear);
        self.band
            .update_value(|band| band.iter_mut().for_each(Band::clear));
        self.look();
    }

    fn next_item(self) -> Option<TapeItem> {
        if self.upcoming.with_value(VecDeque::is_empty) {
            let turns = self.turns.get_value();
            let items = self
                .live
                .peek(|board| turn(board, turns, self.live.now()))
                .unwrap_or_default();
            self.turns.set_value(turns + 1);
            self.upcoming.set_value(items.into());
        }
        self.upcoming.try_update_value(VecDeque::pop_front).flatten()
    }
}

fn piece_view(live: Live, item: TapeItem) -> AnyView {
    let t = texts();
    match item {
        TapeItem::Index { place } => {
            let index = index_now(live);
            view! {
                <span class="tape-category">{t.wall().index(&place)}</span>
                {part(move || Some(reading(index.get()?, t)))}
            }
            .into_any()
        }
        TapeItem::Category { id, name, icon } => {
            let now = live.tick_every(REDRAW_MS);
            let quote = Memo::new(move |_| live.read(|board| quote(board, &id, now.get())));
            let quoted = part(move || {
                let (count, recent) = quote.get()?;
                let quoted = view! {
                    <b>{count}</b>
                    {trend(recent as i32, recent.to_string())}
                };
                Some(quoted.into_any())
            });
            view! {
                <span class="tape-category" dir="auto">{icon.map(drawn)} {name}</span>
                {quoted}
            }
            .into_any()
        }
        TapeItem::Deal(card) => {
            let effort = (card.effort_minutes > 0).then(|| t.common().effort(card.effort_minutes));
            view! {
                <Sides givers=card.givers receivers=card.receivers kind=card.kind />
                <span class="tape-text" dir="auto">{card.text}</span>
                <span class="tape-place">{effort}</span>
            }
            .into_any()
        }
        TapeItem::Wish { party, text, .. } => view! {
            <span class="tape-wish">{t.wall().still_wished}</span>
            <span class="tape-text" dir="auto">{text}</span>
            <SymbolChip symbol=party.symbol sector=party.sector />
            <span class="tape-place" dir="auto">{party.place}</span>
        }
        .into_any(),
    }
}
