//! Which row of a sheet has the heads, and what each column holds: guessed, or as the organiser said.

use std::collections::BTreeSet;

use borsklokka_shared::exchange::{Category, Settings};
use borsklokka_shared::roster::{Column, Field, Mapping, SheetMapping};
use borsklokka_spreadsheets::{Book, Row, Sheet};
use sha2::{Digest, Sha256};

use super::fold::fold;
use super::heads;

/// Rows from the top among which the heads are looked for.
const HEADS_WITHIN: usize = 20;
/// Rows by which a column without a head is guessed.
const SAMPLE_ROWS: usize = 50;

/// A sheet as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Understood {
    /// The row with the heads, and what each column holds.
    pub(crate) mapping: SheetMapping,
    /// The texts over the columns.
    pub(crate) heads: Vec<String>,
    /// Whether it is read: there is a name or an id in it.
    pub(crate) is_read: bool,
}

impl Understood {
    /// Every sheet of a file, as the mapping says, and as it seems where that says nothing.
    pub(crate) fn of(book: &Book, mapping: &Mapping, settings: &Settings) -> Vec<Self> {
        let said = |index: usize| {
            let sheets = mapping.sheets.as_ref()?;
            Some(sheets.iter().find(|sheet| sheet.sheet == index))
        };
        let sheets = book.sheets.iter().enumerate();
        sheets
            .map(|(index, sheet)| {
                let guessed = guess(index, sheet, &settings.categories);
                match said(index) {
                    None => guessed,
                    Some(Some(said)) => Self::said(said, guessed, sheet, &settings.categories),
                    Some(None) => Self {
                        is_read: false,
                        ..guessed
                    },
                }
            })
            .collect()
    }

    /// A sheet as somebody said. Heads that were guessed are shown as they were, with what stands over them; of others the
    /// columns are guessed anew, if nothing is said of them.
    fn said(said: &SheetMapping, guessed: Self, sheet: &Sheet, categories: &[Category]) -> Self {
        let is_as_guessed = said.heads == guessed.mapping.heads;
        let heads = if is_as_guessed {
            guessed.heads
        } else {
            heads_of(sheet, said.heads, false)
        };
        let columns = if !said.columns.is_empty() {
            said.columns.clone()
        } else if is_as_guessed {
            guessed.mapping.columns
        } else {
            let row = sheet.rows.iter().find(|row| row.number == said.heads);
            match row {
                Some(row) => with_a_name(columns_under(None, row, categories), said.heads, sheet),
                None => without_heads(said.sheet, sheet).mapping.columns,
            }
        };
        Self {
            mapping: SheetMapping {
                columns,
                ..said.clone()
            },
            heads,
            is_read: true,
        }
    }

    /// The rows below the heads.
    pub(crate) fn rows<'a>(&self, sheet: &'a Sheet) -> impl Iterator<Item = &'a Row> + use<'a> {
        below(self.mapping.heads, sheet)
    }

    /// Whether a column holds this.
    pub(crate) fn has(&self, field: Field) -> bool {
        let mut columns = self.mapping.columns.iter().flatten();
        columns.any(|column| column.field == field)
    }

    /// Whether each row is one offer or wish.
    pub(crate) fn is_of_listings(&self) -> bool {
        self.has(Field::Kind) && self.has(Field::Text)
    }
}

fn below(heads: u32, sheet: &Sheet) -> impl Iterator<Item = &Row> {
    sheet.rows.iter().filter(move |row| row.number > heads)
}

/// What tells files of one kind from others: the heads of all sheets, by SHA-256, in hex. Files without heads are all alike.
pub(crate) fn signature(understood: &[Understood]) -> Option<String> {
    let heads: Vec<String> = understood
        .iter()
        .flat_map(|sheet| sheet.heads.iter().map(|head| fold(head)).chain(["|".to_owned()]))
        .collect();
    let has_heads = understood.iter().any(|sheet| sheet.mapping.heads > 0);
    has_heads.then(|| hex::encode(Sha256::digest(heads.join("\n"))))
}

/// The row that is most like heads, with what is under it.
struct Likeliest {
    understood: Understood,
    /// How many of its cells are known heads.
    known: usize,
    /// Whether a row below it is as much like heads: then both may be what people wrote.
    is_rivalled: bool,
}

impl Likeliest {
    /// Whether it is the row of heads. With a name it is; without one, if most of its cells are known heads and those of no other row:
    /// a single head that nobody knows takes nothing from the others.
    fn is_of_heads(&self) -> bool {
        let heads = self.understood.heads.iter();
        let written = heads.filter(|head| !head.trim().is_empty()).count();
        is_named(&self.understood) || !self.is_rivalled && self.known > 1 && self.known * 2 > written
    }
}

/// One word alone may be anything: a title, a sheet of notes.
fn is_named(understood: &Understood) -> bool {
    understood.has(Field::Name) || understood.has(Field::Id)
}

fn guess(index: usize, sheet: &Sheet, categories: &[Category]) -> Understood {
    let likeliest = likeliest(index, sheet, categories).filter(Likeliest::is_of_heads);
    let mut understood = match likeliest {
        Some(Likeliest { mut understood, .. }) => {
            let SheetMapping { heads, columns, .. } = understood.mapping;
            understood.mapping.columns = with_a_name(columns, heads, sheet);
            understood
        }
        None => without_heads(index, sheet),
    };
    understood.is_read = is_named(&understood);
    understood
}

fn likeliest(index: usize, sheet: &Sheet, categories: &[Category]) -> Option<Likeliest> {
    let mut best: Option<Likeliest> = None;
    for (at, row) in sheet.rows.iter().take(HEADS_WITHIN).enumerate() {
        let above = at
            .checked_sub(1)
            .and_then(|above| groups_over(&sheet.rows[above], row));
        for groups in [None, above] {
            let is_grouped = groups.is_some();
            let columns = columns_under(groups.as_deref(), row, categories);
            let known = columns.iter().flatten().count();
            if let Some(best) = best.as_mut().filter(|best| best.known >= known) {
                let is_another = best.understood.mapping.heads != row.number;
                best.is_rivalled |= is_another && best.known == known;
                continue;
            }
            if known == 0 {
                continue;
            }
            let mapping = SheetMapping {
                sheet: index,
                heads: row.number,
                columns,
            };
            best = Some(Likeliest {
                understood: Understood {
                    heads: heads_of(sheet, row.number, is_grouped),
                    is_read: false,
                    mapping,
                },
                known,
                is_rivalled: false,
            });
        }
    }
    best
}

/// Columns under heads, with the name where no head says which one has it: in the first that is not spoken for and reads as names do.
/// Nearly every row has a text there, and not the same as the others.
fn with_a_name(mut columns: Vec<Option<Column>>, heads: u32, sheet: &Sheet) -> Vec<Option<Column>> {
    let fields = || columns.iter().flatten().map(|column| column.field);
    if fields().any(|field| matches!(field, Field::Name | Field::Id)) {
        return columns;
    }
    let is_written = |row: &&Row| row.cells.iter().any(|cell| !cell.trim().is_empty());
    let rows: Vec<&Row> = below(heads, sheet).filter(is_written).take(SAMPLE_ROWS).collect();
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let reads_as_names = |column: &usize| {
        let cells = rows.iter().filter_map(|row| row.cells.get(*column));
        let texts: Vec<String> = cells
            .filter(|cell| cell.chars().any(char::is_alphabetic))
            .map(|cell| fold(cell))
            .collect();
        let different = texts.iter().collect::<BTreeSet<_>>().len();
        texts.len() * 10 >= rows.len() * 9 && different * 3 >= texts.len()
    };
    let is_free = |column: &usize| columns.get(*column).is_none_or(Option::is_none);
    let Some(column) = (0..width).filter(is_free).find(reads_as_names) else {
        return columns;
    };
    if columns.len() <= column {
        columns.resize(column + 1, None);
    }
    columns[column] = Some(Field::Name.into());
    columns
}

/// The groups that stand over heads, each over all columns up to the next: none if the row above is a title or is not above.
fn groups_over(above: &Row, below: &Row) -> Option<Vec<String>> {
    if above.number + 1 != below.number {
        return None;
    }
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let is_title = filled(above) == 1 && !above.cells[0].trim().is_empty();
    let width = below.cells.len().max(above.cells.len());
    let has_gaps = (0..width).any(|column| {
        let is_empty = |row: &Row| row.cells.get(column).is_none_or(|cell| cell.trim().is_empty());
        is_empty(above) && !is_empty(below)
    });
    if is_title || !has_gaps {
        return None;
    }
    let mut group = String::new();
    let groups = (0..width).map(|column| {
        let own = above.cells.get(column).map(String::as_str).unwrap_or_default();
        if !own.trim().is_empty() {
            own.clone_into(&mut group);
        }
        group.clone()
    });
    Some(groups.collect())
}

fn columns_under(groups: Option<&[String]>, row: &Row, categories: &[Category]) -> Vec<Option<Column>> {
    let width = groups.map_or(0, <[String]>::len).max(row.cells.len());
    let mut taken = Vec::new();
    (0..width)
        .map(|at| {
            let head = row.cells.get(at).map(String::as_str).unwrap_or_default();
            let column = match groups {
                Some(groups) => heads::column_below(groups.get(at)?, head, categories),
                None => heads::column(head, categories),
            }?;
            if taken.contains(&column.field) && !column.field.is_repeatable() {
                return None;
            }
            taken.push(column.field);
            Some(column)
        })
        .collect()
}

/// The texts over the columns of a sheet.
fn heads_of(sheet: &Sheet, number: u32, is_grouped: bool) -> Vec<String> {
    let Some(at) = sheet.rows.iter().position(|row| row.number == number) else {
        return Vec::new();
    };
    let row = &sheet.rows[at];
    let above = at.checked_sub(1).map(|above| &sheet.rows[above]);
    let groups = above
        .and_then(|above| groups_over(above, row))
        .filter(|_| is_grouped);
    let Some(groups) = groups else {
        return row.cells.clone();
    };
    let width = groups.len().max(row.cells.len());
    (0..width)
        .map(|column| {
            let part = |cells: &[String]| cells.get(column).cloned().unwrap_or_default();
            [part(&groups), part(&row.cells)].join(" ").trim().to_owned()
        })
        .collect()
}

/// Columns by what is in them: addresses, numbers, sectors, and the first of texts is the name.
fn without_heads(index: usize, sheet: &Sheet) -> Understood {
    let rows: Vec<&Row> = sheet.rows.iter().take(SAMPLE_ROWS).collect();
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut taken = Vec::new();
    let columns = (0..width)
        .map(|column| {
            let cells: Vec<&str> = rows
                .iter()
                .filter_map(|row| row.cells.get(column))
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
                .collect();
            let most = |is: &dyn Fn(&str) -> bool| {
                let count = cells.iter().filter(|cell| is(cell)).count();
                cells.len() >= 2 && count * 3 >= cells.len() * 2
            };
            let digits = |cell: &str| cell.chars().filter(char::is_ascii_digit).count();
            let field = if most(&|cell| cell.contains('@') && !cell.contains(' ')) {
                Field::Email
            } else if most(&|cell| digits(cell) >= 8 && !cell.chars().any(char::is_alphabetic)) {
                Field::Phone
            } else if most(&|cell| heads::sector(cell).is_some() && cell.len() < 40) {
                Field::Sector
            } else if most(&|cell| cell.chars().any(char::is_alphabetic)) {
                Field::Name
            } else {
                return None;
            };
            if taken.contains(&field) {
                return None;
            }
            taken.push(field);
            Some(Column::from(field))
        })
        .collect();
    // A name alone is every text.
    let is_a_list = taken.contains(&Field::Name) && taken.len() > 1;
    let columns: Vec<Option<Column>> = columns;
    Understood {
        mapping: SheetMapping {
            sheet: index,
            heads: 0,
            columns: if is_a_list { columns } else { vec![None; width] },
        },
        heads: Vec::new(),
        is_read: false,
    }
}
