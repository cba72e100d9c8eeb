//! Whether whoever asks has already what they would get: the `If-None-Match` of RFC 9110.

use axum::http::{HeaderMap, header};

/// Whether a request says that it has what this tag names: by a list in which the tag stands, or by `*`, which is whatever there is.
/// Weak or strong makes no difference to who only wants to know.
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let lists = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut lists = lists.filter_map(|list| list.to_str().ok());
    lists.any(|list| list.trim() == "*" || names(list, etag))
}

/// Whether a tag stands in a list of them.
fn names(list: &str, etag: &str) -> bool {
    let wanted = strong(etag).trim_matches('"');
    let mut rest = list;
    loop {
        rest = strong(rest.trim_start_matches([' ', '\t', ',']));
        // Up to its closing mark: a comma may stand in a tag.
        let tag = rest.strip_prefix('"').and_then(|tag| tag.split_once('"'));
        match tag {
            Some((tag, _)) if tag == wanted => return true,
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
}

fn strong(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_tag_is_known_by_a_list_of_weak_and_strong_ones_and_by_a_star() {
        for (said, is_it) in [
            (r#""a-7""#, true),
            (r#"W/"a-7""#, true),
            (r#""b", W/"a-7" , "c""#, true),
            (r#","x,y","a-7""#, true),
            (" * ", true),
            (r#""a-8""#, false),
            (r#""x,"a-7""#, false),
            ("a-7", false),
            (r#""a-7"#, false),
            (r#"w/"a-7""#, false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(said))]);
            for etag in [r#""a-7""#, r#"W/"a-7""#] {
                assert_eq!(is_known(&headers, etag), is_it, "{said} {etag}");
            }
        }
        let mut two = HeaderMap::new();
        two.append(header::IF_NONE_MATCH, HeaderValue::from_static(r#""b""#));
        two.append(header::IF_NONE_MATCH, HeaderValue::from_static(r#""a-7""#));
        assert!(is_known(&two, r#""a-7""#));
        assert!(!is_known(&HeaderMap::new(), r#""a-7""#));
    }
}
