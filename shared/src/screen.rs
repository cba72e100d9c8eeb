//! The screens and their addresses: which there are, which app draws each, and who sits there. The server, the screens
//! themselves, the worker that keeps the desks on a device and the tests in a browser read this list.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::role::Role;

/// A screen of one exchange.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
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
    /// The entrance.
    Door,
    /// Where deals that were written on paper are typed in.
    Paper,
    /// Makes a device one of the exchange's.
    Pair,
}

/// An app: what is loaded to draw some of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantNames, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum App {
    /// The wall, whose first visit must be small.
    Wall,
    /// The phone, likewise; also says of an address that it is no screen's.
    Phone,
    /// A broker's tablet, and the door to every desk: what is loaded most often by those who work in the hall. It starts
    /// without a network.
    Broker,
    /// Those who work in the hall beside them. It starts without a network.
    Desk,
    /// The organiser, before the evening and after: what is heavy and not needed in the hall.
    Organiser,
}

closed_sets!(Screen, App);

impl Screen {
    /// Where it is on a server, such as `/drammen/wall`. The phone's is the exchange's own address, the one that people type.
    pub fn path(self, slug: &str) -> String {
        if self == Screen::Phone {
            format!("/{slug}")
        } else {
            format!("/{slug}/{}", self.as_str())
        }
    }

    /// The role that sits there; none where nobody does.
    pub const fn role(self) -> Option<Role> {
        match self {
            Screen::Broker => Some(Role::Broker),
            Screen::Notary => Some(Role::Notary),
            Screen::Moderator => Some(Role::Moderator),
            Screen::Organiser => Some(Role::Organiser),
            Screen::Door => Some(Role::Door),
            Screen::Phone | Screen::Wall | Screen::Paper | Screen::Pair => None,
        }
    }

    /// The screen of a role; whoever sits at none has the phone.
    pub fn of_role(role: Role) -> Self {
        let sits_there = |screen: &Screen| screen.role() == Some(role);
        Self::ALL.into_iter().find(sits_there).unwrap_or(Screen::Phone)
    }

    /// The app that draws it.
    pub const fn app(self) -> App {
        match self {
            Screen::Phone => App::Phone,
            Screen::Wall => App::Wall,
            Screen::Broker | Screen::Pair => App::Broker,
            Screen::Notary | Screen::Moderator | Screen::Door | Screen::Paper => App::Desk,
            Screen::Organiser => App::Organiser,
        }
    }
}

impl App {
    /// Whether it is the hall's: what guests load, who pair nothing and sign in nowhere.
    pub const fn is_the_halls(self) -> bool {
        match self {
            App::Wall | App::Phone => true,
            App::Broker | App::Desk | App::Organiser => false,
        }
    }

    /// Whether it lies on the device and starts without a network. Of an app that does, this is an address whose page it
    /// draws.
    pub const fn kept_page(self) -> Option<&'static str> {
        match self {
            App::Broker => Some("/start"),
            App::Desk => Some("/"),
            App::Wall | App::Phone | App::Organiser => None,
        }
    }
}

/// Whether a host, with its port or without, is this machine by another name: no other device reaches it.
pub fn is_this_machine(host: &str) -> bool {
    let name = host.strip_prefix('[').map_or_else(
        || host.split(':').next().unwrap_or_default(),
        |rest| rest.split(']').next().unwrap_or_default(),
    );
    let is_numbers = name.split('.').all(|part| part.parse::<u8>().is_ok());
    name.eq_ignore_ascii_case("localhost")
        || name.to_ascii_lowercase().ends_with(".localhost")
        || name.starts_with("127.") && is_numbers
        || ["::1", "0.0.0.0", "::", ""].contains(&name)
}

/// Whether an address leads whoever follows it to their own device: wherever one is handed out it must be said.
pub fn leads_nowhere(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    is_this_machine(host.split(['/', '#', '?']).next().unwrap_or_default())
}

/// Where the first start of a server is set up, below the server's own address.
pub const SETUP: &str = "setup";

/// Where the icon on a home screen leads, below the server's own address.
pub const START: &str = "start";

/// An organiser's own page, and where the link leads that lets her choose a passphrase, below the server's own address.
pub const ACCOUNT: &str = "account";

/// The operator's page of the organisers, below the server's own address.
pub const ACCOUNTS: &str = "accounts";

/// What a path asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// The list of exchanges, and the operator's door.
    Home,
    /// The first start of a server.
    Setup,
    /// The icon on a home screen.
    Start,
    /// An organiser's own page.
    Account,
    /// The operator's page of the organisers.
    Accounts,
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

impl Address {
    /// Reads a path such as `/drammen/wall`.
    pub fn of_path(path: &str) -> Self {
        // A phone's keyboard writes a capital first; addresses have none.
        let path = path.to_ascii_lowercase();
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let (slug, screen) = match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => return Address::Home,
            (Some(SETUP), None, _) => return Address::Setup,
            (Some(START), None, _) => return Address::Start,
            (Some(ACCOUNT), None, _) => return Address::Account,
            (Some(ACCOUNTS), None, _) => return Address::Accounts,
            (Some(slug), None, _) => (slug, Some(Screen::Phone)),
            (Some(slug), Some(name), None) => {
                // The phone's address is the exchange's own.
                let named = Screen::named(name).filter(|screen| *screen != Screen::Phone);
                (slug, named)
            }
            (Some(_), Some(_), Some(_)) => return Address::Unknown,
        };
        match screen {
            Some(screen) => Address::Exchange {
                slug: slug.to_owned(),
                screen,
            },
            None => Address::Unknown,
        }
    }

    /// The app that answers for it.
    pub const fn app(&self) -> App {
        match self {
            Address::Home => App::Desk,
            Address::Start => App::Broker,
            Address::Setup | Address::Account | Address::Accounts => App::Organiser,
            Address::Exchange { screen, .. } => screen.app(),
            Address::Unknown => App::Phone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_screen_is_found_at_its_address() {
        for screen in Screen::ALL {
            let found = Address::Exchange {
                slug: "drammen".to_owned(),
                screen,
            };
            for path in [
                screen.path("drammen"),
                screen.path("Drammen"),
                format!("{}/", screen.path("drammen")),
                format!("/{}", screen.path("Drammen").to_uppercase()),
            ] {
                assert_eq!(Address::of_path(&path), found, "{path}");
            }
        }
    }

    #[test]
    fn reads_what_is_no_screen() {
        for (path, address, app) in [
            ("/", Address::Home, App::Desk),
            ("/setup", Address::Setup, App::Organiser),
            ("/start", Address::Start, App::Broker),
            ("/account", Address::Account, App::Organiser),
            ("/accounts", Address::Accounts, App::Organiser),
            ("/drammen/kitchen", Address::Unknown, App::Phone),
            ("/drammen/phone", Address::Unknown, App::Phone),
            ("/drammen/wall/2", Address::Unknown, App::Phone),
        ] {
            assert_eq!(Address::of_path(path), address, "{path}");
            assert_eq!(address.app(), app, "{path}");
        }
    }

    #[test]
    fn an_address_of_this_machine_leads_nobody_else_here() {
        for (url, nowhere) in [
            ("http://127.0.0.1:8080/drammen/pair#KODE", true),
            ("http://localhost:8080/drammen/pair", true),
            ("https://bors.localhost/drammen", true),
            ("https://[::1]:8080/drammen/pair#KODE", true),
            ("http://0.0.0.0:8080", true),
            ("localhost:8080", true),
            ("", true),
            ("http://192.168.1.5:8080/drammen/pair#KODE", false),
            ("https://127.example.org/drammen/pair#KODE", false),
            ("https://bors.example.org/drammen/register", false),
            ("https://[fd00::1]:8080/drammen/pair#KODE", false),
        ] {
            assert_eq!(leads_nowhere(url), nowhere, "{url}");
        }
    }

    #[test]
    fn every_role_of_a_device_has_its_screen() {
        for role in Role::OF_DEVICES {
            assert_eq!(Screen::of_role(role).role(), Some(role));
        }
        assert_eq!(Screen::of_role(Role::Viewer), Screen::Phone);
    }

    #[test]
    fn the_desks_are_where_somebody_sits_and_the_door_to_them() {
        for screen in Screen::ALL {
            let is_work = screen.role().is_some() || [Screen::Paper, Screen::Pair].contains(&screen);
            assert_eq!(screen.app().is_the_halls(), !is_work, "{screen:?}");
        }
    }
}
