//! The roster as a spreadsheet, on the wire: what columns hold, what the organiser says of a file, and what it would do to the
//! board, row by row. The server reads and plans; the organiser's page shows and asks.

use serde::{Deserialize, Serialize};

use crate::closed_set::closed_sets;
use crate::ids::{CategoryId, ParticipantId};
use crate::listing::ListingKind;
use crate::participant::{Sector, Symbol};

/// What a column holds. Its name is what the wire and the kept mapping call it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    /// The participant's id: a column of our own export.
    Id,
    /// The name.
    Name,
    /// The sector, in words.
    Sector,
    /// How much of an individual's name is shown, in words.
    NameShown,
    /// The symbol.
    Symbol,
    /// The place in the hall.
    Place,
    /// The contact person.
    Person,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A contact, or several, as somebody wrote them: name, number and address in any order.
    Contact,
    /// Offers, one a line.
    Offer,
    /// Wishes, one a line.
    Wish,
    /// The category of the offers and wishes to its left, or if there are none of those to its right.
    Category,
    /// A listing's id: a column of our own export. With it and the six that follow, a row is one offer or wish.
    ListingId,
    /// Whether the row is an offer or a wish.
    Kind,
    /// What the row offers or wishes.
    Text,
    /// More about it.
    Description,
    /// How much of it.
    Amount,
    /// Of what.
    Unit,
    /// The effort, in minutes.
    Minutes,
}

/// What becomes of a row.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::VariantNames,
    strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RowState {
    /// Somebody is registered.
    New,
    /// Somebody who is registered is changed, or has something more.
    Changed,
    /// The board says so already.
    Same,
    /// It cannot be taken.
    Problem,
    /// The organiser left it out.
    LeftOut,
}

/// What kind of file it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::VariantNames, strum::VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Format {
    /// A workbook as Excel writes it.
    Xlsx,
    /// A workbook as `LibreOffice` writes it.
    Ods,
    /// Text with a sign between the cells.
    Text,
}

closed_sets!(Field, RowState, Format);

impl Field {
    /// Whether several columns may hold it.
    #[must_use]
    pub const fn is_repeatable(self) -> bool {
        matches!(
            self,
            Field::Offer | Field::Wish | Field::Category | Field::Contact | Field::Email | Field::Phone
        )
    }

    /// What a column of listings holds.
    #[must_use]
    pub const fn kind(self) -> Option<ListingKind> {
        match self {
            Field::Offer => Some(ListingKind::Offer),
            Field::Wish => Some(ListingKind::Wish),
            _ => None,
        }
    }
}

/// A column: what it holds, and the category of what it holds if its head says it. Written `offer`, `offer:hands`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Column {
    /// What it holds.
    pub field: Field,
    /// Of which category that is.
    pub category: Option<CategoryId>,
}

impl From<Field> for Column {
    fn from(field: Field) -> Self {
        Self {
            field,
            category: None,
        }
    }
}

impl From<Column> for String {
    fn from(column: Column) -> Self {
        match column.category {
            Some(category) => format!("{}:{}", column.field.as_str(), category.0),
            None => column.field.as_str().to_owned(),
        }
    }
}

/// A column's name that is none.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not what a column may hold")]
pub struct NotAField(String);

impl TryFrom<String> for Column {
    type Error = NotAField;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (field, category) = match text.split_once(':') {
            Some((field, category)) => (field, Some(CategoryId(category.to_owned()))),
            None => (text.as_str(), None),
        };
        let field = Field::named(field).ok_or_else(|| NotAField(text.clone()))?;
        Ok(Self { field, category })
    }
}

/// What the organiser said of a file. What is left out is guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// The sheets that are read, each with its columns. None: those in which a name or an id was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheets: Option<Vec<SheetMapping>>,
    /// The category of new offers and wishes of which none is said; the exchange's first, if none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<CategoryId>,
    /// The sector of new participants of which none is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector: Option<Sector>,
    /// Rows that are of a participant who is registered under another name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<SameAs>,
    /// Rows that are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leave_out: Vec<At>,
    /// Whether rows with a problem are left out; else there must be none.
    pub without_problems: bool,
}

impl Mapping {
    /// What of it holds for the next file with the same heads: nothing that speaks of single rows.
    #[must_use]
    pub fn lasting(&self) -> Self {
        Self {
            same_as: Vec::new(),
            leave_out: Vec::new(),
            without_problems: false,
            ..self.clone()
        }
    }
}

/// What the organiser said of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetMapping {
    /// Which one, counted from 0.
    pub sheet: usize,
    /// The number of the row that has the heads; 0 if none has.
    pub heads: u32,
    /// What each column holds, from A; null for one that is left out. An empty list is guessed.
    #[serde(default)]
    pub columns: Vec<Option<Column>>,
}

/// A row of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// The sheet, counted from 0.
    pub sheet: usize,
    /// The row's number, from 1.
    pub row: u32,
}

/// A row that is of a participant who is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SameAs {
    /// The sheet, counted from 0.
    pub sheet: usize,
    /// The row's number, from 1.
    pub row: u32,
    /// Who it is.
    pub participant: ParticipantId,
}

/// What the organiser looks at before anything is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What is confirmed.
    pub plan: String,
    /// How the file was read.
    pub recognised: Recognised,
    /// Its sheets.
    pub sheets: Vec<SheetSeen>,
    /// Whether the columns are as they were said for a file with the same heads.
    pub kept: bool,
    /// What it was understood by: what was asked, or what was kept.
    #[serde(default)]
    pub mapping: Mapping,
    /// Its rows, in order.
    pub rows: Vec<RowSeen>,
    /// How many rows there are of each.
    pub states: States,
    /// How much is changed.
    pub counts: Counts,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// How much was changed.
    pub counts: Counts,
}

/// How a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognised {
    /// What kind it is.
    pub format: Format,
    /// How its letters are written, of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// What stands between its cells, of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
}

/// A sheet as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetSeen {
    /// Which one, counted from 0.
    pub sheet: usize,
    /// Its name.
    pub name: String,
    /// Whether it is read.
    pub is_read: bool,
    /// The row with the heads; 0 if none has.
    pub heads: u32,
    /// How many rows are below them.
    pub rows: usize,
    /// Its columns, from A.
    pub columns: Vec<ColumnSeen>,
}

/// A column as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSeen {
    /// What the spreadsheet program calls it.
    pub letters: String,
    /// What stands over it.
    pub head: String,
    /// What it holds; none if it is left out.
    pub field: Option<Column>,
    /// Some of what is in it.
    pub samples: Vec<String>,
}

/// A row, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSeen {
    /// The sheet, counted from 0.
    pub sheet: usize,
    /// The row's number, from 1.
    pub row: u32,
    /// What becomes of it.
    pub state: RowState,
    /// The name as the wall will say it, or as the row has it if it cannot be taken.
    pub name: String,
    /// Who it is, if somebody is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participant: Option<ParticipantId>,
    /// What it changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Why it cannot be taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Said>,
    /// What should be known of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Said>,
    /// Those who may be the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubles: Vec<Double>,
}

impl RowSeen {
    /// Where it is.
    #[must_use]
    pub const fn at(&self) -> At {
        At {
            sheet: self.sheet,
            row: self.row,
        }
    }
}

/// Something that a row changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The field.
    pub what: Field,
    /// What is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What the row says.
    pub after: String,
}

/// Somebody who may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Double {
    /// Who.
    pub participant: ParticipantId,
    /// The registered name.
    pub name: String,
    /// The symbol.
    pub symbol: Symbol,
}

/// Something in words, with the cell that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The cell, as the spreadsheet program calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Stable, for programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// How many rows there are of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct States {
    /// That register somebody.
    pub new: usize,
    /// That change somebody.
    pub changed: usize,
    /// That say what is known.
    pub same: usize,
    /// That cannot be taken.
    pub problem: usize,
    /// That are left out.
    pub left_out: usize,
}

impl States {
    /// Of one kind.
    #[must_use]
    pub const fn of(&self, state: RowState) -> usize {
        match state {
            RowState::New => self.new,
            RowState::Changed => self.changed,
            RowState::Same => self.same,
            RowState::Problem => self.problem,
            RowState::LeftOut => self.left_out,
        }
    }

    /// Counts one more.
    pub const fn count(&mut self, state: RowState) {
        let place = match state {
            RowState::New => &mut self.new,
            RowState::Changed => &mut self.changed,
            RowState::Same => &mut self.same,
            RowState::Problem => &mut self.problem,
            RowState::LeftOut => &mut self.left_out,
        };
        *place += 1;
    }
}

/// How much is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Participants that are registered.
    pub registered: usize,
    /// Participants of which something changes.
    pub amended: usize,
    /// Offers and wishes that are added.
    pub listings_added: usize,
    /// Offers and wishes that change.
    pub listings_amended: usize,
    /// Contacts that are written.
    pub contacts: usize,
    /// Offers and wishes that are added of which no category is said.
    pub without_category: usize,
}
