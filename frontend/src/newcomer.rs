//! Somebody who was not in the catalogue: what is written of them, judged by the server's own rules while they stand there, and
//! sent by the outbox, network or not. Whoever registers walk-ins does it with these fields.

pub mod duplicates;
pub mod fields;
pub mod numbers;
pub mod reached;

use borsklokka_shared::command::Command;
use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::{NameShown, Participant, ParticipantEntry, Sector, Symbol, first_name};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::text::{is_visible, tidy};
use leptos::prelude::*;

use self::reached::contact_fault;
use crate::live::Outbox;
use crate::live::outbox::personal::Matter;
use crate::spelling::fold;
use crate::texts::texts;

/// What is written of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What it is called.
    pub name: String,
    /// Its sector.
    pub sector: Sector,
    /// How to reach it, as it was typed.
    pub contact: String,
    /// Where it stands in the hall.
    pub place: String,
    /// What the wall calls an individual, once somebody wrote it; before, it is made of the name.
    pub shown: Option<String>,
    /// What the ticker is to call it, if somebody chose that.
    pub symbol: String,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            name: String::new(),
            sector: Sector::Voluntary,
            contact: String::new(),
            place: String::new(),
            shown: None,
            symbol: String::new(),
        }
    }
}

/// Which field is wrong, and why.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrong {
    /// The name, or what else the server would refuse.
    Name(Refusal),
    /// It is not said what the wall calls an individual.
    Shown,
    /// The symbol.
    Symbol(Refusal),
    /// How to reach it.
    Contact(ContactFault),
}

impl Wrong {
    fn message(&self, language: Language) -> String {
        match self {
            Wrong::Name(refusal) | Wrong::Symbol(refusal) => refusal.message(language),
            Wrong::Shown => texts().broker().on_the_wall_missing.to_owned(),
            Wrong::Contact(fault) => contact_fault(fault, language),
        }
    }
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// For the board.
    pub participant: ParticipantEntry,
    /// For who may reach them; empty if nothing is known.
    pub contact: Contact,
}

impl Written {
    /// What the wall calls an individual.
    pub fn on_the_wall(&self) -> String {
        let written = self.shown.clone();
        written.unwrap_or_else(|| first_name(&tidy(&self.name)).unwrap_or_default())
    }

    /// What is sent of it under an id. Only what is written is judged, and that nobody of `parties` has the symbol: a walk-in is
    /// welcome though the network is gone.
    ///
    /// # Errors
    /// With the field that is wrong.
    pub fn registration(&self, id: ParticipantId, parties: &[Participant]) -> Result<Registration, Wrong> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let full_name = tidy(&self.name);
        let check = |participant: &ParticipantEntry| {
            let participant = participant.clone();
            shape(&Command::RegisterParticipant { participant }).map_err(Wrong::Name)
        };
        let participant = ParticipantEntry {
            id,
            name: full_name.clone(),
            sector: self.sector,
            name_shown: NameShown::Full,
            symbol: None,
            place: filled(&self.place),
        };
        check(&participant)?;
        let name = match self.sector {
            Sector::Individual => Some(self.on_the_wall())
                .filter(|name| is_visible(name))
                .ok_or(Wrong::Shown)?,
            Sector::Business | Sector::Public | Sector::Voluntary => full_name.clone(),
        };
        let symbol = filled(&self.symbol)
            .map(|text| free_symbol(&text, parties).map_err(Wrong::Symbol))
            .transpose()?;
        let contact = reached_as(self.sector, &full_name, &self.contact)
            .checked()
            .map_err(Wrong::Contact)?;
        let participant = ParticipantEntry {
            name,
            symbol: symbol.map(|symbol| symbol.to_string()),
            ..participant
        };
        check(&participant)?;
        Ok(Registration { participant, contact })
    }
}

/// A symbol that somebody chose.
fn free_symbol(text: &str, parties: &[Participant]) -> Result<Symbol, Refusal> {
    let symbol = Symbol::parse(text).map_err(|_| Refusal::NotASymbol)?;
    if parties.iter().any(|party| party.has_symbol(&symbol)) {
        return Err(Refusal::SymbolTaken {
            symbol: symbol.to_string(),
        });
    }
    Ok(symbol)
}

/// An individual speaks for themself: of their name the board only shows what was agreed, and the contact has all of it, also
/// where somebody else is to be called.
fn reached_as(sector: Sector, full_name: &str, line: &str) -> Contact {
    let contact = Contact::of_line(line);
    let person = match (sector, contact.person) {
        (Sector::Individual, None) => Some(full_name.to_owned()),
        (Sector::Individual, Some(other)) if fold(&other) != fold(full_name) => {
            Some(format!("{other} ({full_name})"))
        }
        (_, person) => person,
    };
    Contact { person, ..contact }
}

/// What is being written, as the fields share it. Copied freely.
#[derive(Clone, Copy)]
pub struct Newcomer {
    /// What it is called.
    pub name: RwSignal<String>,
    /// Its sector.
    pub sector: RwSignal<Sector>,
    /// How to reach it, as it is typed.
    pub contact: RwSignal<String>,
    /// Where it stands in the hall.
    pub place: RwSignal<String>,
    /// What the wall calls an individual, once somebody wrote it.
    pub shown: RwSignal<Option<String>>,
    /// What the ticker is to call it, if somebody chose that.
    pub symbol: RwSignal<String>,
    /// The field that is wrong.
    pub wrong: RwSignal<Option<Wrong>>,
    language: Signal<Language>,
}

impl Newcomer {
    /// Goes on with what was written before.
    pub fn of(written: Written, language: Signal<Language>) -> Self {
        Self {
            name: RwSignal::new(written.name),
            sector: RwSignal::new(written.sector),
            contact: RwSignal::new(written.contact),
            place: RwSignal::new(written.place),
            shown: RwSignal::new(written.shown),
            symbol: RwSignal::new(written.symbol),
            wrong: RwSignal::new(None),
            language,
        }
    }

    /// Begins with this, in the place of what was written of somebody else.
    pub fn begin(self, written: Written) {
        self.name.set(written.name);
        self.sector.set(written.sector);
        self.contact.set(written.contact);
        self.place.set(written.place);
        self.shown.set(written.shown);
        self.symbol.set(written.symbol);
        self.wrong.set(None);
    }

    /// What is written; follows it.
    pub fn written(self) -> Written {
        Written {
            name: self.name.get(),
            sector: self.sector.get(),
            contact: self.contact.get(),
            place: self.place.get(),
            shown: self.shown.get(),
            symbol: self.symbol.get(),
        }
    }

    /// What is sent of what is written; if something is wrong, that is said at its field.
    pub fn judged(self, id: ParticipantId, parties: &[Participant]) -> Option<Registration> {
        match untrack(|| self.written()).registration(id, parties) {
            Ok(registration) => Some(registration),
            Err(wrong) => {
                self.wrong.set(Some(wrong));
                None
            }
        }
    }

    /// What is wrong with a field, in words.
    fn error(self, is: fn(&Wrong) -> bool) -> Signal<Option<String>> {
        Signal::derive(move || {
            let wrong = self.wrong.get().filter(is)?;
            Some(wrong.message(self.language.get()))
        })
    }

    /// Writes a field; what was said of one is forgotten.
    fn write<T: Send + Sync + 'static>(self, field: RwSignal<T>, value: T) {
        field.set(value);
        self.wrong.set(None);
    }
}

impl Registration {
    /// Puts registration and contact in the outbox.
    pub fn post(self, outbox: Outbox) {
        let Self { participant, contact } = self;
        let id = participant.id;
        outbox.post(&Command::RegisterParticipant { participant });
        if !contact.is_empty() {
            outbox.post_personal(Matter::Contact {
                participant: id,
                contact,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ID: ParticipantId = ParticipantId(Uuid::from_u128(1));

    fn written(name: &str, sector: Sector) -> Written {
        Written {
            name: name.to_owned(),
            sector,
            ..Written::default()
        }
    }

    #[test]
    fn of_whoever_was_written_before_nothing_is_left() {
        let page = Owner::new_root(None);
        let new = page.with(|| Newcomer::of(Written::default(), RwSignal::new(Language::Nb).into()));
        let kari = Written {
            name: "Kari Nordmann".to_owned(),
            sector: Sector::Individual,
            contact: "912 34 567".to_owned(),
            place: "bord 4".to_owned(),
            shown: Some("Kari".to_owned()),
            symbol: "KARI".to_owned(),
        };
        new.begin(kari.clone());
        new.wrong.set(Some(Wrong::Shown));
        assert_eq!(untrack(|| new.written()), kari);
        new.begin(Written::default());
        assert_eq!(untrack(|| new.written()), Written::default());
        assert_eq!(new.wrong.get_untracked(), None);
    }

    #[test]
    fn an_individual_speaks_for_themself_and_the_full_name_is_kept() {
        let person = |sector, line: &str| reached_as(sector, "Kari Nordmann", line).person;
        assert_eq!(
            person(Sector::Individual, "912 34 567").as_deref(),
            Some("Kari Nordmann")
        );
        assert_eq!(
            person(Sector::Individual, "kari nordmann 912 34 567").as_deref(),
            Some("kari nordmann")
        );
        assert_eq!(
            person(Sector::Individual, "Ola 912 34 567").as_deref(),
            Some("Ola (Kari Nordmann)")
        );
        assert_eq!(person(Sector::Voluntary, "912 34 567"), None);
    }

    #[test]
    fn what_is_written_is_judged_field_by_field() {
        let club = written(" Åsen  IL ", Sector::Voluntary);
        let sent = club.registration(ID, &[]).unwrap();
        assert_eq!(sent.participant.name, "Åsen IL");
        assert_eq!((sent.participant.symbol, sent.participant.place), (None, None));
        assert!(sent.contact.is_empty());
        assert!(matches!(
            written(" ", Sector::Voluntary).registration(ID, &[]),
            Err(Wrong::Name(Refusal::TextMissing { .. }))
        ));
        let jansen = written("Mw. Jansen", Sector::Individual);
        assert_eq!(jansen.registration(ID, &[]), Err(Wrong::Shown));
        let anna = Written {
            shown: Some("Anna".to_owned()),
            contact: "912 34 567".to_owned(),
            ..jansen
        };
        let sent = anna.registration(ID, &[]).unwrap();
        assert_eq!(sent.participant.name, "Anna", "no surname enters the log");
        assert_eq!(sent.contact.person.as_deref(), Some("Mw. Jansen"));
        let unreached = Written {
            contact: "kari@example".to_owned(),
            ..club
        };
        for line in ["kari@example", "bare tull @ 12"] {
            let unreached = Written {
                contact: line.to_owned(),
                ..unreached.clone()
            };
            assert_eq!(
                unreached.registration(ID, &[]),
                Err(Wrong::Contact(ContactFault::Email)),
                "{line}"
            );
        }
    }

    #[test]
    fn a_symbol_that_somebody_chose_is_three_or_four_letters_that_nobody_has() {
        let known = Participant {
            id: ParticipantId(Uuid::from_u128(2)),
            name: "Åsen skole".to_owned(),
            sector: Sector::Public,
            symbol: Symbol::parse("ÅSEN").unwrap(),
            place: None,
            was: Vec::new(),
            was_symbols: vec![Symbol::parse("SKOL").unwrap()],
            is_erased: false,
        };
        let chosen = |symbol: &str| Written {
            symbol: symbol.to_owned(),
            ..written("Åsen IL", Sector::Voluntary)
        };
        let judged = |symbol: &str| chosen(symbol).registration(ID, std::slice::from_ref(&known));
        assert_eq!(
            judged(" åsil ").unwrap().participant.symbol.as_deref(),
            Some("ÅSIL")
        );
        assert_eq!(judged("Å1").unwrap_err(), Wrong::Symbol(Refusal::NotASymbol));
        for taken in ["ÅSEN", "skol"] {
            let wrong = judged(taken).unwrap_err();
            assert!(
                matches!(wrong, Wrong::Symbol(Refusal::SymbolTaken { .. })),
                "{taken}"
            );
        }
    }
}
