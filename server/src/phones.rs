//! Telephone numbers as people of Europe write them: `+47 22 33 44 55`, `0047…`, `22334455`, `(020) 7946 0958`, `06-12345678`,
//! `030/123456`. What a number is in a country, its numbering plan says, which a library knows; it is too large for a tablet.

use phonenumber::Mode;
use phonenumber::country::Id;

/// The country whose numbers are written without a country code where an exchange is held, by its time zone.
pub(crate) fn home(time_zone: &str) -> Option<Id> {
    let home = HOMES.iter().find(|(_, zones)| zones.contains(&time_zone));
    home.map(|(country, _)| *country)
}

/// A number as it is dialled from anywhere, such as `+47 22 33 44 55`; none if no numbering plan has it.
pub(crate) fn read(written: &str, home: Option<Id>) -> Option<String> {
    // `+49 (0)30` is a habit of letterheads: who dials the country leaves the nought out.
    let is_abroad = written.trim_start_matches([' ', '(']).starts_with('+') || written.starts_with("00");
    let dialled = if is_abroad {
        written.replace("(0)", "")
    } else {
        written.to_owned()
    };
    let number = phonenumber::parse(home, dialled).ok()?;
    number
        .is_valid()
        .then(|| number.format().mode(Mode::International).to_string())
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
