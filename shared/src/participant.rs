//! Participants: who trades, with the sector's colour and the ticker symbol that stands for them on the wall.

use serde::{Deserialize, Serialize};

use crate::ids::ParticipantId;

/// Who a participant is. Each sector has its own colour and shape on every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sector {
    /// A company.
    Business,
    /// A public body.
    Public,
    /// A voluntary organisation.
    Voluntary,
    /// A person on their own behalf.
    Individual,
}

impl Sector {
    /// All sectors, in the order in which they are shown.
    pub const ALL: [Sector; 4] = [
        Sector::Business,
        Sector::Public,
        Sector::Voluntary,
        Sector::Individual,
    ];

    /// The sector's name on the wire and in style sheets.
    pub const fn as_str(self) -> &'static str {
        match self {
            Sector::Business => "business",
            Sector::Public => "public",
            Sector::Voluntary => "voluntary",
            Sector::Individual => "individual",
        }
    }
}

/// How much of an individual's name may be shown. Organisations are always shown in full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameShown {
    /// First name and symbol: what holds unless the person agreed to more.
    #[default]
    First,
    /// The full name; the person agreed.
    Full,
}

/// A ticker symbol: three or four capital letters, unique in an exchange.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Symbol(String);

impl Symbol {
    /// Reads a symbol; small letters are raised.
    ///
    /// # Errors
    /// If it is not three or four letters.
    pub fn parse(text: &str) -> Result<Self, NotASymbol> {
        let raised: String = text.trim().chars().flat_map(char::to_uppercase).collect();
        let letters = raised.chars().count();
        if (3..=4).contains(&letters) && raised.chars().all(char::is_alphabetic) {
            Ok(Self(raised))
        } else {
            Err(NotASymbol)
        }
    }

    /// The symbol's letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not a ticker symbol.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a symbol is three or four letters")]
pub struct NotASymbol;

/// Someone who trades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Which one.
    pub id: ParticipantId,
    /// The name as it is shown: for an individual the first name, unless they agreed to more.
    pub name: String,
    /// Whose colour and shape it wears.
    pub sector: Sector,
    /// What the ticker calls it.
    pub symbol: Symbol,
    /// Where to find it in the hall, such as `bord 14`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What a client writes to register a participant, or to amend one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParticipantEntry {
    /// Made by the client.
    pub id: ParticipantId,
    /// The name. For an individual only the first word is kept unless `name_shown` is `full`.
    pub name: String,
    /// The sector.
    pub sector: Sector,
    /// How much of an individual's name may be shown.
    #[serde(default)]
    pub name_shown: NameShown,
    /// The symbol; made from the name if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// Where to find it in the hall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// The name as it may be shown: trimmed, and only the first word of an individual who did not agree to more.
pub fn shown_name(entry: &ParticipantEntry) -> String {
    let name = entry.name.trim();
    match (entry.sector, entry.name_shown) {
        (Sector::Individual, NameShown::First) => {
            name.split_whitespace().next().unwrap_or_default().to_owned()
        }
        (Sector::Individual, NameShown::Full)
        | (Sector::Business | Sector::Public | Sector::Voluntary, NameShown::First | NameShown::Full) => {
            name.to_owned()
        }
    }
}

/// A free symbol made from a name: its first letters, then initials and later letters, then counted-up endings.
pub fn symbol_from_name(name: &str, is_taken: impl Fn(&Symbol) -> bool) -> Symbol {
    let letters: Vec<char> = name
        .chars()
        .filter(|c| c.is_alphabetic())
        .flat_map(char::to_uppercase)
        .filter(|c| c.is_alphabetic())
        .collect();
    let initials: String = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphabetic()))
        .flat_map(char::to_uppercase)
        .take(4)
        .collect();
    let head: String = letters.iter().take(4).collect();
    let mut candidates = vec![head, initials];
    for last in letters.iter().skip(4) {
        candidates.push(letters.iter().take(3).chain([last]).collect());
    }
    let padded: Vec<char> = letters.iter().copied().chain(['X', 'X', 'X']).take(3).collect();
    candidates.extend(('A'..='Z').map(|last| padded.iter().take(3).chain([&last]).collect()));
    candidates.extend(
        ('A'..='Z')
            .flat_map(|third| ('A'..='Z').map(move |last| (third, last)))
            .map(|(third, last)| padded.iter().take(2).chain([&third, &last]).collect()),
    );
    candidates
        .iter()
        .filter_map(|candidate| Symbol::parse(candidate).ok())
        .find(|symbol| !is_taken(symbol))
        .or_else(|| every_symbol().find(|symbol| !is_taken(symbol)))
        .expect("an exchange has fewer participants than there are symbols")
}

fn every_symbol() -> impl Iterator<Item = Symbol> {
    (0..26_u32.pow(4)).map(|n| {
        let letter = |place: u32| char::from(b'A' + (n / 26_u32.pow(place) % 26) as u8);
        Symbol([letter(3), letter(2), letter(1), letter(0)].iter().collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_three_or_four_letters() {
        assert_eq!(Symbol::parse(" åssk ").unwrap().as_str(), "ÅSSK");
        for text in ["", "AB", "ABCDE", "AB1", "A B C"] {
            assert_eq!(Symbol::parse(text), Err(NotASymbol), "{text}");
        }
    }

    #[test]
    fn a_symbol_is_made_from_the_name_and_is_free() {
        let free = |_: &Symbol| false;
        assert_eq!(symbol_from_name("Bakkerud Bygg AS", free).as_str(), "BAKK");
        assert_eq!(symbol_from_name("Åsskogen skole", free).as_str(), "ÅSSK");
        assert_eq!(symbol_from_name("Ko", free).as_str(), "KOXA");
        assert_eq!(symbol_from_name("42", free).as_str(), "XXXA");
        let taken = |symbol: &Symbol| ["BAKK"].contains(&symbol.as_str());
        assert_eq!(symbol_from_name("Bakkerud Bygg AS", taken).as_str(), "BBA");
    }

    #[test]
    fn two_thousand_participants_of_one_name_all_get_a_symbol() {
        let mut taken = std::collections::BTreeSet::new();
        for _ in 0..2_000 {
            let symbol = symbol_from_name("Røde Kors", |symbol| taken.contains(symbol));
            assert!(taken.insert(symbol));
        }
    }

    #[test]
    fn an_individual_shows_the_first_name_unless_agreed() {
        let mut entry = ParticipantEntry {
            id: ParticipantId(uuid::Uuid::nil()),
            name: " Kari Nordmann ".to_owned(),
            sector: Sector::Individual,
            name_shown: NameShown::First,
            symbol: None,
            place: None,
        };
        assert_eq!(shown_name(&entry), "Kari");
        entry.name_shown = NameShown::Full;
        assert_eq!(shown_name(&entry), "Kari Nordmann");
    }
}
