//! Where the keys go: the focus is moved for people, and never taken from where they put it themselves.

use std::iter::successors;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Moves the focus to a control that is on the page.
pub fn focus(control: &HtmlElement) {
    if control.focus().is_err() {
        web_sys::console::warn_1(&"a control could not take the focus".into());
    }
}

/// Goes on by the next frame, when what changes now is on the page. A busy tablet comes to that frame late: somebody who
/// has gone to another control meanwhile, and writes there, stays there.
pub fn go_on_next_frame(go: impl FnOnce() + 'static) {
    let from = has_focus();
    request_animation_frame(move || {
        let now = has_focus();
        if now.is_none() || now == from {
            go();
        }
    });
}

/// Once what a button opened on the page is gone, the button has the focus again, unless something else has it. For what
/// is no [`Modal`](super::Modal): there the browser does it.
pub fn focus_returns(is_open: Memo<bool>, opener: NodeRef<html::Button>) {
    focus_returns_to(is_open, move || {
        opener
            .try_get_untracked()
            .flatten()
            .map(|opener| (*opener).clone().into())
    });
}

/// [`focus_returns`] where one of several opened it.
pub fn focus_returns_to(is_open: Memo<bool>, opener: impl Fn() -> Option<Element> + Copy + 'static) {
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open.get();
        if was_open == Some(true) && !is_open {
            // By the next frame what was open is off the page, and the button is back on it.
            request_animation_frame(move || {
                if has_focus().is_none() {
                    focus_on(opener());
                }
            });
        }
        is_open
    });
}

/// By the next frame the first of two buttons that can be pressed has the focus, unless something else has it: the one that was
/// pressed may have been moved on the page, or have nothing more to do.
pub fn focus_stays(buttons: [NodeRef<html::Button>; 2]) {
    request_animation_frame(move || {
        let buttons = buttons.map(|button| button.try_get_untracked().flatten());
        let is_one = |control: &Element| buttons.iter().flatten().any(|button| ***button == *control);
        if has_focus().is_none_or(|control| is_one(&control)) {
            let next = buttons.iter().flatten().find(|button| !button.disabled());
            focus_on(next.map(|button| (**button).clone().into()));
        }
    });
}

/// Where the focus goes once a row that somebody takes away is off its list: to the same control of the row that comes in its place, or
/// else of one before, or to the page's title. Copied freely; made once a row.
#[derive(Clone, Copy)]
pub struct AfterRow(StoredValue<Option<Place>, LocalStorage>);

impl AfterRow {
    /// Nobody has taken it away yet.
    pub fn start() -> Self {
        let place = StoredValue::new_local(None::<Place>);
        on_cleanup(move || {
            if let Some(place) = place.try_update_value(Option::take).flatten() {
                // By the next frame the row is off the page.
                request_animation_frame(move || place.go_on());
            }
        });
        Self(place)
    }

    /// The row of this control is being taken away. `same` is what tests call the control that has the focus then in another row.
    pub fn leave(self, control: &Element, same: &'static str) {
        let _gone = self.0.try_set_value(Place::of(control, same));
    }
}

/// A row's place in its list.
struct Place {
    list: Element,
    /// How many rows stand before it.
    before: usize,
    same: &'static str,
}

impl Place {
    fn of(control: &Element, same: &'static str) -> Option<Self> {
        let row = control.closest("li").ok().flatten()?;
        Some(Self {
            list: row.parent_element()?,
            before: successors(row.previous_element_sibling(), Element::previous_element_sibling).count(),
            same,
        })
    }

    fn go_on(&self) {
        if !self.list.is_connected() || has_focus().is_some() {
            return;
        }
        let rows: Vec<Element> =
            successors(self.list.first_element_child(), Element::next_element_sibling).collect();
        let (before, after) = rows.split_at(self.before.min(rows.len()));
        let same = format!("[data-testid={}]", self.same);
        let controls = after.iter().chain(before.iter().rev());
        let controls = controls.filter_map(|row| row.query_selector(&same).ok().flatten());
        let title = document().query_selector(".page-title").ok().flatten();
        // What is hidden or cannot be pressed does not take it.
        let _is_any = controls.chain(title).any(|control| {
            focus_on(Some(control.clone()));
            has_focus() == Some(control)
        });
    }
}

fn focus_on(control: Option<Element>) {
    if let Some(control) = control.and_then(|control| control.dyn_into::<HtmlElement>().ok()) {
        focus(&control);
    }
}

/// Leaves the control that has the focus, before the page that it is on goes: as when somebody leaves it, what is typed in it is kept or saved.
/// If it went first, the browser would tell of that when nothing could hear of it any more. Gives what finds it on the next page.
pub fn leave_field() -> Option<String> {
    let field: HtmlElement = has_focus()?.dyn_into().ok()?;
    let id = field.id();
    // What cannot be left goes with its page.
    let _left = field.blur();
    (!id.is_empty()).then_some(id)
}

/// By the next frame the control of this id has the focus, if it is on the page and nothing else has it. A dialog that was made anew gives
/// it to what stands first on it, which is nobody's choice.
pub fn focus_found(id: String) {
    request_animation_frame(move || {
        let is_on_dialog = |now: Element| now.closest("dialog").is_ok_and(|dialog| dialog.is_some());
        if has_focus().is_none_or(is_on_dialog) {
            focus_on(document().get_element_by_id(&id));
        }
    });
}

/// The control that has the focus; none if only the page itself has it.
pub fn has_focus() -> Option<Element> {
    let document = document();
    let body = document.body();
    document
        .active_element()
        .filter(|element| body.as_ref().is_none_or(|body| **body != *element))
}
