//! Addresses: which screen a path asks for.

/// A screen of one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// Anyone's phone.
    Phone,
    /// The projector.
    Wall,
    /// A broker's tablet.
    Broker,
    /// The notary's desk.
    Notary,
    /// The host's desk.
    Moderator,
    /// Before and after.
    Organiser,
    /// Makes this device one of the exchange's.
    Pair,
}

/// What a path asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The list of exchanges, and the operator's door.
    Home,
    /// The first start of a server.
    Setup,
    /// A screen of an exchange.
    Exchange {
        /// The exchange's name in addresses.
        slug: String,
        /// Which screen.
        screen: Screen,
    },
    /// Nothing of ours.
    Unknown,
}

impl Route {
    /// Reads a path such as `/drammen/wall`.
    pub fn of_path(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let screen = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => return Route::Home,
            (Some("setup"), None, _) => return Route::Setup,
            (Some(_), None, _) => Screen::Phone,
            (Some(_), Some("wall"), None) => Screen::Wall,
            (Some(_), Some("broker"), None) => Screen::Broker,
            (Some(_), Some("notary"), None) => Screen::Notary,
            (Some(_), Some("moderator"), None) => Screen::Moderator,
            (Some(_), Some("organiser"), None) => Screen::Organiser,
            (Some(_), Some("pair"), None) => Screen::Pair,
            _ => return Route::Unknown,
        };
        let slug = path.split('/').find(|part| !part.is_empty()).unwrap_or_default();
        Route::Exchange {
            // A phone's keyboard writes a capital first; addresses have none.
            slug: slug.to_ascii_lowercase(),
            screen,
        }
    }
}

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

    #[test]
    fn reads_every_address() {
        let of_drammen = |screen| Route::Exchange {
            slug: "drammen".to_owned(),
            screen,
        };
        for (path, route) in [
            ("/", Route::Home),
            ("/setup", Route::Setup),
            ("/drammen", of_drammen(Screen::Phone)),
            ("/drammen/", of_drammen(Screen::Phone)),
            ("/drammen/wall", of_drammen(Screen::Wall)),
            ("/drammen/broker", of_drammen(Screen::Broker)),
            ("/drammen/notary", of_drammen(Screen::Notary)),
            ("/drammen/moderator", of_drammen(Screen::Moderator)),
            ("/drammen/organiser", of_drammen(Screen::Organiser)),
            ("/drammen/pair", of_drammen(Screen::Pair)),
            ("/drammen/kitchen", Route::Unknown),
            ("/drammen/wall/2", Route::Unknown),
        ] {
            assert_eq!(Route::of_path(path), route, "{path}");
        }
    }
}
