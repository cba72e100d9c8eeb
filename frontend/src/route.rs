//! What an address asks for beside its screen.

/// What a query such as `?lang=en&only=tape` gives `name`: nothing written is the empty text.
pub fn asked<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .trim_start_matches('?')
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_query_asks() {
        let query = "?lang=en&only=tape&transparent&theme=";
        assert_eq!(asked(query, "only"), Some("tape"));
        assert_eq!(asked(query, "transparent"), Some(""));
        assert_eq!(asked(query, "theme"), Some(""));
        assert_eq!(asked(query, "ape"), None);
        assert_eq!(asked("", "lang"), None);
    }
}
