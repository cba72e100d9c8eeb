//! Which language the page speaks: the address says, else what was chosen on this device, else the exchange, else the browser.

use borsklokka_shared::language::Language;

use crate::browser;
use crate::route::asked;

/// Under which name the browser keeps what was chosen on it.
const KEPT: &str = "borsklokka.language";

/// The language that the page's address asks for.
pub fn of_address() -> Option<Language> {
    of_query(&browser::query())
}

/// The language that this device is to speak, whatever its exchange does. A wall asks [`of_address`] alone: it speaks for all.
pub fn of_device() -> Option<Language> {
    of_address().or_else(|| Language::from_tag(&browser::kept(KEPT)?))
}

/// Keeps what was chosen on this device: a language of its own, or none. What the address asked for is over.
pub fn keep(own: Option<Language>) {
    match own {
        Some(language) => browser::keep(KEPT, language.as_str()),
        None => browser::forget(KEPT),
    }
    if of_address().is_some() {
        browser::forget_query();
    }
}

/// The language that the address asks for with `?lang=`.
fn of_query(query: &str) -> Option<Language> {
    asked(query, "lang").and_then(Language::from_tag)
}

/// The language to speak: `own`, else the exchange's, else the browser's if it is one of ours.
pub fn choose(own: Option<Language>, exchange: Option<Language>, browser_tag: &str) -> Language {
    own.or(exchange)
        .or_else(|| Language::from_tag(browser_tag))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_goes_before_the_exchange_before_the_browser() {
        assert_eq!(
            choose(of_query("?a=b&lang=en"), Some(Language::De), "nb"),
            Language::En
        );
        // Nobody speaks French here: who asks for it hears what the hall hears.
        assert_eq!(
            choose(of_query("?lang=fr"), Some(Language::Nl), "fr"),
            Language::Nl
        );
        assert_eq!(choose(None, None, "nn-NO"), Language::Nn);
        assert_eq!(choose(None, None, "no"), Language::Nb);
        assert_eq!(choose(None, None, "fr"), Language::Nb);
    }
}
