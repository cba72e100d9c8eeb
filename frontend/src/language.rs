//! Which language the page speaks: the address says, else the exchange, else the browser.

use borsklokka_shared::language::Language;

use crate::route::asked;

/// The language that the address asks for with `?lang=`.
pub fn of_query(query: &str) -> Option<Language> {
    asked(query, "lang").and_then(Language::from_tag)
}

/// The language to speak.
pub fn choose(query: &str, exchange: Option<Language>, browser_tag: &str) -> Language {
    of_query(query)
        .or(exchange)
        .or_else(|| Language::from_tag(browser_tag))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_goes_before_the_exchange_before_the_browser() {
        assert_eq!(choose("?a=b&lang=en", Some(Language::Nb), "nb"), Language::En);
        assert_eq!(choose("?lang=xx", Some(Language::En), "nb"), Language::En);
        assert_eq!(choose("", None, "en-GB"), Language::En);
        assert_eq!(choose("", None, "fr"), Language::Nb);
    }
}
