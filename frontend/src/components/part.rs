//! Pieces of a screen that change. Each kind is one type, whatever is in it: the app then carries the machinery of change
//! once, not once a piece, and a first visit stays small.

use leptos::prelude::*;

/// Words that change.
pub type Words = Box<dyn FnMut() -> String + Send>;
/// A piece of a screen that changes, or comes and goes.
pub type Part = Box<dyn FnMut() -> AnyView + Send>;

/// Words that change with what `read` follows; nothing while it has none.
pub fn words(read: impl Fn() -> Option<String> + Send + 'static) -> Words {
    Box::new(move || read().unwrap_or_default())
}

/// A piece that is made anew when what `read` follows changes; nothing while it has none. Let it follow a memo, or it is
/// made anew at every event.
pub fn part(read: impl Fn() -> Option<AnyView> + Send + 'static) -> Part {
    Box::new(move || read().unwrap_or_else(|| ().into_any()))
}
