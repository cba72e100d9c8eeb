//! The band that the tape's pieces move on. It owns their elements itself: each is put into the page once, before anything
//! sees it, and taken out once, when it has left. In between no list touches it, whatever comes and goes beside it.
//!
//! All pieces stand in one row, where the browser lays each behind the one before it, and the row moves as a whole, by one
//! animation of the compositor's: none can lie over another, leave it or jump, whatever becomes of their widths. All of its
//! sizes are in the wall's unit, so that a resized window moves nothing by itself. The room of what has left is kept free
//! in the same instant; now and then the row begins anew without it.

use std::collections::VecDeque;

use leptos::prelude::*;
use leptos::tachys::view::Mountable;
use leptos::tachys::view::any_view::AnyViewState;
use wasm_bindgen::prelude::*;
use web_sys::{Animation, Element, HtmlElement, Node};

use super::tape_items::Subject;
use crate::browser;

/// How fast the row moves, in the wall's unit a second: how quickly it is read does not hang on how wide the screen is. A
/// screen of 16:9 is crossed in some 22 seconds.
const SPEED: f64 = 5.0;
/// How high the band is, in the wall's unit: its style sheet says the same.
const HEIGHT: f64 = 6.2;
/// Pieces are ready out of sight for so long before they enter, in seconds: for so long the page may be busy.
const AHEAD_S: f64 = 15.0;
/// News enters so soon, in seconds, before what else is ready.
const NEWS_S: f64 = 0.8;
/// So many pieces of news wait at most. In a burst the oldest of them give way: the next turn has them.
const NEWS_MAX: usize = 6;
/// A piece that has left stays for so long out of sight, in seconds.
const LEFT_S: f64 = 0.5;
/// The row begins anew when it has moved for so long, in milliseconds: a browser need not move a row of any length.
const ANEW_MS: f64 = 120_000.0;
/// How the row moves: for longer than it is let, since a page may be busy.
const KEYFRAMES: &str = r#"{"transform":["none","translateX(calc(-3000 * var(--u)))"]}"#;
const TIMING: &str = r#"{"duration":600000,"fill":"both"}"#;
/// The row's place is written in so many parts of the wall's unit: each is no more than a browser's own step.
const LEFT_PARTS: i64 = 1_000;

#[wasm_bindgen]
extern "C" {
    /// The page's timeline: what the animation's start is told on.
    type Timeline;

    #[wasm_bindgen(method, getter, js_name = currentTime)]
    fn current_time(this: &Timeline) -> Option<f64>;

    /// An element that is set moving by script: a style sheet's animation would begin anew whenever its element was out of
    /// sight, and without its start.
    type Moved;

    #[wasm_bindgen(method)]
    fn animate(this: &Moved, keyframes: &JsValue, timing: &JsValue) -> Animation;
}

/// What became of what a piece in sight is about.
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

/// A piece on its way, or ready to be.
struct Piece {
    element: Element,
    /// What holds its content.
    _view: AnyViewState,
    owner: Owner,
    subject: Option<Subject>,
    is_news: bool,
}

impl Piece {
    fn left_px(&self) -> f64 {
        self.element.get_bounding_client_rect().left()
    }

    fn right_px(&self) -> f64 {
        self.element.get_bounding_client_rect().right()
    }
}

/// Where the band lies now, in the page's pixels.
#[derive(Clone, Copy)]
struct Bounds {
    left: f64,
    right: f64,
    /// The wall's unit.
    unit: f64,
}

impl Bounds {
    /// How far the row goes in so many seconds.
    fn way_px(self, seconds: f64) -> f64 {
        seconds * SPEED * self.unit
    }
}

/// The row's own movement.
struct Movement {
    animation: Animation,
    /// When it began, on the page's timeline.
    begun_ms: f64,
    /// Where the row's left edge is without its movement, in the wall's unit: how much of it has left.
    left: f64,
}

/// The band, with the pieces on it from left to right.
pub struct Band {
    place: HtmlElement,
    row: HtmlElement,
    timeline: Option<Timeline>,
    /// None while it is empty, or stands.
    movement: Option<Movement>,
    runs: bool,
    pieces: VecDeque<Piece>,
    pieces_ever: u64,
    owner: Owner,
    /// Owners of pieces that have left, for those to come: an owner would else keep a trace of each.
    spare: Vec<Owner>,
}

impl Band {
    /// An empty band in an element that lies in the page.
    pub fn new(place: HtmlElement) -> Self {
        let row: HtmlElement = document()
            .create_element("div")
            .expect("a page has elements")
            .unchecked_into();
        row.set_class_name("tape-row");
        let _placed = place.append_child(&row);
        let timeline = js_sys::Reflect::get(&document(), &"timeline".into());
        Self {
            place,
            row,
            timeline: timeline
                .ok()
                .filter(JsValue::is_object)
                .map(JsCast::unchecked_into),
            movement: None,
            runs: true,
            pieces: VecDeque::new(),
            pieces_ever: 0,
            owner: Owner::current().expect("a band is made by a component"),
            spare: Vec::new(),
        }
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Takes out what has left. If nothing is in sight it begins anew at the left edge: it was asleep.
    pub fn tend(&mut self) {
        let (Some(bounds), Some(last)) = (self.bounds(), self.pieces.back()) else {
            return;
        };
        if last.right_px() <= bounds.left {
            self.clear();
            return;
        }
        let stays_px = bounds.left - bounds.way_px(LEFT_S);
        let gone = self
            .pieces
            .iter()
            .take_while(|piece| piece.right_px() < stays_px)
            .count();
        let now_ms = self.now_ms();
        let is_old = (self.movement.as_ref()).is_some_and(|movement| now_ms - movement.begun_ms > ANEW_MS);
        if gone == 0 && !is_old {
            return;
        }
        let gone_px = self.pieces[gone].left_px() - self.pieces[0].left_px();
        for _ in 0..gone {
            self.take_out(0);
        }
        let Some(movement) = &mut self.movement else {
            return;
        };
        movement.left += gone_px / bounds.unit;
        if is_old {
            movement.left -= SPEED * (now_ms - movement.begun_ms) / 1_000.0;
            movement.begun_ms = now_ms;
            movement.animation.set_start_time(Some(now_ms));
        }
        let left = movement.left;
        self.set_left(left);
    }

    /// Whether the band is not full yet, with what is to be ready behind its right edge.
    pub fn has_room(&self) -> bool {
        self.bounds().is_some_and(|bounds| {
            let ready_px = bounds.right + bounds.way_px(AHEAD_S);
            self.pieces.back().is_none_or(|last| last.right_px() < ready_px)
        })
    }

    /// Puts a piece behind the last one.
    pub fn push(&mut self, subject: Option<Subject>, view: impl FnOnce() -> AnyView) {
        self.put_in(self.pieces.len(), subject, false, view);
    }

    /// Puts a piece of news in front of everything that is not about to enter, but behind the news that waits already.
    pub fn push_news(&mut self, subject: Option<Subject>, view: impl FnOnce() -> AnyView) {
        let first = self.first_waiting();
        let news = self.pieces.range(first..).filter(|piece| piece.is_news).count();
        if news >= NEWS_MAX {
            self.take_out(first);
        }
        self.put_in(first + news.min(NEWS_MAX - 1), subject, true, view);
    }

    /// Takes out what is ready and not in sight yet.
    pub fn forget_waiting(&mut self) {
        for nth in (self.first_waiting()..self.pieces.len()).rev() {
            self.take_out(nth);
        }
    }

    /// Takes out the pieces about something that wait; those in sight are marked.
    pub fn take_back(&mut self, is_about: impl Fn(Subject) -> bool, left: Option<Left>) {
        let first = self.first_waiting();
        for nth in (0..self.pieces.len()).rev() {
            let piece = &self.pieces[nth];
            if !piece.subject.is_some_and(&is_about) {
                continue;
            }
            if nth >= first {
                self.take_out(nth);
            } else if let Some(left) = left {
                let _marked = piece.element.class_list().add_1(left.class());
            }
        }
    }

    /// Empties the band, and lets what comes from now on move.
    pub fn set_running(&mut self) {
        self.clear();
        self.runs = true;
        let _set = self.place.class_list().remove_1("stands");
    }

    /// Empties the band, and lets what comes from now on stand.
    pub fn set_standing(&mut self) {
        self.clear();
        self.runs = false;
        let _set = self.place.class_list().add_1("stands");
    }

    /// Takes everything out at once, in sight or not.
    pub fn clear(&mut self) {
        while !self.pieces.is_empty() {
            self.take_out(0);
        }
        // A browser keeps whatever an animation that is not over moves.
        if let Some(movement) = self.movement.take() {
            movement.animation.cancel();
        }
        self.set_left(0.0);
    }

    fn put_in(
        &mut self,
        nth: usize,
        subject: Option<Subject>,
        is_news: bool,
        view: impl FnOnce() -> AnyView,
    ) {
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
        let _placed = self.row.insert_before(&element, next);
        let piece = Piece {
            element,
            _view: view,
            owner,
            subject,
            is_news,
        };
        self.pieces.insert(nth, piece);
        if self.runs && self.movement.is_none() {
            self.movement = Some(self.moved());
        }
    }

    fn take_out(&mut self, nth: usize) {
        let Some(piece) = self.pieces.remove(nth) else {
            return;
        };
        piece.element.remove();
        piece.owner.cleanup();
        self.spare.push(piece.owner);
    }

    /// Sets the row moving, from the left edge.
    fn moved(&self) -> Movement {
        let [keyframes, timing] =
            [KEYFRAMES, TIMING].map(|json| js_sys::JSON::parse(json).unwrap_or_default());
        let animation = self.row.unchecked_ref::<Moved>().animate(&keyframes, &timing);
        let begun_ms = self.now_ms();
        // A browser that is busy begins an animation late. This one has its place by the clock, whenever that is.
        animation.set_start_time(Some(begun_ms));
        Movement {
            animation,
            begun_ms,
            left: 0.0,
        }
    }

    fn set_left(&self, left: f64) {
        // Whole parts: writing fractions would make a first visit larger.
        let parts = (left * LEFT_PARTS as f64).round() as i64;
        let left = format!("calc({parts} * var(--u) / {LEFT_PARTS})");
        let _set = self.row.style().set_property("left", &left);
    }

    /// The first piece that is not about to enter.
    fn first_waiting(&self) -> usize {
        let Some(bounds) = self.bounds().filter(|_| self.runs) else {
            return self.pieces.len();
        };
        let enters_px = bounds.right + bounds.way_px(NEWS_S);
        self.pieces
            .iter()
            .position(|piece| piece.left_px() > enters_px)
            .unwrap_or(self.pieces.len())
    }

    fn now_ms(&self) -> f64 {
        let timeline = self.timeline.as_ref();
        timeline
            .and_then(Timeline::current_time)
            .unwrap_or_else(browser::monotonic_ms)
    }

    /// Where it lies; none while it is not laid out.
    fn bounds(&self) -> Option<Bounds> {
        let rect = self.place.get_bounding_client_rect();
        (rect.width() > 0.0 && rect.height() > 0.0).then(|| Bounds {
            left: rect.left(),
            right: rect.right(),
            unit: rect.height() / HEIGHT,
        })
    }
}

impl Drop for Band {
    fn drop(&mut self) {
        self.clear();
    }
}
