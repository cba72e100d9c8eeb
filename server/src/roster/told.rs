//! A plan as the organiser reads it: each row, each problem in words and at its cell.

use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::roster::{
    ColumnSeen, Format, Mapping, Preview, Recognised, RowSeen, Said, SheetSeen, States,
};
use borsklokka_spreadsheets::{self as spreadsheets, Book, letters};
use serde::Serialize;

use super::mapping::Understood;
use super::plan::{Plan, PlannedRow};
use super::rows::{Fault, Note};
use crate::agreement::texts::Texts;
use crate::spoken::roster::Roster;

/// Texts of a column that are shown, so that somebody sees what is in it.
const SAMPLES: usize = 3;

/// What the organiser looks at.
pub(crate) fn preview(
    book: &Book,
    understood: &[Understood],
    mapping: Mapping,
    kept: bool,
    plan: Plan,
    language: Language,
) -> Preview {
    let digest = plan.digest();
    let mut states = States::default();
    for row in &plan.rows {
        states.count(row.state);
    }
    let sheets = book.sheets.iter().zip(understood);
    Preview {
        plan: digest,
        recognised: file(book.recognised),
        sheets: sheets
            .map(|(sheet, understood)| SheetSeen {
                sheet: understood.mapping.sheet,
                name: sheet.name.clone(),
                is_read: understood.is_read,
                heads: understood.mapping.heads,
                rows: understood.rows(sheet).count(),
                columns: columns(sheet, understood),
            })
            .collect(),
        kept,
        mapping,
        states,
        counts: plan.counts,
        rows: plan.rows.into_iter().map(|row| row_seen(row, language)).collect(),
    }
}

fn file(recognised: spreadsheets::Recognised) -> Recognised {
    let workbook = |format| Recognised {
        format,
        encoding: None,
        delimiter: None,
    };
    match recognised {
        spreadsheets::Recognised::Xlsx => workbook(Format::Xlsx),
        spreadsheets::Recognised::Ods => workbook(Format::Ods),
        spreadsheets::Recognised::Text {
            encoding, delimiter, ..
        } => Recognised {
            format: Format::Text,
            encoding: Some(encoding.to_owned()),
            delimiter: Some(delimiter),
        },
    }
}

fn columns(sheet: &borsklokka_spreadsheets::Sheet, understood: &Understood) -> Vec<ColumnSeen> {
    let fields = &understood.mapping.columns;
    let widest = understood
        .rows(sheet)
        .map(|row| row.cells.len())
        .max()
        .unwrap_or(0);
    let width = widest.max(fields.len()).max(understood.heads.len());
    (0..width)
        .map(|column| ColumnSeen {
            letters: letters(column),
            head: understood.heads.get(column).cloned().unwrap_or_default(),
            field: fields.get(column).cloned().flatten(),
            samples: understood
                .rows(sheet)
                .filter_map(|row| row.cells.get(column))
                .filter(|cell| !cell.trim().is_empty())
                .take(SAMPLES)
                .cloned()
                .collect(),
        })
        .collect()
}

fn row_seen(row: PlannedRow, language: Language) -> RowSeen {
    let texts = Roster::of(language);
    let cell = |column: usize| format!("{}{}", letters(column), row.at.row);
    RowSeen {
        sheet: row.at.sheet,
        row: row.at.row,
        state: row.state,
        problems: row
            .problems
            .iter()
            .map(|problem| Said {
                cell: problem.column.map(cell),
                code: code(&problem.fault),
                message: texts.fault(&problem.fault, language),
            })
            .collect(),
        notes: row
            .notes
            .iter()
            .map(|note| Said {
                cell: column_of(note).map(cell),
                code: code(note),
                message: texts.note(note),
            })
            .collect(),
        name: row.name,
        participant: row.participant,
        changes: row.changes,
        doubles: row.doubles,
    }
}

/// The name of a fault or a note for programs.
fn code(said: &impl Serialize) -> String {
    let value = serde_json::to_value(said).unwrap_or_default();
    let code = |value: &serde_json::Value| value["code"].as_str().map(str::to_owned);
    code(&value["refusal"])
        .or_else(|| code(&value))
        .unwrap_or_default()
}

fn column_of(note: &Note) -> Option<usize> {
    match note {
        Note::Again { .. } => None,
        Note::Differs { column }
        | Note::SeveralContacts { column }
        | Note::CategoryUnknown { column, .. } => Some(*column),
    }
}

impl Roster {
    /// What must be mended, in words.
    fn fault(&self, fault: &Fault, language: Language) -> String {
        let words = &self.problem;
        match fault {
            Fault::NameMissing => words.name_missing.to_owned(),
            Fault::SectorMissing => words.sector_missing(sectors(language)),
            Fault::SectorUnknown { text } => words.sector_unknown(sectors(language), text),
            Fault::NameShownUnknown { text } => {
                words.name_shown_unknown(self.name_shown.first, self.name_shown.full, text)
            }
            Fault::KindUnknown { text } => words.kind_unknown(self.kind.offer, text, self.kind.wish),
            Fault::NotANumber { text, max } => words.not_a_number(max, text),
            Fault::BadEmail => words.bad_email.to_owned(),
            Fault::BadPhone => words.bad_phone.to_owned(),
            Fault::ParticipantUnknown { text } => words.participant_unknown(text),
            Fault::SymbolTaken { symbol } => words.symbol_taken(symbol),
            Fault::TooManyListings { max } => words.too_many_listings(max),
            Fault::TooManyParticipants { max } => words.too_many_participants(max),
            Fault::Refused { refusal } => refusal.message(language),
        }
    }

    /// What should be known, in words.
    fn note(&self, note: &Note) -> String {
        let words = &self.note;
        match note {
            Note::Again { row, .. } => words.again(row),
            Note::Differs { .. } => words.differs.to_owned(),
            Note::SeveralContacts { .. } => words.several_contacts.to_owned(),
            Note::CategoryUnknown { text, .. } => words.category_unknown(text),
        }
    }
}

/// The sectors' names, as they may be written.
fn sectors(language: Language) -> String {
    let texts = Texts::of(language);
    Sector::ALL.map(|sector| texts.sector(sector)).join(", ")
}
