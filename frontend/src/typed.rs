//! What people type outlives the words. A screen is made anew when its language changes: what is typed on it is made under an owner of
//! its own, out of reach of that, and is found again. What is to outlive the page too is kept in its tab, and goes with what the device
//! keeps of the staff. What fields hold that nobody has sent is in [`fields`].

pub mod fields;

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::collections::BTreeMap;

use borsklokka_shared::language::Language;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{browser, json};

/// What outlives the words.
struct Lasting {
    /// Under which it was made.
    owner: Owner,
    made: Box<dyn Any>,
    /// Whether a screen is there that it is on.
    is_on_screen: bool,
}

thread_local! {
    static LASTING: RefCell<BTreeMap<TypeId, Lasting>> = const { RefCell::new(BTreeMap::new()) };
}

/// The language that a screen is made in. When it changes, the screen is made anew, a moment later: until then parts of it may still be
/// made in the words of before.
#[derive(Clone, Copy)]
pub struct Spoken {
    /// What the screen was made in.
    pub words: Language,
    /// What it should be made in by now.
    pub language: Signal<Language>,
}

/// What a screen holds of what is typed on it, asked for once a screen: made when the screen is opened, and the same when that is made
/// anew in another language. It goes with the screen that goes for any other reason, such as that nobody of the staff sits there.
pub fn lasting<T: Copy + 'static>(make: impl FnOnce() -> T) -> T {
    last(expect_context(), make, |kind| {
        request_animation_frame(move || forget_unless_on_screen(kind));
    })
}

/// [`lasting`]; once the words have changed, `then` looks whether the screen was made anew.
fn last<T: Copy + 'static>(spoken: Spoken, make: impl FnOnce() -> T, then: fn(TypeId)) -> T {
    let Spoken { words, language } = spoken;
    let kind = TypeId::of::<T>();
    on_cleanup(move || {
        LASTING.with_borrow_mut(|lasting| {
            if let Some(one) = lasting.get_mut(&kind) {
                one.is_on_screen = false;
            }
        });
        if language.get_untracked() == words {
            forget_unless_on_screen(kind);
        } else {
            then(kind);
        }
    });
    let found = LASTING.with_borrow_mut(|lasting| {
        let one = lasting.get_mut(&kind)?;
        one.is_on_screen = true;
        one.made.downcast_ref::<T>().copied()
    });
    found.unwrap_or_else(|| {
        let owner = of_page().child();
        let made = owner.with(|| untrack(make));
        let one = Lasting {
            owner,
            made: Box::new(made),
            is_on_screen: true,
        };
        LASTING.with_borrow_mut(|lasting| lasting.insert(kind, one));
        made
    })
}

fn forget_unless_on_screen(kind: TypeId) {
    let gone = LASTING.with_borrow_mut(|lasting| {
        let is_gone = lasting.get(&kind).is_some_and(|one| !one.is_on_screen);
        is_gone.then(|| lasting.remove(&kind)).flatten()
    });
    if let Some(gone) = gone {
        gone.owner.cleanup();
    }
}

/// The owner of everything on the page.
pub fn of_page() -> Owner {
    let mut owner = Owner::current().expect("a screen is made under an owner");
    while let Some(parent) = owner.parent() {
        owner = parent;
    }
    owner
}

/// Where the tab keeps what is typed on an exchange's screens.
fn place(slug: &str) -> String {
    format!("typed/{slug}")
}

fn all(slug: &str) -> BTreeMap<String, Value> {
    let kept = browser::session_item(&place(slug));
    kept.and_then(|text| json::read(&text).ok()).unwrap_or_default()
}

/// What the tab kept of a screen. What an older app kept may be unreadable: then it is nothing.
pub fn kept<T: DeserializeOwned>(slug: &str, screen: Screen) -> Option<T> {
    T::deserialize(all(slug).remove(screen.as_str())?).ok()
}

/// Keeps in the tab what is typed on a screen, or that nothing is.
pub fn keep<T: Serialize>(slug: &str, screen: Screen, typed: Option<&T>) {
    let mut all = all(slug);
    let typed = typed.map(|typed| serde_json::to_value(typed).expect("what is typed has string keys"));
    match typed {
        Some(typed) => all.insert(screen.as_str().to_owned(), typed),
        None => all.remove(screen.as_str()),
    };
    let text = serde_json::to_string(&all).expect("what is typed has string keys");
    browser::keep_for_session(&place(slug), &text);
}

/// Forgets what the tab kept of an exchange: the device is nobody's of the staff any more.
pub fn forget(slug: &str) {
    browser::keep_for_session(&place(slug), "");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is typed on a screen.
    #[derive(Clone, Copy)]
    struct Remark(RwSignal<String>);

    /// A screen on the page, and what is typed there.
    fn open(page: &Owner, language: RwSignal<Language>) -> (Owner, RwSignal<String>) {
        open_in(page, language.get_untracked(), language)
    }

    /// One that is made in words that may be those of before.
    fn open_in(page: &Owner, words: Language, language: RwSignal<Language>) -> (Owner, RwSignal<String>) {
        let screen = page.child();
        let spoken = Spoken {
            words,
            language: language.into(),
        };
        let make = || Remark(RwSignal::new(String::new()));
        let remark = screen.with(|| last(spoken, make, |_| ()));
        (screen, remark.0)
    }

    #[test]
    fn what_is_typed_outlives_the_words_and_goes_with_its_screen() {
        let page = Owner::new_root(None);
        let language = page.with(|| RwSignal::new(Language::Nb));
        let (in_bokmal, typed) = open(&page, language);
        typed.set("Hvem tar første steg?".to_owned());
        language.set(Language::De);
        in_bokmal.cleanup();
        let (in_german, again) = open(&page, language);
        forget_unless_on_screen(TypeId::of::<Remark>());
        assert_eq!(again.get_untracked(), "Hvem tar første steg?");
        // Nobody sits there any more.
        in_german.cleanup();
        assert_eq!(typed.try_get_untracked(), None);
        let (_screen, of_somebody_else) = open(&page, language);
        assert_eq!(of_somebody_else.get_untracked(), "");
    }

    #[test]
    fn what_is_made_in_the_words_of_before_outlives_them_too() {
        let page = Owner::new_root(None);
        let language = page.with(|| RwSignal::new(Language::De));
        let (in_bokmal, typed) = open_in(&page, Language::Nb, language);
        typed.set("Hvem tar første steg?".to_owned());
        in_bokmal.cleanup();
        let (_in_german, again) = open(&page, language);
        assert_eq!(again.get_untracked(), "Hvem tar første steg?");
    }

    #[test]
    fn what_no_screen_is_made_anew_for_is_forgotten_though_the_words_changed() {
        let page = Owner::new_root(None);
        let language = page.with(|| RwSignal::new(Language::Nb));
        let (screen, typed) = open(&page, language);
        typed.set("Kari, 912 34 567".to_owned());
        language.set(Language::De);
        screen.cleanup();
        assert_eq!(typed.get_untracked(), "Kari, 912 34 567");
        forget_unless_on_screen(TypeId::of::<Remark>());
        assert_eq!(typed.try_get_untracked(), None);
    }
}
