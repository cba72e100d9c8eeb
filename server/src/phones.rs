//! Telephone numbers as people of Europe write them: `+47 22 33 44 55`, `0047…`, `22334455`, `(020) 7946 0958`, `06-12345678`,
//! `030/123456`. What a number is in a country, its numbering plan says, which a library knows; it is too large for a tablet.

use std::collections::BTreeSet;

use borsklokka_shared::contact::{Contact, numbers_of};
use phonenumber::Mode;
use phonenumber::country::Id;

/// How a number begins that is dialled from another country, where a telephone has no plus.
const ABROAD: &str = "00";

/// The country whose numbers are written without a country code where an exchange is held, by its time zone.
pub(crate) fn home(time_zone: &str) -> Option<Id> {
    let home = HOMES.iter().find(|(_, zones)| zones.contains(&time_zone));
    home.map(|(country, _)| *country)
}

/// A number as it is dialled from anywhere, such as `+47 22 33 44 55`; none if no numbering plan has it.
pub(crate) fn read(written: &str, home: Option<Id>) -> Option<String> {
    // `+49 (0)30` is a habit of letterheads: who dials the country leaves the nought out.
    let dialled = if has_plus(written) || written.starts_with(ABROAD) {
        written.replace("(0)", "")
    } else {
        written.to_owned()
    };
    let number = phonenumber::parse(home, dialled).ok()?;
    number
        .is_valid()
        .then(|| number.format().mode(Mode::International).to_string())
}

fn has_plus(written: &str) -> bool {
    written.trim_start_matches([' ', '(']).starts_with('+')
}

/// The numbers of a telephone field, each so that it is the same however it is written: as it is dialled from anywhere. One that no numbering
/// plan has, and one of which nobody knows the country, is its figures: it is guessed of none that it is another.
pub(crate) fn told_apart(field: &str, home: Option<Id>) -> BTreeSet<String> {
    let figures_of = |written: &str| {
        let read = read(written, home);
        let number = read.as_deref().unwrap_or(written);
        let figures: String = number.chars().filter(char::is_ascii_digit).collect();
        match figures.strip_prefix(ABROAD) {
            Some(abroad) => format!("+{abroad}"),
            None if has_plus(number) => format!("+{figures}"),
            None => figures,
        }
    };
    let numbers = numbers_of(field).into_iter().map(|number| figures_of(&number));
    numbers.filter(|number| !number.is_empty()).collect()
}

fn numbers_of_contact(contact: &Contact, home: Option<Id>) -> BTreeSet<String> {
    told_apart(contact.phone.as_deref().unwrap_or_default(), home)
}

/// Whether somebody is reached by a number of the one and of the other.
pub(crate) fn have_one_in_common(one: &Contact, other: &Contact, home: Option<Id>) -> bool {
    !numbers_of_contact(one, home).is_disjoint(&numbers_of_contact(other, home))
}

/// Whether two contacts have the same numbers, be it none.
pub(crate) fn are_the_same(one: &Contact, other: &Contact, home: Option<Id>) -> bool {
    numbers_of_contact(one, home) == numbers_of_contact(other, home)
}

/// The time zones of Europe, by country.
#[rustfmt::skip] // A table: a row a line.
const HOMES: [(Id, &[&str]); 46] = [
    (Id::AD, &["Europe/Andorra"]),
    (Id::AL, &["Europe/Tirane"]),
    (Id::AT, &["Europe/Vienna"]),
    (Id::AX, &["Europe/Mariehamn"]),
    (Id::BA, &["Europe/Sarajevo"]),
    (Id::BE, &["Europe/Brussels"]),
    (Id::BG, &["Europe/Sofia"]),
    (Id::BY, &["Europe/Minsk"]),
    (Id::CH, &["Europe/Zurich"]),
    (Id::CY, &["Asia/Nicosia", "Europe/Nicosia"]),
    (Id::CZ, &["Europe/Prague"]),
    (Id::DE, &["Europe/Berlin", "Europe/Busingen"]),
    (Id::DK, &["Europe/Copenhagen"]),
    (Id::EE, &["Europe/Tallinn"]),
    (Id::ES, &["Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta"]),
    (Id::FI, &["Europe/Helsinki"]),
    (Id::FO, &["Atlantic/Faroe"]),
    (Id::FR, &["Europe/Paris"]),
    (Id::GB, &["Europe/London", "Europe/Belfast"]),
    (Id::GI, &["Europe/Gibraltar"]),
    (Id::GR, &["Europe/Athens"]),
    (Id::HR, &["Europe/Zagreb"]),
    (Id::HU, &["Europe/Budapest"]),
    (Id::IE, &["Europe/Dublin"]),
    (Id::IS, &["Atlantic/Reykjavik"]),
    (Id::IT, &["Europe/Rome"]),
    (Id::LI, &["Europe/Vaduz"]),
    (Id::LT, &["Europe/Vilnius"]),
    (Id::LU, &["Europe/Luxembourg"]),
    (Id::LV, &["Europe/Riga"]),
    (Id::MC, &["Europe/Monaco"]),
    (Id::MD, &["Europe/Chisinau"]),
    (Id::ME, &["Europe/Podgorica"]),
    (Id::MK, &["Europe/Skopje"]),
    (Id::MT, &["Europe/Malta"]),
    (Id::NL, &["Europe/Amsterdam"]),
    (Id::NO, &["Europe/Oslo", "Arctic/Longyearbyen", "Atlantic/Jan_Mayen"]),
    (Id::PL, &["Europe/Warsaw"]),
    (Id::PT, &["Europe/Lisbon", "Atlantic/Madeira", "Atlantic/Azores"]),
    (Id::RO, &["Europe/Bucharest"]),
    (Id::RS, &["Europe/Belgrade"]),
    (Id::SE, &["Europe/Stockholm"]),
    (Id::SI, &["Europe/Ljubljana"]),
    (Id::SK, &["Europe/Bratislava"]),
    (Id::SM, &["Europe/San_Marino"]),
    (Id::UA, &["Europe/Kyiv", "Europe/Kiev"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_europe_writes_them() {
        for (country, written, number) in [
            (Id::NO, "+47 22 33 44 55", Some("+47 22 33 44 55")),
            (Id::NO, "0047 22 33 44 55", Some("+47 22 33 44 55")),
            (Id::NO, "22334455", Some("+47 22 33 44 55")),
            (Id::NO, "(+47) 912 34 567", Some("+47 91 23 45 67")),
            (Id::NO, "91.23.45.67", Some("+47 91 23 45 67")),
            (Id::NO, "912-34-567", Some("+47 91 23 45 67")),
            (Id::NO, "02800", Some("+47 02800")),
            (Id::GB, "(020) 7946 0958", Some("+44 20 7946 0958")),
            (Id::NO, "+44 (0)20 7946 0958", Some("+44 20 7946 0958")),
            (Id::NO, "00 44 20 7946 0958", Some("+44 20 7946 0958")),
            (Id::NL, "06-12345678", Some("+31 6 12345678")),
            (Id::DE, "030/123456", Some("+49 30 123456")),
            (Id::DE, "030 / 12 34 56", Some("+49 30 123456")),
            (Id::NO, "+49 (0)30 123456", Some("+49 30 123456")),
            (Id::BE, "0470 12 34 56", Some("+32 470 12 34 56")),
            (Id::IT, "06 6982 1234", Some("+39 06 6982 1234")),
            (Id::FR, "01 23 45 67 89", Some("+33 1 23 45 67 89")),
            (Id::NO, "+46 8 123 456 78", Some("+46 8 123 456 78")),
            // A digit too few, a digit too many, and what nobody has.
            (Id::NO, "2233445", None),
            (Id::NO, "223344556", None),
            (Id::NO, "000 00 001", None),
            (Id::NL, "06-1234567", None),
            (Id::NO, "…", None),
        ] {
            assert_eq!(
                read(written, Some(country)).as_deref(),
                number,
                "{written} in {country:?}"
            );
        }
        assert_eq!(read("22334455", None), None, "nobody knows where");
        assert_eq!(read("+4722334455", None).as_deref(), Some("+47 22 33 44 55"));
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written_and_of_no_country_that_nobody_knows() {
        let told = |field: &str, home| told_apart(field, home).into_iter().collect::<Vec<_>>();
        for (country, number, writings) in [
            (
                Id::NO,
                "+4791234567",
                [
                    "+47 912 34 567",
                    "91234567",
                    "0047 91234567",
                    "912 34 567",
                    "(+47) 912-34-567",
                ],
            ),
            (
                Id::NL,
                "+31612345678",
                [
                    "06-12345678",
                    "+31 6 12345678",
                    "0031 612345678",
                    "0612345678",
                    "+31 (0)6 12345678",
                ],
            ),
            (
                Id::DE,
                "+4930123456",
                [
                    "030/123456",
                    "030 12 34 56",
                    "+49 (0)30 123456",
                    "0049 30 123456",
                    "+4930123456",
                ],
            ),
        ] {
            for written in writings {
                assert_eq!(told(written, Some(country)), [number], "{written} in {country:?}");
            }
        }
        // Of a country that nobody knows, what is written as from anywhere is, and the rest is its figures.
        for (written, number) in [
            ("+47 912 34 567", "+4791234567"),
            ("0047 91234567", "+4791234567"),
            ("912 34 567", "91234567"),
            ("91234567", "91234567"),
        ] {
            assert_eq!(told(written, None), [number], "{written}");
        }
        // In another country it is another number, and so is one that no plan has.
        assert_ne!(told("91234567", Some(Id::DK)), told("91234567", Some(Id::NO)));
        assert_ne!(told("2233445", Some(Id::NO)), told("+47 2233445", Some(Id::NO)));
        assert_eq!(told("223 34 45", Some(Id::NO)), ["2233445"]);
        assert_eq!(told("", Some(Id::NO)), [""; 0]);
        let two = told("912 34 567 / 22 33 44 55", Some(Id::NO));
        assert_eq!(two, ["+4722334455", "+4791234567"]);
        let among_words = told("Mob: 91 23 45 67, priv: 22 33 44 55", Some(Id::NO));
        assert_eq!(among_words, two);
        assert_eq!(told("tlf. 912 34 567 (Kari)", Some(Id::NO)), ["+4791234567"]);
        assert_eq!(told("+1 (555) 123-4567 ext. 12", Some(Id::NO)), ["+15551234567"]);
    }

    #[test]
    fn two_contacts_meet_in_one_number_and_are_the_same_in_all() {
        let contact = |phone: &str| Contact {
            phone: (!phone.is_empty()).then(|| phone.to_owned()),
            ..Contact::default()
        };
        for (one, other, meet, same) in [
            ("912 34 567", "+47 91234567", true, true),
            ("912 34 567", "22 33 44 55 / 0047 912 34 567", true, false),
            ("22 33 44 55 / 91234567", "91234567 / 22334455", true, true),
            ("912 34 567", "912 34 568", false, false),
            ("912 34 567", "", false, false),
            ("", "", false, true),
        ] {
            let (one, other, home) = (contact(one), contact(other), Some(Id::NO));
            assert_eq!(have_one_in_common(&one, &other, home), meet, "{one:?} {other:?}");
            assert_eq!(are_the_same(&one, &other, home), same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn where_an_exchange_is_held_its_time_zone_says() {
        for (zone, country) in [
            ("Europe/Oslo", Some(Id::NO)),
            ("Europe/Amsterdam", Some(Id::NL)),
            ("UTC", None),
        ] {
            assert_eq!(home(zone), country, "{zone}");
        }
    }
}
