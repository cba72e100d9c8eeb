//! The tape along the bottom. Each piece moves by itself, at the same speed: a new one enters behind the last, and none
//! that is on its way ever jumps.

use std::collections::VecDeque;
use std::time::Duration;

use borsklokka_shared::event::Event;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::Animation;

use super::chart::reading;
use super::tape_items::{TapeItem, turn};
use crate::browser;
use crate::components::{Card, Sides, SymbolChip, trend};
use crate::live::Live;
use crate::texts::texts;

/// How long a point of the tape takes across the screen, in milliseconds.
const CROSSING_MS: f64 = 20_000.0;
/// A piece is made ready this long before it enters, in milliseconds.
const AHEAD_MS: f64 = 400.0;
/// With less motion the tape stands, and is changed this often, in milliseconds.
const STANDS_MS: u64 = 12_000;
/// How many pieces a standing tape has.
const STANDING_ITEMS: usize = 6;
/// How soon a tape with nothing to say looks again, in milliseconds.
const LOOK_AGAIN_MS: f64 = 300.0;

#[wasm_bindgen]
extern "C" {
    /// An element that moves.
    type Animated;

    /// Its animations, also those that the style has just begun.
    #[wasm_bindgen(method, js_name = getAnimations)]
    fn animations(this: &Animated) -> js_sys::Array;
}

/// A piece that is on the tape.
#[derive(Clone, Debug)]
struct Piece {
    number: u64,
    item: TapeItem,
    /// When it has left, on the device's clock; unknown until its width is.
    gone_ms: Option<f64>,
}

/// What the tape is doing.
#[derive(Clone, Copy)]
struct Reel {
    live: Live,
    pieces: RwSignal<Vec<Piece>>,
    band: NodeRef<Div>,
    /// What comes next.
    upcoming: StoredValue<VecDeque<TapeItem>>,
    /// How many pieces and turns there have been.
    pieces_ever: StoredValue<u64>,
    turns: StoredValue<usize>,
    /// When the right edge is free for the next piece, on the device's clock.
    free_ms: StoredValue<f64>,
}

/// The tape.
#[component]
pub fn Tape() -> impl IntoView {
    let live = Live::of_page();
    let reel = Reel {
        live,
        pieces: RwSignal::new(Vec::new()),
        band: NodeRef::new(),
        upcoming: StoredValue::new(VecDeque::new()),
        pieces_ever: StoredValue::new(0),
        turns: StoredValue::new(0),
        free_ms: StoredValue::new(f64::NEG_INFINITY),
    };
    live.on_public_event(move |message| {
        if let Event::DealPosted { deal } = &message.event
            && let Some(card) = live.peek(|board| Card::of(board, deal))
        {
            reel.upcoming
                .update_value(|upcoming| upcoming.push_front(TapeItem::Deal(card)));
        }
    });
    if browser::wants_less_motion() {
        reel.stand();
    } else {
        reel.step();
    }
    view! {
        <div class="tape" data-testid="tape" aria-hidden="true" node_ref=reel.band>
            <For each=move || reel.pieces.get() key=|piece| piece.number let(piece)>
                <div class="tape-piece" data-piece=piece.number>
                    {piece_view(piece.item)}
                </div>
            </For>
        </div>
    }
}

impl Reel {
    /// Lets the next piece in if there is room for it, and comes back when there will be.
    fn step(self) {
        let now_ms = browser::monotonic_ms();
        // A tape that has just started, or slept, is full from edge to edge.
        let Some(free_ms) = self.free_ms.try_get_value() else {
            return;
        };
        let free_ms = free_ms.max(now_ms - CROSSING_MS);
        self.free_ms.set_value(free_ms);
        self.drop_gone(now_ms);
        let room_in_ms = free_ms - now_ms - AHEAD_MS;
        if room_in_ms > 0.0 {
            self.step_in(room_in_ms);
            return;
        }
        let Some(number) = self.push_next() else {
            self.step_in(LOOK_AGAIN_MS);
            return;
        };
        // Its width is known once it is laid out.
        request_animation_frame(move || {
            self.start(number);
            self.step();
        });
    }

    fn step_in(self, wait_ms: f64) {
        set_timeout(move || self.step(), Duration::from_millis(wait_ms as u64));
    }

    fn drop_gone(self, now_ms: f64) {
        let is_gone = |piece: &Piece| piece.gone_ms.is_some_and(|gone_ms| gone_ms < now_ms);
        if self.pieces.with_untracked(|pieces| pieces.iter().any(is_gone)) {
            self.pieces
                .update(|pieces| pieces.retain(|piece| !is_gone(piece)));
        }
    }

    fn push_next(self) -> Option<u64> {
        let item = self.next_item()?;
        let number = self.pieces_ever.get_value() + 1;
        self.pieces_ever.set_value(number);
        self.pieces.update(|pieces| {
            pieces.push(Piece {
                number,
                item,
                gone_ms: None,
            });
        });
        Some(number)
    }

    fn next_item(self) -> Option<TapeItem> {
        if self.upcoming.with_value(VecDeque::is_empty) {
            let turns = self.turns.get_value();
            self.turns.set_value(turns + 1);
            let items = self
                .live
                .peek(|board| turn(board, turns, self.live.now()))
                .unwrap_or_default();
            self.upcoming.set_value(items.into());
        }
        self.upcoming.try_update_value(VecDeque::pop_front).flatten()
    }

    /// Sets a piece moving, so that it enters when the one before it is wholly in.
    fn start(self, number: u64) {
        let Some(band) = self.band.try_get_untracked().flatten() else {
            return;
        };
        let selector = format!("[data-piece=\"{number}\"]");
        let Some(piece) = band
            .query_selector(&selector)
            .ok()
            .flatten()
            .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
        else {
            return;
        };
        let px_per_ms = f64::from(band.offset_width().max(1)) / CROSSING_MS;
        let width_ms = f64::from(piece.offset_width()) / px_per_ms;
        let enters_ms = self.free_ms.get_value();
        let runs_ms = CROSSING_MS + width_ms;
        // Whole milliseconds: writing fractions would make a first visit larger. Only a misspelt name could fail.
        let _set =
            web_sys::HtmlElement::style(&piece).set_property("--runs", &format!("{}ms", runs_ms as i64));
        let _running = piece.class_list().add_1("runs");
        // A browser that is busy begins an animation late. Each has its place by the clock, whenever that is.
        for animation in piece.unchecked_ref::<Animated>().animations() {
            animation
                .unchecked_into::<Animation>()
                .set_start_time(Some(enters_ms));
        }
        self.free_ms.set_value(enters_ms + width_ms);
        self.pieces.update(|pieces| {
            for piece in pieces.iter_mut().filter(|piece| piece.number == number) {
                piece.gone_ms = Some(enters_ms + runs_ms);
            }
        });
    }

    /// The tape for those who asked for less motion: it stands, and changes now and then.
    fn stand(self) {
        let change = move || {
            self.pieces.try_update(Vec::clear);
            for _ in 0..STANDING_ITEMS {
                self.push_next();
            }
        };
        Effect::new(move || {
            self.live.session().track();
            change();
        });
        set_interval(change, Duration::from_millis(STANDS_MS));
    }
}

fn piece_view(item: TapeItem) -> AnyView {
    let t = texts();
    match item {
        TapeItem::Index { place, index } => view! {
            <span class="tape-category">{(t.wall.index)(&place)}</span>
            {reading(index, t)}
        }
        .into_any(),
        TapeItem::Category { name, count, recent } => view! {
            <span class="tape-category">{name}</span>
            <b>{count}</b>
            {trend(recent as i32, recent.to_string())}
        }
        .into_any(),
        TapeItem::Deal(card) => {
            let effort = (card.effort_minutes > 0).then(|| (t.common.effort)(card.effort_minutes));
            view! {
                <Sides givers=card.givers receivers=card.receivers />
                <span>{card.text}</span>
                <span class="tape-place">{effort}</span>
            }
            .into_any()
        }
        TapeItem::Wish { party, text } => view! {
            <span class="tape-wish">{t.wall.still_wished}</span>
            <span>{text}</span>
            <SymbolChip symbol=party.symbol sector=party.sector />
            <span class="tape-place">{party.place}</span>
        }
        .into_any(),
    }
}
