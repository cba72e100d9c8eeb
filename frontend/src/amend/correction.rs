//! A deal as the desk writes or corrects it: what the fields hold, and the terms they make. What they do not show stays.

use borsklokka_shared::date::Date;
use borsklokka_shared::deal::{Bargain, FirstStep, Service, Terms};
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId};
use borsklokka_shared::listing::Quantity;

use crate::numbers::{hours_text, minutes, whole, whole_of};

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Nobody gives, or nobody receives.
    Parties,
    /// Nothing is agreed.
    Text,
    /// The amount is not a number, or has no unit.
    Amount,
    /// The hours are not a number.
    Hours,
    /// The worth is not a number.
    Worth,
    /// A day is not a day.
    Day,
}

/// What is written of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// In words.
    pub text: String,
    /// The category it counts in; empty for none.
    pub category: String,
    /// How many, as it was typed.
    pub amount: String,
    /// Of what.
    pub unit: String,
    /// The effort in hours, as it was typed.
    pub hours: String,
    /// What it is worth in the exchange's currency, as it was typed.
    pub worth: String,
    /// The offers and wishes that it meets, which are not shown.
    listings: Vec<ListingId>,
}

impl Wording {
    /// What a service says.
    pub fn of(service: &Service) -> Self {
        let quantity = service.quantity.as_ref();
        Self {
            text: service.text.clone(),
            category: service
                .category
                .as_ref()
                .map(|category| category.0.clone())
                .unwrap_or_default(),
            amount: quantity
                .map(|quantity| quantity.amount.to_string())
                .unwrap_or_default(),
            unit: quantity.map(|quantity| quantity.unit.clone()).unwrap_or_default(),
            hours: service.effort_minutes.map(hours_text).unwrap_or_default(),
            worth: service.worth.map(|worth| worth.to_string()).unwrap_or_default(),
            listings: service.listings.clone(),
        }
    }

    /// The service that it makes; only listings that `keep` approves of are named.
    fn service(&self, keep: &dyn Fn(ListingId) -> bool) -> Result<Service, Wrong> {
        if self.text.trim().is_empty() {
            return Err(Wrong::Text);
        }
        Ok(Service {
            text: self.text.trim().to_owned(),
            category: (!self.category.is_empty()).then(|| CategoryId(self.category.clone())),
            quantity: self.quantity()?,
            effort_minutes: minutes(&self.hours).map_err(|_| Wrong::Hours)?,
            worth: whole(&self.worth).map_err(|_| Wrong::Worth)?,
            listings: self.listings.iter().copied().filter(|id| keep(*id)).collect(),
        })
    }

    fn quantity(&self) -> Result<Option<Quantity>, Wrong> {
        let amount = whole_of(&self.amount, &self.unit).map_err(|_| Wrong::Amount)?;
        match (amount, self.unit.trim()) {
            (None, "") => Ok(None),
            (None, _) | (Some(_), "") => Err(Wrong::Amount),
            (Some(amount), unit) => Ok(Some(Quantity {
                amount,
                unit: unit.to_owned(),
            })),
        }
    }
}

/// A side of a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Who gives.
    Givers,
    /// Who receives.
    Receivers,
}

/// What the form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    /// Who gives.
    pub givers: Vec<ParticipantId>,
    /// Who receives.
    pub receivers: Vec<ParticipantId>,
    /// Whether they only agree to meet.
    pub intention: bool,
    /// What the givers do.
    pub service: Wording,
    /// What the receivers do in return; nothing if its text is empty.
    pub returned: Wording,
    /// Who moves first.
    pub first_by: Option<ParticipantId>,
    /// What they do.
    pub first_what: String,
    /// By when, as `YYYY-MM-DD`; empty for no day.
    pub due: String,
    /// When all is done, likewise.
    pub deadline: String,
}

impl Correction {
    /// What terms say.
    pub fn of(terms: &Terms) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let step = terms.first_step.as_ref();
        Self {
            givers: terms.givers.clone(),
            receivers: terms.receivers.clone(),
            intention: matches!(terms.bargain, Bargain::Intention { .. }),
            service: Wording::of(terms.bargain.service()),
            returned: terms
                .bargain
                .return_service()
                .map(Wording::of)
                .unwrap_or_default(),
            first_by: step.map(|step| step.by),
            first_what: step.map(|step| step.what.clone()).unwrap_or_default(),
            due: day(step.and_then(|step| step.due)),
            deadline: day(terms.deadline),
        }
    }

    /// A side.
    pub fn side(&self, side: Side) -> &Vec<ParticipantId> {
        match side {
            Side::Givers => &self.givers,
            Side::Receivers => &self.receivers,
        }
    }

    /// Givers, then receivers.
    pub fn parties(&self) -> impl Iterator<Item = ParticipantId> {
        self.givers.iter().chain(&self.receivers).copied()
    }

    /// Puts a party on a side, and off the other: nobody is on both.
    pub fn put(&mut self, side: Side, party: ParticipantId) {
        self.givers.retain(|id| *id != party);
        self.receivers.retain(|id| *id != party);
        match side {
            Side::Givers => self.givers.push(party),
            Side::Receivers => self.receivers.push(party),
        }
    }

    /// Takes a party off; whoever is no party does not move first.
    pub fn drop_party(&mut self, party: ParticipantId) {
        self.givers.retain(|id| *id != party);
        self.receivers.retain(|id| *id != party);
        self.first_by = self.first_by.filter(|by| *by != party);
    }

    /// The terms that the fields make; only listings that `keep` approves of are named.
    ///
    /// # Errors
    /// With the field that cannot be read.
    pub fn terms(&self, keep: impl Fn(ListingId) -> bool) -> Result<Terms, Wrong> {
        if self.givers.is_empty() || self.receivers.is_empty() {
            return Err(Wrong::Parties);
        }
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
        let first_step = self
            .first_by
            .map(|by| {
                Ok(FirstStep {
                    by,
                    what: self.first_what.trim().to_owned(),
                    due: day(&self.due)?,
                })
            })
            .transpose()?;
        Ok(Terms {
            givers: self.givers.clone(),
            receivers: self.receivers.clone(),
            bargain,
            first_step,
            deadline: day(&self.deadline)?,
        })
    }
}

fn day(text: &str) -> Result<Option<Date>, Wrong> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Wrong::Day),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn party(n: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(n))
    }

    fn service() -> Service {
        Service {
            text: "20 timer snekkerhjelp".to_owned(),
            category: Some(CategoryId("hands".to_owned())),
            quantity: Some(Quantity {
                amount: 20,
                unit: "timer".to_owned(),
            }),
            effort_minutes: Some(90),
            worth: Some(4_000),
            listings: vec![ListingId(Uuid::from_u128(7))],
        }
    }

    fn terms() -> Terms {
        Terms {
            givers: vec![party(1)],
            receivers: vec![party(2), party(3)],
            bargain: Bargain::TwoWay {
                service: service(),
                return_service: service(),
            },
            first_step: Some(FirstStep {
                by: party(2),
                what: "ringer".to_owned(),
                due: Some("2026-12-03".parse().unwrap()),
            }),
            deadline: Some("2027-06-01".parse().unwrap()),
        }
    }

    #[test]
    fn what_is_not_touched_stays() {
        let mut correction = Correction::of(&terms());
        assert_eq!(correction.terms(|_| true), Ok(terms()));
        correction.service.text = " 25 timer snekkerhjelp ".to_owned();
        let corrected = correction.terms(|_| true).unwrap();
        assert_eq!(corrected.bargain.service().text, "25 timer snekkerhjelp");
        assert_eq!(corrected.bargain.return_service(), Some(&service()));
        assert_eq!(
            (corrected.first_step, corrected.deadline),
            (terms().first_step, terms().deadline)
        );
    }

    #[test]
    fn a_wrong_party_is_put_right() {
        let mut correction = Correction::of(&terms());
        correction.drop_party(party(2));
        assert_eq!(correction.first_by, None, "who is gone takes no step");
        correction.put(Side::Givers, party(9));
        correction.put(Side::Receivers, party(1));
        let corrected = correction.terms(|_| false).unwrap();
        assert_eq!(corrected.givers, [party(9)]);
        assert_eq!(
            corrected.receivers,
            [party(3), party(1)],
            "nobody is on both sides"
        );
        assert_eq!(corrected.first_step, None);
        assert!(
            corrected
                .bargain
                .services()
                .all(|service| service.listings.is_empty())
        );
    }

    #[test]
    fn the_kind_follows_what_is_written() {
        let mut correction = Correction::of(&terms());
        correction.returned = Wording::default();
        let gift = correction.terms(|_| true).unwrap().bargain;
        assert!(matches!(gift, Bargain::OneWay { .. }));
        correction.intention = true;
        let intention = correction.terms(|_| true).unwrap().bargain;
        assert!(matches!(intention, Bargain::Intention { .. }));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        type Change = fn(&mut Correction);
        let cases: [(Change, Wrong); 9] = [
            (|form| form.givers.clear(), Wrong::Parties),
            (|form| form.receivers.clear(), Wrong::Parties),
            (|form| form.service.text = " ".to_owned(), Wrong::Text),
            (|form| form.service.unit.clear(), Wrong::Amount),
            (|form| form.service.amount = "tolv".to_owned(), Wrong::Amount),
            (|form| form.returned.hours = "mange".to_owned(), Wrong::Hours),
            (|form| form.service.worth = "mye".to_owned(), Wrong::Worth),
            (|form| form.due = "snart".to_owned(), Wrong::Day),
            (|form| form.deadline = "2027-02-30".to_owned(), Wrong::Day),
        ];
        for (change, wrong) in cases {
            let mut correction = Correction::of(&terms());
            change(&mut correction);
            assert_eq!(correction.terms(|_| true), Err(wrong));
        }
        let mut empty = Correction::of(&terms());
        empty.service.amount.clear();
        empty.service.unit = " ".to_owned();
        assert_eq!(empty.terms(|_| true).unwrap().bargain.service().quantity, None);
    }
}
