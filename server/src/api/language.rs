//! The language that a request asks for.

use axum::http::{HeaderMap, header};
use borsklokka_shared::language::Language;

/// The language that the user's browser asks for; bokmål if it asks for none of ours.
pub fn language(headers: &HeaderMap) -> Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut wanted: Vec<(f32, Language)> = accepted
        .split(',')
        .filter_map(|part| {
            let mut pieces = part.split(';').map(str::trim);
            let language = Language::from_tag(pieces.next()?)?;
            let weight = pieces
                .find_map(|piece| piece.strip_prefix("q=")?.parse().ok())
                .unwrap_or(1.0);
            Some((weight, language))
        })
        .collect();
    wanted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    wanted
        .first()
        .map_or(Language::default(), |(_, language)| *language)
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
            ("de, fr", Language::Nb),
            ("en", Language::En),
            ("en-GB,en;q=0.9,nb;q=0.8", Language::En),
            ("nn-NO;q=0.9, en;q=0.8", Language::Nb),
            ("de, nb;q=0.3, en;q=0.7", Language::En),
        ] {
            assert_eq!(language(&accepting(accepted)), expected, "{accepted}");
        }
        assert_eq!(language(&HeaderMap::new()), Language::Nb);
    }
}
