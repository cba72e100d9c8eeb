//! Which of the drafts on the disk is this tab's. A page that has just been opened asks the other tabs which are theirs, and takes up
//! its own of before, else what a tab left that was closed. A tab that slept and did not answer hears that its draft was taken up,
//! and keeps what it holds under another name: of what either writes, nothing is lost.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::browser;
use crate::disk::DEAL;

/// What a tab says that asks; else it says which draft is its own.
const ASKS: &str = "?";

/// This tab among the others. Copied freely; made once a page, by [`Tab::open`].
#[derive(Clone, Copy)]
pub(super) struct Tab {
    /// Under which name its draft lies; none until that is found.
    pub(super) key: RwSignal<Option<String>>,
    /// Where the tab itself keeps that name over a reload.
    place: StoredValue<String>,
    /// The others' drafts.
    held: StoredValue<Vec<String>>,
    others: StoredValue<Option<BroadcastChannel>, LocalStorage>,
}

impl Tab {
    /// Asks the others.
    pub(super) fn open(slug: &str) -> Self {
        let place = format!("draft/{slug}");
        let others = BroadcastChannel::new(&format!("borsklokka/{place}")).ok();
        let tab = Self {
            key: RwSignal::new(None),
            place: StoredValue::new(place),
            held: StoredValue::new(Vec::new()),
            others: StoredValue::new_local(others.clone()),
        };
        if let Some(others) = others {
            let hear = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
                if let Some(said) = message.data().as_string() {
                    tab.hear(said);
                }
            });
            others.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
        }
        tab.say(ASKS);
        tab
    }

    fn hear(self, said: String) {
        // The screen may be gone, and then it holds nothing.
        match self.key.try_get_untracked() {
            Some(Some(own)) if said == ASKS => self.say(&own),
            Some(Some(own)) if said == own => self.hold(fresh()),
            Some(None) if said != ASKS => self.held.update_value(|held| held.push(said)),
            _ => {}
        }
    }

    fn say(self, what: &str) {
        self.others.with_value(|others| {
            if let Some(others) = others {
                // Only a channel that was closed could not be spoken to.
                let _said = others.post_message(&what.into());
            }
        });
    }

    /// From now on its draft lies under this name.
    pub(super) fn hold(self, key: String) {
        self.place
            .with_value(|place| browser::keep_for_session(place, &key));
        self.say(&key);
        self.key.set(Some(key));
    }

    /// What it takes up of what lies on the disk. `blank` is what says nothing.
    pub(super) fn choose(self, drafts: &[(String, String)], blank: &str) -> Option<(String, String)> {
        let own = self.place.with_value(|place| browser::session_item(place));
        self.held
            .with_value(|held| free(drafts, blank, own.as_deref(), held).cloned())
    }

    /// A name under which nothing lies, when there is nothing to take up.
    pub(super) fn new_key(self) -> String {
        let is_first = self.held.with_value(|held| held.iter().all(|key| key != DEAL));
        if is_first { DEAL.to_owned() } else { fresh() }
    }
}

/// A name that nobody has.
pub(super) fn fresh() -> String {
    format!("{DEAL}/{}", browser::fresh_uuid())
}

/// Of what no other tab holds the first that says something, the tab's own before others; else one that says nothing, likewise.
fn free<'a>(
    drafts: &'a [(String, String)],
    blank: &str,
    own: Option<&str>,
    held: &[String],
) -> Option<&'a (String, String)> {
    let free = drafts.iter().rev().filter(|(key, _)| !held.contains(key));
    free.max_by_key(|(key, text)| (text != blank, own == Some(key.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_takes_up_its_own_draft_else_what_a_closed_tab_left_and_nobody_else_s() {
        let kept = |drafts: &[(&str, &str)]| {
            let drafts = drafts
                .iter()
                .map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
            drafts.collect::<Vec<_>>()
        };
        let drafts = kept(&[("deal", "a"), ("deal/1", "b"), ("deal/2", "{}"), ("deal/3", "c")]);
        let chosen = |own, held: &[&str]| {
            let held: Vec<String> = held.iter().map(|key| (*key).to_owned()).collect();
            free(&drafts, "{}", own, &held).map(|(key, _)| key.clone())
        };
        for (own, held, expected) in [
            (None, vec![], Some("deal")),
            (Some("deal/3"), vec!["deal"], Some("deal/3")),
            (None, vec!["deal"], Some("deal/1")),
            // Its own says nothing: what a closed tab left is more.
            (Some("deal/2"), vec!["deal", "deal/1"], Some("deal/3")),
            (Some("deal/2"), vec!["deal", "deal/1", "deal/3"], Some("deal/2")),
            // A tab that was made of another begins with that one's name.
            (Some("deal"), vec!["deal", "deal/1", "deal/2", "deal/3"], None),
        ] {
            assert_eq!(chosen(own, &held).as_deref(), expected, "{own:?} {held:?}");
        }
    }
}
