//! The language that a request asks for.

use axum::http::{HeaderMap, header};
use borsklokka_shared::language::Language;

/// The language of ours that a request wants most, if it wants any.
pub fn wanted_language(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    // One at a time, since the library would order weights that are no numbers.
    let weighed = accepted.split(',').flat_map(accept_language::parse_with_quality);
    weighed
        .filter_map(|(tag, weight)| Some((Language::from_tag(&tag)?, weight)))
        .filter(|(_, weight)| *weight > 0.0)
        .reduce(|most, next| if next.1 > most.1 { next } else { most })
        .map(|(language, _)| language)
}

/// The same; the first of ours if it wants none.
pub fn language(headers: &HeaderMap) -> Language {
    wanted_language(headers).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn accepting(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(text))])
    }

    #[test]
    fn speaks_the_language_that_is_wanted_most() {
        for (accepted, expected) in [
            ("", Language::Nb),
            ("fr, da", Language::Nb),
            ("de-AT, fr", Language::De),
            ("fr, nl-BE;q=0.4", Language::Nl),
            ("no", Language::Nb),
            ("en", Language::En),
            ("en-GB,en;q=0.9,nb;q=0.8", Language::En),
            ("nn-NO;q=0.9, nb;q=0.8, en;q=0.7", Language::Nn),
            ("fr, nb;q=0.3, en;q=0.7", Language::En),
            ("en;q=0.1, nb", Language::Nb),
            ("nb;q=0, en;q=0.1", Language::En),
            ("en ; q=0.5 , nb;q=0.4", Language::En),
            ("en;q=NaN, nb;q=0.1", Language::Nb),
            ("en;q=x;;, ,=", Language::Nb),
        ] {
            assert_eq!(language(&accepting(accepted)), expected, "{accepted}");
        }
        assert_eq!(language(&HeaderMap::new()), Language::Nb);
    }
}
