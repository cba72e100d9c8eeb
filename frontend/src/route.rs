//! What an address asks for beside its screen, and the way to the log-in and back.

use borsklokka_shared::screen::{Address, Screen};

/// What a query such as `?lang=en&only=tape` gives `name`: nothing written is the empty text.
pub fn asked<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .trim_start_matches('?')
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The first page, from which whoever logs in goes on to `here`. What follows `#` stays in the browser.
pub fn log_in_for(here: &str) -> String {
    format!("/#{here}")
}

/// Where whoever logs in on the first page goes on to, by what follows `#` in its address: a page of this server that is for nobody else.
/// Anybody can hand out a link to the first page, and none may lead elsewhere.
pub fn after_log_in(fragment: &str) -> Option<&str> {
    let address = fragment.strip_prefix('#')?;
    // `//` begins another server's address. A browser takes `\` for `/`, and leaves out what cannot be seen.
    let is_elsewhere = |sign: char| sign == '\\' || sign.is_control();
    let is_here = address.starts_with('/') && !address.starts_with("//") && !address.contains(is_elsewhere);
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let asks = match Address::of_path(path) {
        Address::Exchange { screen, .. } => screen == Screen::Organiser,
        Address::Account | Address::Accounts => true,
        Address::Home | Address::Setup | Address::Start | Address::Unknown => false,
    };
    (is_here && asks).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_logs_in_goes_on_where_they_were() {
        for here in [
            "/drammen/organiser",
            "/drammen/organiser?lang=nn#participants/new",
            "/account",
            "/accounts",
        ] {
            let address = log_in_for(here);
            let (_, fragment) = address.split_at("/".len());
            assert_eq!(after_log_in(fragment), Some(here));
        }
    }

    #[test]
    fn no_link_to_the_log_in_leads_to_another_server() {
        for fragment in [
            "",
            "#",
            "/drammen/organiser",
            "#drammen/organiser",
            "#//evil.example/organiser",
            "#///evil.example/organiser",
            "#/\\evil.example/organiser",
            "#\\\\evil.example/organiser",
            "#/\t/evil.example/organiser",
            "#/\n/evil/organiser",
            "#https://evil.example/organiser",
            "#javascript:alert(1)",
            "#/",
            "#/drammen",
            "#/drammen/pair",
            "#/setup?token=abc",
            "#/drammen/kitchen",
        ] {
            assert_eq!(after_log_in(fragment), None, "{fragment:?}");
        }
    }

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
