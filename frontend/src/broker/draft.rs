//! The deal that is being written: what the fields hold, and the terms they make.

use borsklokka_shared::date::Date;
use borsklokka_shared::deal::{Bargain, FirstStep, Service, Terms};
use borsklokka_shared::ids::{CategoryId, CommandId, DealId, ListingId, ParticipantId};
use borsklokka_shared::listing::{Listing, Quantity};
use borsklokka_shared::refusal::Refusal;
use serde::{Deserialize, Serialize};

use super::numbers::{hours_text, minutes, whole};
use super::usual::Usual;

/// Where something can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Who gives.
    Givers,
    /// Who receives.
    Receivers,
    /// What they agreed on.
    Service,
    /// What is given back.
    Return,
    /// How many, of what the service is counted in.
    Amount,
    /// How many, of what the return is counted in.
    ReturnAmount,
    /// How many hours.
    Hours,
    /// What it is worth.
    Worth,
    /// Who moves first.
    FirstStep,
    /// By when.
    Due,
    /// When all is done.
    Deadline,
    /// Nowhere in particular.
    Form,
}

impl Field {
    /// Where a refusal belongs.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::TextMissing { field }
            | Refusal::TextTooLong { field, .. }
            | Refusal::TextUnprintable { field }
            | Refusal::OutOfRange { field, .. }
            | Refusal::Repeated { field }
            | Refusal::DateTooEarly { field } => match field.as_str() {
                "givers" => Field::Givers,
                "receivers" => Field::Receivers,
                "service" => Field::Service,
                "return_service" => Field::Return,
                "effort_minutes" => Field::Hours,
                "quantity" => Field::Amount,
                "worth" => Field::Worth,
                "first_step" => Field::FirstStep,
                "deadline" => Field::Deadline,
                _ => Field::Form,
            },
            Refusal::SameSides => Field::Receivers,
            Refusal::FirstStepByStranger => Field::FirstStep,
            Refusal::UnknownListing | Refusal::UnknownCategory => Field::Service,
            _ => Field::Form,
        }
    }
}

/// One of a deal's two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// What the givers do.
    Service,
    /// What the receivers do in return.
    Return,
}

impl Half {
    /// Where it is said that the text is wrong.
    pub const fn text_field(self) -> Field {
        match self {
            Half::Service => Field::Service,
            Half::Return => Field::Return,
        }
    }

    /// Where it is said that the amount is wrong.
    pub const fn amount_field(self) -> Field {
        match self {
            Half::Service => Field::Amount,
            Half::Return => Field::ReturnAmount,
        }
    }
}

/// What is written of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wording {
    /// In words.
    pub text: String,
    /// The category it counts in.
    pub category: Option<CategoryId>,
    /// The hours, as they were typed.
    pub hours: String,
    /// The offers and wishes that were tapped.
    pub listings: Vec<ListingId>,
    /// How many, as it was typed.
    pub amount: String,
    /// Of what, such as `stoler`; empty if it is not counted.
    pub unit: String,
    /// What it is worth in the exchange's currency, as it was typed.
    pub worth: String,
    /// Whether the text is a person's own: no tap replaces it.
    typed: bool,
}

impl Wording {
    /// Takes what was typed.
    pub fn write(&mut self, text: String) {
        self.typed = !text.trim().is_empty();
        self.text = text;
    }

    /// Taps an offer or a wish: names it, and fills in what it says; a second tap takes that back.
    pub fn tap(&mut self, listing: &Listing) {
        if let Some(at) = self.listings.iter().position(|id| *id == listing.id) {
            self.listings.remove(at);
            if !self.typed {
                *self = Self {
                    listings: std::mem::take(&mut self.listings),
                    ..Self::default()
                };
            }
            return;
        }
        self.listings.push(listing.id);
        if !self.typed {
            self.text.clone_from(&listing.text);
            self.count(listing.quantity.as_ref());
            self.hours = listing.effort_minutes.map(hours_text).unwrap_or_default();
        }
        if !self.typed || self.category.is_none() {
            self.category = Some(listing.category.clone());
        }
    }

    fn count(&mut self, quantity: Option<&Quantity>) {
        self.amount = quantity
            .map(|quantity| quantity.amount.to_string())
            .unwrap_or_default();
        self.unit = quantity.map(|quantity| quantity.unit.clone()).unwrap_or_default();
    }

    fn of(service: &Service) -> Self {
        let mut wording = Self {
            text: service.text.clone(),
            category: service.category.clone(),
            hours: service.effort_minutes.map(hours_text).unwrap_or_default(),
            listings: service.listings.clone(),
            worth: service.worth.map(|worth| worth.to_string()).unwrap_or_default(),
            typed: true,
            ..Self::default()
        };
        wording.count(service.quantity.as_ref());
        wording
    }

    fn service(&self, half: Half, keep: &dyn Fn(ListingId) -> bool) -> Result<Service, Field> {
        let amount = whole(&self.amount).ok_or(half.amount_field())?;
        Ok(Service {
            text: self.text.trim().to_owned(),
            category: self.category.clone(),
            quantity: amount.filter(|_| !self.unit.is_empty()).map(|amount| Quantity {
                amount,
                unit: self.unit.clone(),
            }),
            effort_minutes: minutes(&self.hours).ok_or(Field::Hours)?,
            worth: whole(&self.worth).ok_or(Field::Worth)?,
            listings: self.listings.iter().copied().filter(|id| keep(*id)).collect(),
        })
    }
}

/// Who moves first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FirstBy {
    /// Whoever gives, as it mostly is.
    #[default]
    Giver,
    /// This party.
    Party(ParticipantId),
    /// No first step was agreed.
    Nobody,
}

/// What the form holds. It is kept on the device as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The deal that this changes; else it is a new one.
    pub amends: Option<DealId>,
    /// The refused command in the outbox that this takes the place of.
    pub mends: Option<CommandId>,
    /// Who gives.
    pub givers: Vec<ParticipantId>,
    /// Who receives.
    pub receivers: Vec<ParticipantId>,
    /// What the givers do.
    pub service: Wording,
    /// What the receivers do in return.
    pub returned: Wording,
    /// Whether they only agree to meet.
    pub intention: bool,
    /// Who moves first.
    pub first_by: FirstBy,
    /// What they do; what is usual if it is empty.
    pub first_what: String,
    /// By when, as `YYYY-MM-DD`; empty for no day. None until somebody chose: then it is what is usual.
    pub due: Option<String>,
    /// When all is done, likewise.
    pub deadline: Option<String>,
    /// What was being written when this deal was opened.
    aside: Option<Box<Draft>>,
}

impl Draft {
    /// A draft that says what `terms` say.
    pub fn of(terms: &Terms, amends: Option<DealId>, mends: Option<CommandId>) -> Self {
        let (bargain, step) = (&terms.bargain, terms.first_step.as_ref());
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            amends,
            mends,
            givers: terms.givers.clone(),
            receivers: terms.receivers.clone(),
            service: Wording::of(bargain.service()),
            returned: bargain.return_service().map(Wording::of).unwrap_or_default(),
            intention: matches!(bargain, Bargain::Intention { .. }),
            first_by: step.map_or(FirstBy::Nobody, |step| FirstBy::Party(step.by)),
            first_what: step.map(|step| step.what.clone()).unwrap_or_default(),
            due: Some(day(step.and_then(|step| step.due))),
            deadline: Some(day(terms.deadline)),
            aside: None,
        }
    }

    /// Whether it is a deal that nobody has sent yet.
    pub fn is_new(&self) -> bool {
        self.amends.is_none() && self.mends.is_none()
    }

    /// A deal that was sent before, opened over what is being written.
    #[must_use]
    pub fn over(self, written: Draft) -> Self {
        let aside = if written.is_new() {
            (written != Draft::default()).then(|| Box::new(written))
        } else {
            written.aside
        };
        Self { aside, ..self }
    }

    /// What comes back once this is sent or left.
    #[must_use]
    pub fn beneath(self) -> Self {
        self.aside.map(|written| *written).unwrap_or_default()
    }

    /// Givers, then receivers.
    pub fn parties(&self) -> impl Iterator<Item = ParticipantId> {
        self.givers.iter().chain(&self.receivers).copied()
    }

    /// One direction.
    pub fn half(&self, half: Half) -> &Wording {
        match half {
            Half::Service => &self.service,
            Half::Return => &self.returned,
        }
    }

    /// One direction, to be changed.
    pub fn half_mut(&mut self, half: Half) -> &mut Wording {
        match half {
            Half::Service => &mut self.service,
            Half::Return => &mut self.returned,
        }
    }

    /// Takes a party off both sides, and the first step from it.
    pub fn drop_party(&mut self, party: ParticipantId) {
        self.givers.retain(|id| *id != party);
        self.receivers.retain(|id| *id != party);
        if self.first_by == FirstBy::Party(party) {
            self.first_by = FirstBy::Giver;
        }
    }

    /// Turns the deal round.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.givers, &mut self.receivers);
    }

    /// Puts two parties and the offer or wish that joins them in the place of those that stand there.
    pub fn join(&mut self, giver: ParticipantId, receiver: ParticipantId, listing: &Listing) {
        self.givers = vec![giver];
        self.receivers = vec![receiver];
        if let FirstBy::Party(_) = self.first_by {
            self.first_by = FirstBy::Giver;
        }
        if !self.service.typed {
            self.service = Wording::default();
        }
        if !self.service.listings.contains(&listing.id) {
            self.service.tap(listing);
        }
    }

    /// Who moves first, as things stand.
    pub fn first_mover(&self) -> Option<ParticipantId> {
        match self.first_by {
            FirstBy::Giver => self.givers.first().copied(),
            FirstBy::Party(party) => Some(party),
            FirstBy::Nobody => None,
        }
    }

    /// Lets a party move first; once more, and nobody does.
    pub fn choose_first(&mut self, party: ParticipantId) {
        self.first_by = if self.first_mover() == Some(party) {
            FirstBy::Nobody
        } else {
            FirstBy::Party(party)
        };
    }

    /// By when the first step is done, as `YYYY-MM-DD`; empty for no day.
    pub fn due(&self, usual: &Usual) -> String {
        chosen_or(self.due.as_ref(), usual.due)
    }

    /// When all is done, likewise.
    pub fn deadline(&self, usual: &Usual) -> String {
        chosen_or(self.deadline.as_ref(), usual.deadline.filter(|_| !self.intention))
    }

    /// What must be there and is not.
    pub fn missing(&self) -> Vec<Field> {
        [
            (Field::Givers, self.givers.is_empty()),
            (Field::Receivers, self.receivers.is_empty()),
            (Field::Service, self.service.text.trim().is_empty()),
        ]
        .into_iter()
        .filter_map(|(field, missing)| missing.then_some(field))
        .collect()
    }

    /// The terms that the fields make, with what is usual where nobody said anything else; only listings that `keep`
    /// approves of are named.
    ///
    /// # Errors
    /// With the field that cannot be read.
    pub fn terms(&self, usual: &Usual, keep: impl Fn(ListingId) -> bool) -> Result<Terms, Field> {
        let service = self.service.service(Half::Service, &keep)?;
        let bargain = if self.intention {
            Bargain::Intention { service }
        } else if self.returned.text.trim().is_empty() {
            Bargain::OneWay { service }
        } else {
            Bargain::TwoWay {
                service,
                return_service: self.returned.service(Half::Return, &keep)?,
            }
        };
        let first_step = match self.first_mover() {
            Some(by) => Some(FirstStep {
                by,
                what: match self.first_what.trim() {
                    "" => usual.step.to_owned(),
                    what => what.to_owned(),
                },
                due: read_day(&self.due(usual)).ok_or(Field::Due)?,
            }),
            None => None,
        };
        Ok(Terms {
            givers: self.givers.clone(),
            receivers: self.receivers.clone(),
            bargain,
            first_step,
            deadline: read_day(&self.deadline(usual)).ok_or(Field::Deadline)?,
        })
    }
}

fn chosen_or(chosen: Option<&String>, usual: Option<Date>) -> String {
    match chosen {
        Some(day) => day.clone(),
        None => usual.map(|day| day.to_string()).unwrap_or_default(),
    }
}

/// A day as it was chosen; an empty field says nothing.
#[allow(clippy::option_option)]
fn read_day(text: &str) -> Option<Option<Date>> {
    match text {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    }
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
