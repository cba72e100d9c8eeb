//! Rows as people wrote them become drafts: texts tidied, words understood, each with the cell that it is from.

use borsklokka_shared::contact::{Contact, ContactFault};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{CategoryId, ListingId, ParticipantId};
use borsklokka_shared::limits::{EFFORT_MINUTES_MAX, QUANTITY_MAX};
use borsklokka_shared::listing::{ListingKind, Quantity};
use borsklokka_shared::participant::{NameShown, Sector};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::roster::{Column, Field};
use borsklokka_shared::text::{is_visible, tidy};
use borsklokka_spreadsheets::Row;
use serde::Serialize;

use super::heads;
use super::mapping::Understood;
use crate::spoken::roster::Roster;

/// What a row says, as far as it is understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) id: Option<ParticipantId>,
    pub(super) name: String,
    pub(super) sector: Option<Sector>,
    pub(super) name_shown: Option<NameShown>,
    pub(super) symbol: Option<String>,
    pub(super) place: Option<String>,
    pub(super) contact: Contact,
    pub(super) listings: Vec<DraftListing>,
    pub(super) problems: Vec<Problem>,
    pub(super) notes: Vec<Note>,
    /// The cell of each field, by column from 0.
    cells: Vec<(Field, usize)>,
}

/// An offer or a wish, as far as it is understood.
#[derive(Clone, Debug)]
pub(super) struct DraftListing {
    pub(super) id: Option<ListingId>,
    pub(super) kind: ListingKind,
    pub(super) text: String,
    pub(super) description: Option<String>,
    pub(super) category: Option<CategoryId>,
    pub(super) quantity: Option<Quantity>,
    pub(super) effort_minutes: Option<u32>,
    pub(super) column: usize,
}

/// What must be mended before a row can be taken, and in which column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// The column, from 0; none if a column is missing.
    pub(crate) column: Option<usize>,
    /// What it is.
    pub(crate) fault: Fault,
}

/// What must be mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Fault {
    /// There is no name.
    NameMissing,
    /// There is no sector.
    SectorMissing,
    /// The sector is no word that is known.
    SectorUnknown { text: String },
    /// Neither the whole name nor the first.
    NameShownUnknown { text: String },
    /// Neither an offer nor a wish.
    KindUnknown { text: String },
    /// No whole number within bounds.
    NotANumber { text: String, max: u32 },
    /// Not an e-mail address.
    BadEmail,
    /// Not a telephone number.
    BadPhone,
    /// A row of listings names nobody who is known.
    ParticipantUnknown { text: String },
    /// Another row or participant has the symbol.
    SymbolTaken { symbol: String },
    /// There are as many offers and wishes as one may have.
    TooManyListings { max: usize },
    /// The exchange has as many participants as it may.
    TooManyParticipants { max: usize },
    /// What the domain refuses.
    Refused { refusal: Refusal },
}

/// What should be known of a row that can be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum Note {
    /// The same participant is in a row before, and what this one says is added.
    Again { sheet: usize, row: u32 },
    /// What this row says of somebody differs from the row before; that one counts.
    Differs { column: usize },
    /// Several contacts are in one cell; the first address is the contact's.
    SeveralContacts { column: usize },
    /// The category is none of the exchange's.
    CategoryUnknown { column: usize, text: String },
}

impl Draft {
    /// The column of a field.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.cells
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, column)| *column)
    }

    pub(super) fn problem(&mut self, column: Option<usize>, fault: Fault) {
        self.problems.push(Problem { column, fault });
    }
}

/// Reads a row.
pub(super) fn draft(row: &Row, understood: &Understood, settings: &Settings) -> Draft {
    let mut reading = Reading {
        draft: Draft::default(),
        settings,
        heads: &understood.heads,
        contacts: Vec::new(),
        category: None,
        uncategorised: 0,
    };
    let cells = understood
        .mapping
        .columns
        .iter()
        .enumerate()
        .filter_map(|(index, column)| Some((index, column.as_ref()?, tidy_lines(row.cells.get(index)?))))
        .filter(|(_, _, text)| is_visible(text));
    if understood.is_of_listings() {
        reading.listing(cells.collect());
    } else {
        for (index, column, text) in cells {
            reading.cell(index, column, &text);
        }
    }
    reading.finish()
}

/// A cell's text, each line tidied, without empty ones.
fn tidy_lines(text: &str) -> String {
    let lines: Vec<String> = text
        .split(['\n', '\r', '\u{B}', '\u{2028}'])
        .map(tidy)
        .filter(|line| is_visible(line))
        .collect();
    lines.join("\n")
}

/// A line without what marks it as one of a list.
fn without_bullet(line: &str) -> &str {
    let bare = line
        .trim_start_matches(['-', '–', '—', '•', '*', '·', '▪'])
        .trim_start();
    if bare.len() < line.len() {
        return bare;
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = &line[digits..];
    match (digits, rest.strip_prefix(['.', ')'])) {
        (1..=2, Some(rest)) if rest.starts_with(' ') => rest.trim_start(),
        _ => line,
    }
}

struct Reading<'a> {
    draft: Draft,
    settings: &'a Settings,
    /// What stands over the columns.
    heads: &'a [String],
    /// Contacts as they come: each with its column.
    contacts: Vec<(usize, Contact)>,
    /// The category that was said before any listing.
    category: Option<CategoryId>,
    /// How many of the last listings no category was said of.
    uncategorised: usize,
}

impl Reading<'_> {
    fn cell(&mut self, index: usize, column: &Column, text: &str) {
        let line = || text.replace('\n', " ");
        self.draft.cells.push((column.field, index));
        match column.field {
            Field::Id => self.draft.id = line().parse().ok(),
            Field::Name => self.draft.name = line(),
            Field::Sector => match heads::sector(text) {
                Some(sector) => self.draft.sector = Some(sector),
                None => self
                    .draft
                    .problem(Some(index), Fault::SectorUnknown { text: line() }),
            },
            Field::NameShown => match heads::name_shown(text) {
                Some(shown) => self.draft.name_shown = Some(shown),
                None => self
                    .draft
                    .problem(Some(index), Fault::NameShownUnknown { text: line() }),
            },
            Field::Symbol => self.draft.symbol = Some(line()),
            Field::Place => self.draft.place = Some(self.place(index, line())),
            Field::Person => self.contact(index, text, |line| Contact {
                person: Some(line.to_owned()),
                ..Contact::default()
            }),
            Field::Email => self.contact(index, &text.replace([';', ',', ' '], "\n"), |line| Contact {
                email: Some(line.to_owned()),
                ..Contact::default()
            }),
            Field::Phone => self.contact(index, text, |line| Contact {
                phone: Some(line.to_owned()),
                ..Contact::default()
            }),
            Field::Contact => self.contact(index, &text.replace([';', '|'], "\n"), Contact::of_line),
            Field::Offer => self.listings(index, ListingKind::Offer, text, column.category.as_ref()),
            Field::Wish => self.listings(index, ListingKind::Wish, text, column.category.as_ref()),
            Field::Category => self.categorise(index, text),
            // Of a row that is one listing, and this is none.
            Field::ListingId
            | Field::Kind
            | Field::Text
            | Field::Description
            | Field::Amount
            | Field::Unit
            | Field::Minutes => {}
        }
    }

    /// A place in the hall. Where the head says that it is a table, a bare number says which: alone, on a badge, it would say nothing.
    fn place(&self, index: usize, text: String) -> String {
        let is_number = text.chars().all(|c| c.is_ascii_digit());
        let is_of_tables = || {
            self.heads
                .get(index)
                .is_some_and(|head| heads::is_of_tables(head))
        };
        if is_number && is_of_tables() {
            Roster::of(self.settings.language).table(&text)
        } else {
            text
        }
    }

    /// A row that is one offer or wish.
    fn listing(&mut self, cells: Vec<(usize, &Column, String)>) {
        let mut kind = None;
        let (mut id, mut category, mut text, mut description) = (None, None, None, None);
        let (mut amount, mut unit, mut minutes) = (None, None, None);
        for (index, column, cell) in cells {
            let line = cell.replace('\n', " ");
            match column.field {
                Field::ListingId => id = line.parse().ok(),
                Field::Kind => match heads::kind(&line) {
                    Some(known) => kind = Some(known),
                    None => self.draft.problem(Some(index), Fault::KindUnknown { text: line }),
                },
                Field::Text => text = Some((index, line)),
                Field::Description => description = Some(line),
                Field::Category => category = self.category_of(index, &line),
                Field::Amount => amount = self.number(index, &line, QUANTITY_MAX),
                Field::Unit => unit = Some(line),
                Field::Minutes => minutes = self.number(index, &line, EFFORT_MINUTES_MAX),
                // The participant is named, and nothing is said of it here.
                Field::Name | Field::Id => self.cell(index, column, &cell),
                _ => {}
            }
        }
        if let (Some(kind), Some((column, text))) = (kind, text) {
            self.draft.listings.push(DraftListing {
                id,
                kind,
                text,
                description,
                category,
                quantity: amount.map(|amount| Quantity {
                    amount,
                    unit: unit.unwrap_or_default(),
                }),
                effort_minutes: minutes,
                column,
            });
        }
    }

    fn number(&mut self, index: usize, text: &str, max: u32) -> Option<u32> {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        match plain.parse() {
            Ok(number) if (1..=max).contains(&number) => Some(number),
            Ok(_) | Err(_) => {
                let text = text.to_owned();
                self.draft.problem(Some(index), Fault::NotANumber { text, max });
                None
            }
        }
    }

    fn contact(&mut self, index: usize, text: &str, read: impl Fn(&str) -> Contact) {
        let lines = text.split('\n').map(str::trim).filter(|line| !line.is_empty());
        self.contacts.extend(lines.map(|line| (index, read(line))));
    }

    fn listings(&mut self, index: usize, kind: ListingKind, text: &str, category: Option<&CategoryId>) {
        for line in text
            .split('\n')
            .map(without_bullet)
            .filter(|line| is_visible(line))
        {
            let (own, text) = self.prefix(line);
            let category = own
                .or_else(|| category.cloned())
                .or_else(|| self.category.clone());
            self.uncategorised = if category.is_none() {
                self.uncategorised + 1
            } else {
                0
            };
            self.draft.listings.push(DraftListing {
                id: None,
                kind,
                text: text.to_owned(),
                description: None,
                category,
                quantity: None,
                effort_minutes: None,
                column: index,
            });
        }
    }

    /// The category before a colon, if it is one: `Lokaler: sal for 40`.
    fn prefix<'t>(&self, line: &'t str) -> (Option<CategoryId>, &'t str) {
        let Some((before, after)) = line.split_once(':') else {
            return (None, line);
        };
        match heads::category(before, &self.settings.categories) {
            Some(category) if is_visible(after) => (Some(category), after.trim_start()),
            Some(_) | None => (None, line),
        }
    }

    /// A category's column: of what stands to its left and has none, or else of what comes.
    fn categorise(&mut self, index: usize, text: &str) {
        let Some(category) = self.category_of(index, &text.replace('\n', " ")) else {
            self.uncategorised = 0;
            return;
        };
        if self.draft.listings.is_empty() {
            self.category = Some(category);
            return;
        }
        for listing in self.draft.listings.iter_mut().rev().take(self.uncategorised) {
            listing.category = Some(category.clone());
        }
        self.uncategorised = 0;
    }

    fn category_of(&mut self, index: usize, text: &str) -> Option<CategoryId> {
        let found = heads::category(text, &self.settings.categories);
        if found.is_none() {
            self.draft.notes.push(Note::CategoryUnknown {
                column: index,
                text: text.to_owned(),
            });
        }
        found
    }

    fn finish(mut self) -> Draft {
        let (contact, several) = joined(&self.contacts);
        if let Some(column) = several {
            self.draft.notes.push(Note::SeveralContacts { column });
        }
        let column_of = |has: fn(&Contact) -> bool| {
            let known = self.contacts.iter().find(|(_, contact)| has(contact));
            known.map(|(column, _)| *column)
        };
        match contact.checked() {
            Ok(contact) => self.draft.contact = contact,
            Err(fault) => {
                let (column, fault) = match fault {
                    ContactFault::Email => (column_of(|contact| contact.email.is_some()), Fault::BadEmail),
                    ContactFault::Phone => (column_of(|contact| contact.phone.is_some()), Fault::BadPhone),
                    ContactFault::Text(refusal) => (
                        self.contacts.first().map(|(column, _)| *column),
                        Fault::Refused { refusal },
                    ),
                };
                self.draft.problem(column, fault);
            }
        }
        self.draft
    }
}

/// Several contacts as one, from which nothing is lost: names and numbers stand beside each other, and an address more stands
/// with its name. With it the column in which there are several.
fn joined(contacts: &[(usize, Contact)]) -> (Contact, Option<usize>) {
    let email = contacts.iter().find_map(|(_, contact)| contact.email.clone());
    let (mut persons, mut phones): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut several = None;
    let mut is_first_address = true;
    for (column, contact) in contacts {
        if let Some(person) = &contact.person {
            if !persons.is_empty() {
                several = Some(*column);
            }
            persons.push(person.clone());
        }
        if let Some(address) = &contact.email {
            if !is_first_address {
                several = Some(*column);
                match persons.last_mut().filter(|_| contact.person.is_some()) {
                    Some(person) => *person = format!("{person} ({address})"),
                    None => persons.push(address.clone()),
                }
            }
            is_first_address = false;
        }
        phones.extend(contact.phone.clone());
    }
    let known = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join(" / "));
    let contact = Contact {
        person: known(persons),
        email,
        phone: known(phones),
    };
    (contact, several)
}
