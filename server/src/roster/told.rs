//! A plan as the organiser reads it: each row, each problem in words and at its cell.

use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_spreadsheets::{Book, Recognised, letters};
use serde::Serialize;

use super::field::Column;
use super::mapping::Understood;
use super::plan::{Change, Counts, Double, Plan, PlannedRow, State};
use super::rows::{Fault, Note};
use crate::agreement::texts::Texts;
use crate::spoken::roster::Roster;

/// Texts of a column that are shown, so that somebody sees what is in it.
const SAMPLES: usize = 3;

/// What the organiser looks at before anything is written.
#[derive(Serialize)]
pub(crate) struct Preview {
    /// What is confirmed.
    plan: String,
    recognised: File,
    sheets: Vec<SheetSeen>,
    /// Whether the columns are as they were said for a file with the same heads.
    kept: bool,
    rows: Vec<RowSeen>,
    states: States,
    counts: Counts,
}

/// What was written.
#[derive(Serialize)]
pub(crate) struct Written {
    pub(crate) counts: Counts,
}

#[derive(Serialize)]
struct File {
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<char>,
}

#[derive(Serialize)]
struct SheetSeen {
    sheet: usize,
    name: String,
    is_read: bool,
    /// The row with the heads; 0 if none has.
    heads: u32,
    rows: usize,
    columns: Vec<ColumnSeen>,
}

#[derive(Serialize)]
struct ColumnSeen {
    letters: String,
    head: String,
    field: Option<Column>,
    samples: Vec<String>,
}

#[derive(Serialize)]
struct RowSeen {
    sheet: usize,
    row: u32,
    state: State,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    participant: Option<borsklokka_shared::ids::ParticipantId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Change>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Said>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Said>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    doubles: Vec<Double>,
}

/// Something in words, with the cell that it is about.
#[derive(Serialize)]
struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<String>,
    code: String,
    message: String,
}

/// How many rows there are of each.
#[derive(Default, Serialize)]
struct States {
    new: usize,
    changed: usize,
    same: usize,
    problem: usize,
    left_out: usize,
}

/// What the organiser looks at.
pub(crate) fn preview(
    book: &Book,
    understood: &[Understood],
    kept: bool,
    plan: Plan,
    language: Language,
) -> Preview {
    let digest = plan.digest();
    let mut states = States::default();
    for row in &plan.rows {
        match row.state {
            State::New => states.new += 1,
            State::Changed => states.changed += 1,
            State::Same => states.same += 1,
            State::Problem => states.problem += 1,
            State::LeftOut => states.left_out += 1,
        }
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
        states,
        counts: plan.counts,
        rows: plan.rows.into_iter().map(|row| row_seen(row, language)).collect(),
    }
}

fn file(recognised: Recognised) -> File {
    match recognised {
        Recognised::Xlsx => File {
            format: "xlsx",
            encoding: None,
            delimiter: None,
        },
        Recognised::Ods => File {
            format: "ods",
            encoding: None,
            delimiter: None,
        },
        Recognised::Text {
            encoding, delimiter, ..
        } => File {
            format: "text",
            encoding: Some(encoding),
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
