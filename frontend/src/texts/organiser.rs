//! The organiser's page: which text says what.

use borsklokka_shared::exchange::Ceremony;
use borsklokka_shared::role::Role;

use super::spoken::organiser::Organiser;
pub use super::spoken::organiser::staging::Staging;
use super::texts;

/// The staging's texts in the page's language.
pub fn staging() -> &'static Staging {
    Staging::of(texts().language)
}

impl Organiser {
    /// A role.
    pub fn role_name(&self, role: Role) -> &'static str {
        match role {
            Role::Viewer => self.role_name.viewer,
            Role::Broker => self.role_name.broker,
            Role::Notary => self.role_name.notary,
            Role::Moderator => self.role_name.moderator,
            Role::Organiser => self.role_name.organiser,
            Role::Clock => self.role_name.clock,
        }
    }

    /// A ceremony.
    pub fn ceremony_name(&self, ceremony: Ceremony) -> &'static str {
        match ceremony {
            Ceremony::PostedAtOnce => self.ceremony_name.posted_at_once,
            Ceremony::RatifiedFirst => self.ceremony_name.ratified_first,
        }
    }
}
