//! A sign as a badge's QR code has it, and as a scanner gives it back. A scanner that stands for a keyboard types as it was set up
//! for, and knows no `Å`: so the code has plain letters where there are any, and what is read is compared without accents.

use crate::participant::{Participant, Symbol};
use crate::text::bare;

/// What the QR code of a sign holds.
pub fn of_symbol(symbol: &Symbol) -> String {
    let plain: String = symbol
        .as_str()
        .chars()
        .flat_map(char::to_lowercase)
        .map(bare)
        .flat_map(char::to_uppercase)
        .collect();
    if plain.is_ascii() {
        plain
    } else {
        symbol.to_string()
    }
}

/// Whose sign was read or typed, be it from before a merger. It is one, unless signs differ in an accent alone and what was read
/// has none.
pub fn read<'a>(code: &str, participants: impl Iterator<Item = &'a Participant>) -> Vec<&'a Participant> {
    let Ok(typed) = Symbol::parse(code) else {
        return Vec::new();
    };
    let folded = super::fold(typed.as_str());
    let signs = |one: &'a Participant| std::iter::once(&one.symbol).chain(&one.was_symbols);
    let alike: Vec<&Participant> = participants
        .filter(|one| signs(one).any(|sign| super::fold(sign.as_str()) == folded))
        .collect();
    let has_accents = !typed.as_str().is_ascii();
    match alike.iter().find(|one| one.has_symbol(&typed)) {
        Some(exactly) if has_accents => vec![exactly],
        Some(_) | None => alike,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::ParticipantId;
    use crate::participant::Sector;

    fn symbol(text: &str) -> Symbol {
        Symbol::parse(text).unwrap()
    }

    fn hall() -> Vec<Participant> {
        let one = |(number, sign): (u128, &str)| Participant {
            id: ParticipantId(Uuid::from_u128(number)),
            name: sign.to_owned(),
            sector: Sector::Business,
            symbol: symbol(sign),
            place: None,
            was: Vec::new(),
            was_symbols: Vec::new(),
            is_erased: false,
        };
        let mut hall: Vec<_> = (1..)
            .zip(["BAKK", "ÅSSK", "LABB", "LÅBB", "ΔΕΛΤ"])
            .map(one)
            .collect();
        hall[0].was_symbols.push(symbol("BYGG"));
        hall
    }

    #[test]
    fn a_code_has_plain_letters_where_there_are_any() {
        for (sign, code) in [
            ("BAKK", "BAKK"),
            ("ÅSSK", "ASSK"),
            ("ÆØÖ", "AOO"),
            ("ΔΕΛΤ", "ΔΕΛΤ"),
        ] {
            assert_eq!(of_symbol(&symbol(sign)), code);
        }
    }

    #[test]
    fn what_a_code_holds_leads_to_its_badge() {
        let hall = hall();
        for one in &hall {
            let code = of_symbol(&one.symbol);
            assert!(read(&code, hall.iter()).contains(&one), "{code}");
        }
        for (typed, found) in [
            ("bakk", vec!["BAKK"]),
            (" BAKK\r\n", vec!["BAKK"]),
            ("BYGG", vec!["BAKK"]),
            ("assk", vec!["ÅSSK"]),
            ("åssk", vec!["ÅSSK"]),
            // Who it is cannot be told from this, and is asked.
            ("LABB", vec!["LABB", "LÅBB"]),
            ("LÅBB", vec!["LÅBB"]),
            ("Bakkerud", vec![]),
            ("BAKE", vec![]),
            ("", vec![]),
        ] {
            let read: Vec<&str> = read(typed, hall.iter())
                .into_iter()
                .map(|one| one.symbol.as_str())
                .collect();
            assert_eq!(read, found, "{typed}");
        }
    }
}
