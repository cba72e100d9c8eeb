//! What happens on the board while a deal is written: somebody is merged or erased, a category goes, the deal that is corrected is gone,
//! or somebody else corrects it too. What was typed of anything else stays.

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::{Terms, rename_in};
use borsklokka_shared::exchange::Category;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::rebase::{Rebase, Rebased};
use borsklokka_shared::refusal::Refusal;

use super::{Draft, Field, FirstBy, Half};

/// A word of a name that is no longer than this stands in many texts that do not mean its bearer, in characters.
const COMMON_CHARS_MAX: usize = 2;

/// What everything is called that a draft names.
#[derive(Debug, Default)]
pub struct Names {
    parties: Vec<(ParticipantId, String)>,
    categories: Vec<Category>,
}

impl Draft {
    /// As everybody in it is named today: whoever was merged by the id that was kept. Whoever was erased is in it no more, and no text
    /// that may name them, by the `names` of before; without those every text may. No category is in it that the board has not. A
    /// correction goes whose deal is of somebody who was erased, or is gone: `knows` says of which deals the board is surely right. Says
    /// why something went.
    #[must_use]
    pub fn of_today(
        self,
        board: &Board,
        names: &Names,
        knows: &dyn Fn(DealId) -> bool,
    ) -> (Self, Option<Refusal>) {
        let mut why = None;
        let mut layers = self.layers();
        layers.retain_mut(|layer| {
            layer.follow_merges(board);
            for half in [Half::Service, Half::Return] {
                layer.half_mut(half).leave_category(board, &names.categories);
            }
            let void = layer.void_because(board, knows);
            let stays = void.is_none();
            why = void.or_else(|| why.take());
            let is_erased = |party: &ParticipantId| board.is_erased(*party);
            let erased: Vec<ParticipantId> = layer.parties().filter(is_erased).collect();
            for party in erased.into_iter().filter(|_| stays) {
                layer.forget(party, board, &names.parties);
                why = Some(Refusal::ParticipantErased);
            }
            stays
        });
        (Self::of_layers(layers), why)
    }

    /// What everybody in it is called, and in what lies beneath it; and each category.
    pub fn names(&self, board: &Board) -> Names {
        let mut parties = Vec::new();
        let mut layer = Some(self);
        while let Some(draft) = layer {
            let named = |id| Some((id, board.participant(id)?.name.clone()));
            parties.extend(draft.parties().filter_map(named));
            layer = draft.aside.as_deref();
        }
        Names {
            parties,
            categories: board.categories(),
        }
    }

    fn follow_merges(&mut self, board: &Board) {
        let mut named: Vec<ParticipantId> = self.parties().collect();
        if let FirstBy::Party(party) = self.first_by {
            named.push(party);
        }
        for gone in named {
            if let Some(kept) = board.participant(gone)
                && kept.id != gone
            {
                self.rename(gone, kept.id);
            }
        }
    }

    fn rename(&mut self, gone: ParticipantId, kept: ParticipantId) {
        rename_in(&mut self.givers, gone, kept);
        rename_in(&mut self.receivers, gone, kept);
        if self.first_by == FirstBy::Party(gone) {
            self.first_by = FirstBy::Party(kept);
        }
        if let Some(amended) = &mut self.amended {
            amended.rename(gone, kept);
        }
    }

    /// Why there is nothing to correct any more.
    fn void_because(&self, board: &Board, knows: &dyn Fn(DealId) -> bool) -> Option<Refusal> {
        let is_erased = |party| board.is_erased(party);
        if self.parties().any(is_erased)
            && self
                .amended
                .as_ref()
                .is_some_and(|terms| terms.parties().any(is_erased))
        {
            return Some(Refusal::ParticipantErased);
        }
        let deal = self.amends.filter(|deal| knows(*deal))?;
        match board.deals.get(&deal) {
            None => Some(Refusal::UnknownDeal),
            Some(deal) => deal.standing.is_off().then_some(Refusal::WrongStanding),
        }
    }

    /// Takes out whoever was erased: what they offered, and the texts that may name them.
    fn forget(&mut self, erased: ParticipantId, board: &Board, names: &[(ParticipantId, String)]) {
        self.drop_party(erased);
        if self.first_by == FirstBy::Party(erased) {
            self.first_by = FirstBy::default();
        }
        let name = names.iter().find(|(id, _)| *id == erased);
        let name = name.map(|(_, name)| name.to_lowercase());
        let may_name = |text: &str| name.as_ref().is_none_or(|name| mentions(text, name));
        for half in [Half::Service, Half::Return] {
            let wording = self.half_mut(half);
            for listing in wording.listings.clone() {
                if !board.listings.contains_key(&listing) {
                    wording.drop_listing(listing, &|_| None);
                }
            }
            if may_name(&wording.text) {
                wording.write(String::new());
            }
        }
        for text in [
            &mut self.first_what,
            &mut self.giver_typed,
            &mut self.receiver_typed,
        ] {
            if may_name(text) {
                text.clear();
            }
        }
    }

    /// What this tablet wanted of a deal is no longer what it was `before` but what it is `now`: whatever is written of that deal is
    /// written on that. The fields stay, and are what goes out; nobody else changed anything.
    pub fn want(&mut self, deal: DealId, before: &Terms, now: &Terms) {
        if self.amends == Some(deal)
            && let Some(base) = &mut self.amended
        {
            **base = Terms::rebase(before, base, now).value;
        }
        if let Some(aside) = &mut self.aside {
            aside.want(deal, before, now);
        }
    }

    /// Puts a correction, whose terms are what is `written`, on what the deal says `now`: what only others changed is theirs, and the rest
    /// stays as it was typed. Returns what stands there now of what both changed to something else, field by field; without words
    /// if no field shows it. Sent once more, it is meant.
    pub fn put_on(&mut self, written: &Terms, now: &Terms, board: &Board) -> Vec<(Field, String)> {
        let base = self.amended.take().map_or_else(|| now.clone(), |base| *base);
        let Rebased { value, both } = Terms::rebase(&base, written, now);
        self.take_over(written, &value);
        self.amended = Some(Box::new(now.clone()));
        if both.is_empty() {
            return Vec::new();
        }
        let said = |terms: &Terms| Self::of(terms, None, None).said(board);
        let mut stands = said(now);
        let before = said(&base).into_iter().zip(said(&value));
        let mut before = before.map(|((_, base), (_, value))| [base, value]);
        stands.retain(|(_, now)| before.next().is_some_and(|before| !before.contains(now)));
        if stands.is_empty() {
            stands.push((Field::Form, String::new()));
        }
        stands
    }

    /// Takes over what others changed of what is written.
    fn take_over(&mut self, written: &Terms, value: &Terms) {
        let theirs = Self::of(value, None, None);
        if value.givers != written.givers {
            self.givers = theirs.givers;
        }
        if value.receivers != written.receivers {
            self.receivers = theirs.receivers;
        }
        if value.bargain.service() != written.bargain.service() {
            self.service = theirs.service;
        }
        if value.bargain.return_service() != written.bargain.return_service() {
            self.returned = theirs.returned;
        }
        self.intention = theirs.intention;
        if value.first_step != written.first_step {
            (self.first_by, self.first_what, self.due) = (theirs.first_by, theirs.first_what, theirs.due);
        }
        if value.deadline != written.deadline {
            self.deadline = theirs.deadline;
        }
    }

    /// What it says, field by field, in words.
    fn said(&self, board: &Board) -> Vec<(Field, String)> {
        let named = |ids: &[ParticipantId]| {
            let names = ids.iter().filter_map(|id| board.participant(*id));
            let names: Vec<&str> = names.map(|party| &*party.name).collect();
            names.join(", ")
        };
        let by: Vec<ParticipantId> = self.first_mover().into_iter().collect();
        let due = self.due.as_deref().unwrap_or_default();
        let step = [named(&by).as_str(), self.first_what.as_str(), due].join(" ");
        let mut said = vec![
            (Field::Givers, named(&self.givers)),
            (Field::Receivers, named(&self.receivers)),
            (Field::FirstStep, step),
            (Field::Deadline, self.deadline.clone().unwrap_or_default()),
        ];
        for half in [Half::Service, Half::Return] {
            let wording = self.half(half);
            said.extend([
                (half.text_field(), wording.text.clone()),
                (half.hours_field(), wording.hours.clone()),
                (
                    half.amount_field(),
                    [wording.amount.as_str(), wording.unit.as_str()].join(" "),
                ),
                (half.worth_field(), wording.worth.clone()),
            ]);
        }
        for (_, words) in &mut said {
            *words = match words.trim() {
                "" => "–".to_owned(),
                words => words.to_owned(),
            };
        }
        said
    }
}

/// Whether a text may name somebody, of whom the name is given in small letters: by all of it, or by a word of it.
fn mentions(text: &str, name: &str) -> bool {
    let text = text.to_lowercase();
    let words = name.split(|c: char| !c.is_alphanumeric());
    let mut telling = words.filter(|word| word.chars().count() > COMMON_CHARS_MAX);
    text.contains(name) || telling.any(|word| text.contains(word))
}
