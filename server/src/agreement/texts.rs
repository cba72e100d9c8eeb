//! The printed agreement and the page that a dead link leads to: which text says what.

use borsklokka_shared::date::{Date, month_name};
use borsklokka_shared::deal::{Bargain, Service};
use borsklokka_shared::numbers::{grouped, hours};
use borsklokka_shared::participant::Sector;

pub(crate) use crate::spoken::paper::Paper as Texts;

impl Texts {
    /// A sector.
    pub(crate) fn sector(&self, sector: Sector) -> &'static str {
        match sector {
            Sector::Business => self.sector.business,
            Sector::Public => self.sector.public,
            Sector::Voluntary => self.sector.voluntary,
            Sector::Individual => self.sector.individual,
        }
    }

    /// A quantity in its unit.
    pub(crate) fn quantity(&self, amount: u64, unit: &str) -> String {
        format!("{} {unit}", grouped(amount, self.language))
    }

    /// An effort, given in minutes: from an hour in half hours.
    pub(crate) fn effort(&self, minutes: u64) -> String {
        if minutes < 60 {
            return self.effort.minutes(minutes);
        }
        let (count, written) = hours(minutes, self.language);
        self.effort.hours(count, written)
    }

    /// An amount of money in a currency.
    pub(crate) fn money(&self, amount: u64, currency: &str) -> String {
        let amount = grouped(amount, self.language);
        match currency {
            "NOK" => self.money.kroner(amount),
            other => self.money.any(amount, other),
        }
    }

    /// What all services are estimated at, in hours and money.
    pub(crate) fn estimate(&self, bargain: &Bargain, currency: &str) -> Option<String> {
        let sum = |of: fn(&Service) -> Option<u32>| -> u64 {
            bargain.services().filter_map(of).map(u64::from).sum()
        };
        let minutes = sum(|service| service.effort_minutes);
        let money = sum(|service| service.worth);
        let minutes = (minutes > 0).then(|| self.effort(minutes));
        let money = (money > 0).then(|| self.money(money, currency));
        let parts: Vec<String> = [minutes, money].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// A day with its year.
    pub(crate) fn day(&self, day: Date) -> String {
        self.whole_day(day.day(), month_name(day.month(), self.language), day.year())
    }

    /// "Page 1 of 2", in the parts around the two numbers: before, between and after them.
    pub(crate) fn page_parts(&self) -> [String; 3] {
        const NUMBER: char = '\u{FFFC}';
        let page = self.page(NUMBER, NUMBER);
        let mut parts = page.split(NUMBER).map(str::to_owned);
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn numbers_and_days_are_said_as_people_say_them() {
        let (nb, en) = (Texts::of(Language::Nb), Texts::of(Language::En));
        let day: Date = "2026-12-03".parse().unwrap();
        assert_eq!(nb.day(day), "3. desember 2026");
        assert_eq!(en.day(day), "3 December 2026");
        for (minutes, in_nb, in_en) in [
            (45, "45 minutter", "45 minutes"),
            (60, "1 time", "1 hour"),
            (90, "1,5 timer", "1.5 hours"),
            (1_200, "20 timer", "20 hours"),
            (3_450, "57,5 timer", "57.5 hours"),
            (600_000, "10\u{A0}000 timer", "10,000 hours"),
        ] {
            assert_eq!(
                (nb.effort(minutes), en.effort(minutes)),
                (in_nb.into(), in_en.into())
            );
        }
        assert_eq!(nb.money(16_000, "NOK"), "16\u{A0}000 kr");
        assert_eq!(nb.money(999, "EUR"), "999 EUR");
        assert_eq!(en.money(1_234_567, "NOK"), "NOK 1,234,567");
        assert_eq!(nb.page_parts(), ["Side ", " av ", ""]);
        for (language, said) in [
            (Language::Nn, ["3. desember 2026", "1,5 timar", "16\u{A0}000 kr"]),
            (Language::Nl, ["3 december 2026", "1,5 uur", "NOK 16.000"]),
            (Language::De, ["3. Dezember 2026", "1,5 Stunden", "16.000 NOK"]),
        ] {
            let texts = Texts::of(language);
            assert_eq!(
                [texts.day(day), texts.effort(90), texts.money(16_000, "NOK")],
                said
            );
        }
    }
}
