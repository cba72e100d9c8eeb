//! Who a row is of: somebody who is registered, by id or by name; and who may be the same.

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::{NameShown, Sector, shown_name};
use borsklokka_shared::roster::Double;
use uuid::Uuid;

use super::super::fold::fold;
use super::super::rows::Draft;
use super::planner::{Planner, entry};
use crate::phones;

/// Most possible doubles that are told of a row.
const DOUBLES_MAX: usize = 3;

impl Planner<'_> {
    /// Whose id it is, be it from before a merger.
    pub(super) fn known_as(&self, id: ParticipantId) -> Option<ParticipantId> {
        let is_known = self.everyone.contains_key(&id).then_some(id);
        is_known.or_else(|| self.aliases.get(&id).copied())
    }

    /// Who has the name. Individuals are shown by their first names, which many have: there the contact's name decides.
    pub(super) fn named(&self, draft: &Draft) -> Option<ParticipantId> {
        let sector = draft.sector.or(self.mapping.sector);
        let whole = self.by_name.get(&fold(&draft.name)).into_iter().flatten();
        let shown = sector.map(|sector| {
            shown_name(&entry(
                ParticipantId(Uuid::nil()),
                draft,
                sector,
                NameShown::First,
            ))
        });
        let shown = shown
            .and_then(|name| self.by_name.get(&fold(&name)))
            .into_iter()
            .flatten();
        let home = phones::home(&self.known.settings.time_zone);
        let is_it = |id: &&ParticipantId| {
            let planned = &self.everyone[*id];
            if planned.participant.sector != Sector::Individual {
                return sector != Some(Sector::Individual);
            }
            let is_full = fold(&planned.full_name) == fold(&draft.name);
            let (known, said) = (&planned.contact, &draft.contact);
            sector.is_none_or(|sector| sector == Sector::Individual)
                && (is_full
                    || known.email.is_some() && known.email == said.email
                    || phones::have_one_in_common(known, said, home))
        };
        // An individual who is shown in full, by that name.
        let is_shown_in_full = |id: &&ParticipantId| {
            let planned = &self.everyone[*id];
            planned.participant.sector == Sector::Individual && planned.participant.name.contains(' ')
        };
        whole
            .clone()
            .chain(shown)
            .find(is_it)
            .or_else(|| whole.clone().find(is_shown_in_full))
            .copied()
    }

    /// Registered names that are nearly the same.
    pub(super) fn doubles(&self, name: &str) -> Vec<Double> {
        let alike = self.names.alike(name).into_iter().take(DOUBLES_MAX);
        alike
            .map(|id| &self.known.participants[&id])
            .map(|participant| Double {
                participant: participant.id,
                name: participant.name.clone(),
                symbol: participant.symbol.clone(),
            })
            .collect()
    }
}
