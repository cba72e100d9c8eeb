//! The band that the tape's pieces move on. It owns their elements itself: each is put into the page once, before anything
//! sees it, and taken out once, when it has left. In between no list touches it, whatever comes and goes beside it.
//!
//! A piece's place is a time: when its left edge is at the band's left edge. Each begins where the one before it ends, so
//! that none lies over another and nothing is between them, and what it takes to move is one animation of the compositor's
//! with its start set on the page's timeline. Only when a piece's own width or the band's size changes (a resize, a font
//! that loads late, a larger text) are the places found anew, for all of them at once and before the browser paints.

use std::collections::VecDeque;

use borsklokka_shared::ids::DealId;
use leptos::prelude::*;
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::prelude::*;
use web_sys::{Animation, Element, Node, ResizeObserver};

use crate::browser;

/// How long a piece takes across the band's own height, in milliseconds: how quickly it is read does not hang on how wide the
/// screen is. A screen of 16:9 is crossed in some 22 seconds.
const HEIGHT_MS: f64 = 1_240.0;
/// Pieces are ready out of sight for so long before they enter, in milliseconds: for so long the page may be busy.
const AHEAD_MS: f64 = 15_000.0;
/// News enters so soon, in milliseconds, before what else is ready.
const NEWS_MS: f64 = 800.0;
/// So many pieces of news wait at most. In a burst the oldest of them give way: the next turn has them.
const NEWS_MAX: usize = 6;
/// A piece that has left stays for so long out of sight, in milliseconds.
const LEFT_MS: f64 = 500.0;
/// An animation runs from so long before a piece is at the left edge to so long after, in milliseconds: more than any screen
/// is wide.
const TRAVEL_MS: f64 = 300_000.0;
/// How an animation runs: from end to end in twice that time, and a piece that it has not reached or is done with stays out
/// of sight.
const TIMING: &str = r#"{"duration":600000,"fill":"both"}"#;
/// A width that differs by less has not changed, in pixels.
const WIDTH_SLACK_PX: f64 = 0.1;

#[wasm_bindgen]
extern "C" {
    /// The page's timeline: what every animation's start is told on.
    type Timeline;

    #[wasm_bindgen(method, getter, js_name = currentTime)]
    fn current_time(this: &Timeline) -> Option<f64>;

    /// An element that is set moving by script: a style sheet's animation would begin anew whenever its element was out of
    /// sight, and without its start.
    type Moved;

    #[wasm_bindgen(method)]
    fn animate(this: &Moved, keyframes: &JsValue, timing: &JsValue) -> Animation;
}

/// What became of a deal that a piece in sight is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It was taken back: struck through.
    Withdrawn,
    /// It is no longer public: its place stays, empty.
    Removed,
}

impl Left {
    const fn class(self) -> &'static str {
        match self {
            Left::Withdrawn => "withdrawn",
            Left::Removed => "removed",
        }
    }
}

/// The size that places are reckoned by.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Size {
    width_px: f64,
    px_per_ms: f64,
}

/// A piece on its way, or ready to be.
struct Piece {
    element: Element,
    /// What holds its content.
    _view: AnyViewState,
    owner: Owner,
    deal: Option<DealId>,
    is_news: bool,
    width_px: f64,
    /// When its left edge is at the band's, on the page's timeline.
    at_ms: f64,
    /// Its way, and the speed that it was made for.
    way: Option<(Animation, f64)>,
}

/// The band, with the pieces on it from left to right.
pub struct Band {
    place: Element,
    timeline: Option<Timeline>,
    timing: JsValue,
    observer: Option<ResizeObserver>,
    _heard: Closure<dyn FnMut()>,
    size: Size,
    /// Whether it is laid out.
    is_shown: bool,
    runs: bool,
    pieces: VecDeque<Piece>,
    pieces_ever: u64,
    owner: Owner,
    /// Owners of pieces that have left, for those to come: an owner would else keep a trace of each.
    spare: Vec<Owner>,
}

impl Band {
    /// An empty band in an element that lies in the page. `on_size` is called before a paint when a size has changed.
    pub fn new(place: Element, on_size: impl Fn() + 'static) -> Self {
        let heard = Closure::new(on_size);
        let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(&place);
        }
        let timeline = js_sys::Reflect::get(&document(), &"timeline".into());
        let mut band = Self {
            place,
            timeline: timeline
                .ok()
                .filter(JsValue::is_object)
                .map(JsCast::unchecked_into),
            timing: js_sys::JSON::parse(TIMING).unwrap_or_default(),
            observer,
            _heard: heard,
            size: Size::default(),
            is_shown: false,
            runs: true,
            pieces: VecDeque::new(),
            pieces_ever: 0,
            owner: Owner::current().expect("a band is made by a component"),
            spare: Vec::new(),
        };
        band.measure();
        band
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Takes out what has left. If nothing is in sight it begins anew at the left edge: it was asleep.
    pub fn tend(&mut self) {
        let now_ms = self.now_ms();
        let is_whole = self.pieces.front().is_some_and(|first| first.at_ms <= now_ms)
            && self.pieces.back().is_some_and(|last| self.end_ms(last) > now_ms);
        if !is_whole && self.is_shown {
            self.clear();
        }
        while let Some(first) = self.pieces.front()
            && self.end_ms(first) < now_ms - LEFT_MS
        {
            self.take_out(0);
        }
    }

    /// Whether the band is not full yet, with what is to be ready behind its right edge.
    pub fn has_room(&self) -> bool {
        self.is_shown && self.free_ms() < self.edge_ms() + AHEAD_MS
    }

    /// Puts a piece behind the last one.
    pub fn push(&mut self, deal: Option<DealId>, view: impl FnOnce() -> AnyView) {
        self.put_in(self.pieces.len(), deal, view);
    }

    /// Puts a piece of news in front of everything that is not about to enter, but behind the news that waits already.
    pub fn push_news(&mut self, deal: Option<DealId>, view: impl FnOnce() -> AnyView) {
        let first = self.first_waiting();
        let news = self.pieces.range(first..).filter(|piece| piece.is_news).count();
        if news >= NEWS_MAX {
            self.take_out(first);
            self.lay_from(first);
        }
        let nth = first + news.min(NEWS_MAX - 1);
        self.put_in(nth, deal, view);
        if let Some(piece) = self.pieces.get_mut(nth) {
            piece.is_news = true;
        }
        self.lay_from(nth);
    }

    /// Takes out what is ready and not in sight yet.
    pub fn forget_waiting(&mut self) {
        for nth in (self.first_waiting()..self.pieces.len()).rev() {
            self.take_out(nth);
        }
    }

    /// Takes out the pieces of a deal that wait; those in sight are marked.
    pub fn take_back(&mut self, deal: DealId, left: Option<Left>) {
        let first = self.first_waiting();
        for nth in (0..self.pieces.len()).rev() {
            let piece = &self.pieces[nth];
            if piece.deal != Some(deal) {
                continue;
            }
            if nth >= first {
                self.take_out(nth);
            } else if let Some(left) = left {
                let _marked = piece.element.class_list().add_1(left.class());
            }
        }
        self.lay_from(first);
    }

    /// Finds all places anew if a size has changed: the first piece in sight keeps its own, in heights of the band.
    pub fn relay(&mut self) {
        if !self.runs {
            return;
        }
        // By the size that they were laid by.
        let now_ms = self.now_ms();
        let first = self.pieces.iter().position(|piece| self.end_ms(piece) > now_ms);
        let mut has_changed = self.measure();
        if !self.is_shown {
            return;
        }
        for piece in &mut self.pieces {
            let width_px = piece.element.get_bounding_client_rect().width();
            if (width_px - piece.width_px).abs() > WIDTH_SLACK_PX {
                piece.width_px = width_px;
                has_changed = true;
            }
        }
        if has_changed {
            for _ in 0..first.unwrap_or(0) {
                self.take_out(0);
            }
            self.lay_from(0);
        }
    }

    /// Empties the band, and lets what comes from now on move.
    pub fn set_running(&mut self) {
        self.clear();
        self.runs = true;
        let _set = self.place.class_list().remove_1("stands");
        self.measure();
    }

    /// Empties the band, and lets what comes from now on stand.
    pub fn set_standing(&mut self) {
        self.clear();
        self.runs = false;
        let _set = self.place.class_list().add_1("stands");
    }

    fn clear(&mut self) {
        while !self.pieces.is_empty() {
            self.take_out(0);
        }
    }

    fn put_in(&mut self, nth: usize, deal: Option<DealId>, view: impl FnOnce() -> AnyView) {
        let Ok(element) = document().create_element("div") else {
            return;
        };
        self.pieces_ever += 1;
        element.set_class_name("tape-piece");
        let _numbered = element.set_attribute("data-piece", &self.pieces_ever.to_string());
        let owner = self.spare.pop().unwrap_or_else(|| self.owner.child());
        let mut view = owner.with(|| view().build());
        view.mount(&element, None);
        let next: Option<&Node> = self.pieces.get(nth).map(|piece| piece.element.as_ref());
        let _placed = self.place.insert_before(&element, next);
        let width_px = element.get_bounding_client_rect().width();
        let piece = Piece {
            element,
            _view: view,
            owner,
            deal,
            is_news: false,
            width_px,
            at_ms: if nth == 0 { self.now_ms() } else { f64::NAN },
            way: None,
        };
        self.observer
            .iter()
            .for_each(|observer| observer.observe(&piece.element));
        self.pieces.insert(nth, piece);
        self.lay_from(nth);
    }

    fn take_out(&mut self, nth: usize) {
        let Some(piece) = self.pieces.remove(nth) else {
            return;
        };
        self.observer
            .iter()
            .for_each(|observer| observer.unobserve(&piece.element));
        piece.element.remove();
        // A browser keeps whatever an animation that is not over moves.
        if let Some((animation, _)) = &piece.way {
            animation.cancel();
        }
        piece.owner.cleanup();
        self.spare.push(piece.owner);
    }

    /// Gives the `nth` piece and all behind it their places: each where the one before it ends.
    fn lay_from(&mut self, nth: usize) {
        if !self.runs || self.size.px_per_ms <= 0.0 {
            return;
        }
        for nth in nth..self.pieces.len() {
            let at_ms = match nth.checked_sub(1) {
                Some(before) => self.end_ms(&self.pieces[before]),
                None => self.pieces[nth].at_ms,
            };
            self.pieces[nth].lay(at_ms, self.size.px_per_ms, &self.timing);
        }
    }

    /// When a piece's right edge is at the band's left edge.
    fn end_ms(&self, piece: &Piece) -> f64 {
        piece.at_ms + piece.width_px / self.size.px_per_ms
    }

    /// What is now at the band's right edge has this place.
    fn edge_ms(&self) -> f64 {
        self.now_ms() + self.size.width_px / self.size.px_per_ms
    }

    /// The place behind the last piece.
    fn free_ms(&self) -> f64 {
        self.pieces
            .back()
            .map_or_else(|| self.now_ms(), |last| self.end_ms(last))
    }

    /// The first piece that is not about to enter.
    fn first_waiting(&self) -> usize {
        if !self.runs || self.size.px_per_ms <= 0.0 {
            return self.pieces.len();
        }
        let enters_ms = self.edge_ms() + NEWS_MS;
        self.pieces
            .iter()
            .position(|piece| piece.at_ms > enters_ms)
            .unwrap_or(self.pieces.len())
    }

    fn now_ms(&self) -> f64 {
        let timeline = self.timeline.as_ref();
        timeline
            .and_then(Timeline::current_time)
            .unwrap_or_else(browser::monotonic_ms)
    }

    /// Measures the band; says whether it has another size. One that is not laid out keeps the size that it had.
    fn measure(&mut self) -> bool {
        let rect = self.place.get_bounding_client_rect();
        let (width_px, height_px) = (rect.width(), rect.height());
        self.is_shown = width_px > 0.0 && height_px > 0.0;
        if !self.is_shown {
            return false;
        }
        let size = Size {
            width_px,
            px_per_ms: travel_px(height_px) as f64 / TRAVEL_MS,
        };
        let is_other = size != self.size;
        self.size = size;
        is_other
    }
}

impl Drop for Band {
    fn drop(&mut self) {
        self.clear();
        self.observer.iter().for_each(ResizeObserver::disconnect);
    }
}

impl Piece {
    /// Sets the piece moving so that its left edge is at the band's at `at_ms`; nothing if it does so already.
    #[expect(clippy::float_cmp, reason = "the same figure as the last time, or another")]
    fn lay(&mut self, at_ms: f64, px_per_ms: f64, timing: &JsValue) {
        let is_same_way = self.way.as_ref().is_some_and(|(_, speed)| *speed == px_per_ms);
        if is_same_way && self.at_ms == at_ms {
            return;
        }
        self.at_ms = at_ms;
        if !is_same_way {
            if let Some((animation, _)) = self.way.take() {
                animation.cancel();
            }
            // Whole pixels: writing fractions would make a first visit larger.
            let px = (px_per_ms * TRAVEL_MS).round() as i64;
            let keyframes = format!(r#"{{"transform":["translateX({px}px)","translateX(-{px}px)"]}}"#);
            let keyframes = js_sys::JSON::parse(&keyframes).unwrap_or_default();
            let animation = self.element.unchecked_ref::<Moved>().animate(&keyframes, timing);
            self.way = Some((animation, px_per_ms));
        }
        if let Some((animation, _)) = &self.way {
            // A browser that is busy begins an animation late. Each has its place by the clock, whenever that is.
            animation.set_start_time(Some(at_ms - TRAVEL_MS));
        }
    }
}

/// How far a piece comes in [`TRAVEL_MS`] on a band that is so high, in whole pixels.
fn travel_px(height_px: f64) -> i64 {
    (height_px * TRAVEL_MS / HEIGHT_MS).round() as i64
}
