//! What a browser calls itself, in the two words by which its owner knows it again in the list of her sessions.

use axum::http::{HeaderMap, header};

/// Browsers, by what stands in what they send; one that pretends to be another comes before it.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];
/// Machines, likewise.
const MACHINES: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
    ("BSD", "BSD"),
];

/// Such as `Firefox, Windows`; nothing, if it is none that is known.
pub(super) fn browser_of(headers: &HeaderMap) -> String {
    let sent = headers.get(header::USER_AGENT);
    let sent = sent.and_then(|sent| sent.to_str().ok()).unwrap_or_default();
    let known = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(mark, _)| sent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let words: Vec<&str> = [known(&BROWSERS), known(&MACHINES)]
        .into_iter()
        .flatten()
        .collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_are_called_what_their_owners_call_them() {
        for (sent, expected) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0",
                "Edge, Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari, iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox, Linux",
            ),
            ("curl/8.5.0", ""),
        ] {
            let headers = HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(sent))]);
            assert_eq!(browser_of(&headers), expected);
        }
        assert_eq!(browser_of(&HeaderMap::new()), "");
    }
}
