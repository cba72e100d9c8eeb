//! What lies over a page until it is put away: the browser keeps the focus within, closes it with Escape, and gives the
//! focus back to where it was.

use leptos::html;
use leptos::prelude::*;

/// A [`Modal`] on the page, to put it away. Copied freely.
#[derive(Clone, Copy, Debug)]
pub struct ModalRef(NodeRef<html::Dialog>);

impl ModalRef {
    /// Of one that is not on the page yet.
    pub fn new() -> Self {
        Self(NodeRef::new())
    }

    /// Whether it was put away, though it may be on the page for a moment yet.
    pub fn is_closed(self) -> bool {
        let dialog = self.0.try_get_untracked().flatten();
        dialog.is_some_and(|dialog| !dialog.open())
    }

    /// Puts it away. What is taken off the page without this leaves the focus nowhere.
    pub fn close(self) {
        if let Some(dialog) = self.0.try_get_untracked().flatten() {
            dialog.close();
        }
    }
}

impl Default for ModalRef {
    fn default() -> Self {
        Self::new()
    }
}

/// Something over the page, from the moment it is made.
#[component]
pub fn Modal(
    /// How it looks.
    class: &'static str,
    /// What tests call it.
    #[prop(optional)]
    testid: &'static str,
    /// The id of its title.
    titled_by: &'static str,
    /// The way to put it away.
    modal: ModalRef,
    /// Called once it is put away, to take it off the page.
    closed: impl Fn() + 'static,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let dialog = modal.0;
    Effect::new(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
            && let Err(error) = dialog.show_modal()
        {
            web_sys::console::warn_1(&error);
        }
    });
    view! {
        <dialog class=class node_ref=dialog data-testid=testid aria-labelledby=titled_by on:close=move |_| closed()>
            {children()}
        </dialog>
    }
}
