//! The deal that is being written: what the fields hold, and the terms they make.

use borsklokka_shared::deal::{Bargain, FirstStep, Service, Terms};
use borsklokka_shared::ids::{CategoryId, CommandId, DealId, ListingId, ParticipantId};
use borsklokka_shared::listing::{Listing, Quantity};
use borsklokka_shared::refusal::Refusal;
use serde::{Deserialize, Serialize};

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
    /// How many hours.
    Hours,
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
    quantity: Option<Quantity>,
    worth: Option<u32>,
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
            self.quantity.clone_from(&listing.quantity);
            self.hours = listing.effort_minutes.map(hours_text).unwrap_or_default();
        }
        if !self.typed || self.category.is_none() {
            self.category = Some(listing.category.clone());
        }
    }

    fn of(service: &Service) -> Self {
        Self {
            text: service.text.clone(),
            category: service.category.clone(),
            hours: service.effort_minutes.map(hours_text).unwrap_or_default(),
            listings: service.listings.clone(),
            quantity: service.quantity.clone(),
            worth: service.worth,
            typed: true,
        }
    }

    fn service(&self, keep: &dyn Fn(ListingId) -> bool) -> Result<Service, Field> {
        Ok(Service {
            text: self.text.trim().to_owned(),
            category: self.category.clone(),
            quantity: self.quantity.clone(),
            effort_minutes: minutes(&self.hours).ok_or(Field::Hours)?,
            worth: self.worth,
            listings: self.listings.iter().copied().filter(|id| keep(*id)).collect(),
        })
    }
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
    pub first_by: Option<ParticipantId>,
    /// What they do.
    pub first_what: String,
    /// By when, as `YYYY-MM-DD`.
    pub due: String,
    /// When all is done, as `YYYY-MM-DD`.
    pub deadline: String,
}

impl Draft {
    /// A draft that says what `terms` say.
    pub fn of(terms: &Terms, amends: Option<DealId>, mends: Option<CommandId>) -> Self {
        let (bargain, step) = (&terms.bargain, terms.first_step.as_ref());
        Self {
            amends,
            mends,
            givers: terms.givers.clone(),
            receivers: terms.receivers.clone(),
            service: Wording::of(bargain.service()),
            returned: bargain.return_service().map(Wording::of).unwrap_or_default(),
            intention: matches!(bargain, Bargain::Intention { .. }),
            first_by: step.map(|step| step.by),
            first_what: step.map(|step| step.what.clone()).unwrap_or_default(),
            due: step
                .and_then(|step| step.due)
                .map(|due| due.to_string())
                .unwrap_or_default(),
            deadline: terms.deadline.map(|day| day.to_string()).unwrap_or_default(),
        }
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
        if self.first_by == Some(party) {
            self.first_by = None;
        }
    }

    /// Turns the deal round.
    pub fn swap(&mut self) {
        std::mem::swap(&mut self.givers, &mut self.receivers);
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

    /// The terms that the fields make. `step` is what the first step is called if nobody wrote it; only listings that
    /// `keep` approves of are named.
    ///
    /// # Errors
    /// With the field that cannot be read.
    pub fn terms(&self, step: &str, keep: impl Fn(ListingId) -> bool) -> Result<Terms, Field> {
        let service = self.service.service(&keep)?;
        let bargain = if self.intention {
            Bargain::Intention { service }
        } else if self.returned.text.trim().is_empty() {
            Bargain::OneWay { service }
        } else {
            Bargain::TwoWay {
                service,
                return_service: self.returned.service(&keep)?,
            }
        };
        let has_step = self.first_by.is_some() || !self.first_what.trim().is_empty() || !self.due.is_empty();
        let first_step = match self.first_by.or_else(|| self.givers.first().copied()) {
            Some(by) if has_step => Some(FirstStep {
                by,
                what: match self.first_what.trim() {
                    "" => step.to_owned(),
                    what => what.to_owned(),
                },
                due: match self.due.as_str() {
                    "" => None,
                    day => Some(day.parse().map_err(|_| Field::Due)?),
                },
            }),
            Some(_) | None => None,
        };
        Ok(Terms {
            givers: self.givers.clone(),
            receivers: self.receivers.clone(),
            bargain,
            first_step,
            deadline: match self.deadline.as_str() {
                "" => None,
                day => Some(day.parse().map_err(|_| Field::Deadline)?),
            },
        })
    }
}

/// Hours as they are typed, `20` or `1,5`, in minutes; an empty field says nothing.
#[allow(clippy::option_option)]
fn minutes(hours: &str) -> Option<Option<u32>> {
    let hours = hours.trim();
    if hours.is_empty() {
        return Some(None);
    }
    let hours: f64 = hours.replace(',', ".").parse().ok()?;
    (hours.is_finite() && hours >= 0.0).then(|| match (hours * 60.0).round() as u32 {
        0 => None,
        minutes => Some(minutes),
    })
}

/// Minutes as hours to type: `20`, `1,5`.
pub fn hours_text(minutes: u32) -> String {
    let hours = f64::from(minutes) / 60.0;
    let hours = (hours * 100.0).round() / 100.0;
    hours.to_string().replace('.', ",")
}

/// The next hours on the stepper's ladder, from what is typed.
pub fn stepped(hours: &str, up: bool) -> String {
    const LADDER: [u32; 20] = [
        30, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 900, 1_200, 1_500, 1_800, 2_400, 3_000, 3_600,
        4_800, 6_000,
    ];
    let now = minutes(hours).flatten().unwrap_or(0);
    let next = if up {
        LADDER
            .into_iter()
            .find(|step| *step > now)
            .unwrap_or(now.saturating_add(1_200))
    } else if now > LADDER[LADDER.len() - 1] {
        now.saturating_sub(1_200).max(LADDER[LADDER.len() - 1])
    } else {
        LADDER.into_iter().rev().find(|step| *step < now).unwrap_or(0)
    };
    if next == 0 {
        String::new()
    } else {
        hours_text(next)
    }
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
