//! A deal's wording as the desk corrects it: what the fields hold, and the terms they make. What they do not show stays.

use borsklokka_shared::deal::{Bargain, Service, Terms};
use borsklokka_shared::listing::Quantity;

use crate::broker::numbers::hours_text;

/// Minutes of an hour.
const HOUR_MINUTES: f64 = 60.0;

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The amount is not a number, or has no unit.
    Amount,
    /// The hours are not a number.
    Hours,
}

/// What is written of one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// In words.
    pub text: String,
    /// How many, as it was typed.
    pub amount: String,
    /// Of what.
    pub unit: String,
    /// The effort in hours, as it was typed.
    pub hours: String,
}

impl Wording {
    /// What a service says.
    pub fn of(service: &Service) -> Self {
        let quantity = service.quantity.as_ref();
        Self {
            text: service.text.clone(),
            amount: quantity
                .map(|quantity| quantity.amount.to_string())
                .unwrap_or_default(),
            unit: quantity.map(|quantity| quantity.unit.clone()).unwrap_or_default(),
            hours: service.effort_minutes.map(hours_text).unwrap_or_default(),
        }
    }

    /// The service with this wording.
    ///
    /// # Errors
    /// With the field that cannot be read.
    pub fn written_over(&self, service: &Service) -> Result<Service, Wrong> {
        Ok(Service {
            text: self.text.trim().to_owned(),
            quantity: self.quantity()?,
            effort_minutes: self.minutes()?,
            ..service.clone()
        })
    }

    fn quantity(&self) -> Result<Option<Quantity>, Wrong> {
        let (amount, unit) = (self.amount.trim(), self.unit.trim());
        match (amount.is_empty(), unit.is_empty()) {
            (true, true) => Ok(None),
            (false, false) => Ok(Some(Quantity {
                amount: amount.parse().map_err(|_| Wrong::Amount)?,
                unit: unit.to_owned(),
            })),
            (true, false) | (false, true) => Err(Wrong::Amount),
        }
    }

    fn minutes(&self) -> Result<Option<u32>, Wrong> {
        let hours = self.hours.trim().replace(',', ".");
        if hours.is_empty() {
            return Ok(None);
        }
        let hours: f64 = hours.parse().map_err(|_| Wrong::Hours)?;
        if !hours.is_finite() || hours < 0.0 {
            return Err(Wrong::Hours);
        }
        let minutes = (hours * HOUR_MINUTES).round() as u32;
        Ok((minutes > 0).then_some(minutes))
    }
}

/// The terms with the wordings of their services, and of the return where there is one.
///
/// # Errors
/// With the field that cannot be read.
pub fn corrected(terms: &Terms, service: &Wording, returned: &Wording) -> Result<Terms, Wrong> {
    let bargain = match &terms.bargain {
        Bargain::OneWay { service: before } => Bargain::OneWay {
            service: service.written_over(before)?,
        },
        Bargain::Intention { service: before } => Bargain::Intention {
            service: service.written_over(before)?,
        },
        Bargain::TwoWay {
            service: before,
            return_service,
        } => Bargain::TwoWay {
            service: service.written_over(before)?,
            return_service: returned.written_over(return_service)?,
        },
    };
    Ok(Terms {
        bargain,
        ..terms.clone()
    })
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::CategoryId;

    use super::*;

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
            listings: Vec::new(),
        }
    }

    #[test]
    fn what_is_not_touched_stays() {
        let terms = Terms {
            givers: Vec::new(),
            receivers: Vec::new(),
            bargain: Bargain::TwoWay {
                service: service(),
                return_service: service(),
            },
            first_step: None,
            deadline: None,
        };
        let mut wording = Wording::of(&service());
        assert_eq!(corrected(&terms, &wording, &wording).as_ref(), Ok(&terms));
        wording.text = " 25 timer snekkerhjelp ".to_owned();
        let Bargain::TwoWay {
            service: first,
            return_service,
        } = corrected(&terms, &wording, &Wording::of(&service()))
            .unwrap()
            .bargain
        else {
            panic!("still a trade");
        };
        assert_eq!(first.text, "25 timer snekkerhjelp");
        assert_eq!((first.category, first.worth), (service().category, Some(4_000)));
        assert_eq!(return_service, service());
    }

    #[test]
    fn amounts_and_hours_are_read_or_refused() {
        let read = |amount: &str, unit: &str, hours: &str| {
            let wording = Wording {
                text: String::new(),
                amount: amount.to_owned(),
                unit: unit.to_owned(),
                hours: hours.to_owned(),
            };
            wording.written_over(&service()).map(|service| {
                (
                    service.quantity.map(|quantity| quantity.amount),
                    service.effort_minutes,
                )
            })
        };
        assert_eq!(read("", " ", ""), Ok((None, None)));
        assert_eq!(read("12", "stoler", "1,5"), Ok((Some(12), Some(90))));
        assert_eq!(read("12", "", ""), Err(Wrong::Amount));
        assert_eq!(read("tolv", "stoler", ""), Err(Wrong::Amount));
        assert_eq!(read("", "", "to"), Err(Wrong::Hours));
        assert_eq!(read("", "", "-1"), Err(Wrong::Hours));
    }
}
