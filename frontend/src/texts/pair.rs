//! Pairing: which text says what.

use borsklokka_shared::role::Role;

use super::spoken::pair::Pair;

impl Pair {
    /// A role, in the middle of a line.
    pub fn role(&self, role: Role) -> &'static str {
        match role {
            // No tablet is a program.
            Role::Viewer | Role::Program | Role::Reporter => self.role.viewer,
            Role::Broker => self.role.broker,
            Role::Notary => self.role.notary,
            Role::Moderator => self.role.moderator,
            Role::Organiser => self.role.organiser,
            Role::Door => self.role.door,
            Role::Clock => self.role.clock,
        }
    }
}
