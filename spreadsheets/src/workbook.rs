//! Workbooks of Excel's, cell by cell: a cell far out would make the library's own table of a sheet fill the memory.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::archive::damaged;
use crate::cell::number;
use crate::{Bounds, COLUMNS_MAX, Measure, ReadError, SHEETS_MAX, Sheet};

/// Cells that are read between two looks whether somebody still waits.
const CELLS_A_LOOK: usize = 4_096;

pub(crate) fn read(bytes: &[u8], is_stopped: &dyn Fn() -> bool) -> Result<Vec<Sheet>, ReadError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(of_xlsx)?;
    let names = names(book.sheets_metadata())?;
    let mut bounds = Bounds::default();
    let mut sheets = Vec::new();
    for name in names {
        let mut reader = match book.worksheet_cells_reader(&name) {
            Ok(reader) => reader,
            // A sheet that is a chart alone.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(of_xlsx(error)),
        };
        let mut rows = Rows::default();
        let mut cells_read = 0_usize;
        while let Some(cell) = reader.next_cell().map_err(of_xlsx)? {
            cells_read += 1;
            if cells_read.is_multiple_of(CELLS_A_LOOK) && is_stopped() {
                return Err(ReadError::Stopped);
            }
            let text = match cell.get_value() {
                DataRef::SharedString(text) => (*text).to_owned(),
                DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                    text.clone()
                }
                DataRef::Int(value) => value.to_string(),
                DataRef::Float(value) => number(*value),
                DataRef::Bool(value) => value.to_string(),
                DataRef::DateTime(value) => moment(value),
                DataRef::Error(error) => error.to_string(),
                DataRef::Empty => continue,
            };
            let (row, column) = cell.get_position();
            rows.put(row, column as usize, text, &mut bounds)?;
        }
        sheets.push(rows.sheet(name, &mut bounds)?);
    }
    Ok(sheets)
}

/// The sheets that are shown; all, if none is.
fn names(sheets: &[calamine::Sheet]) -> Result<Vec<String>, ReadError> {
    if sheets.len() > SHEETS_MAX {
        return Err(ReadError::TooLarge(Measure::Sheets));
    }
    let tables = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let name = |sheet: &calamine::Sheet| sheet.name.clone();
    let shown: Vec<String> = tables()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(name)
        .collect();
    Ok(if shown.is_empty() {
        tables().map(name).collect()
    } else {
        shown
    })
}

/// A date as it is written everywhere, with the time if there is one.
fn moment(value: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let time = if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    match value.as_f64() {
        days if days < 1.0 => time,
        days if days.fract() == 0.0 => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

fn of_xlsx(error: XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Password,
        error => damaged(error),
    }
}

/// Rows as they come, cell by cell.
#[derive(Default)]
struct Rows {
    done: Vec<crate::Row>,
    number: u32,
    cells: Vec<String>,
}

impl Rows {
    fn put(&mut self, row: u32, column: usize, text: String, bounds: &mut Bounds) -> Result<(), ReadError> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if column >= COLUMNS_MAX {
            return Err(ReadError::TooLarge(Measure::Columns));
        }
        bounds.text(&text)?;
        let number = row + 1;
        if number != self.number {
            if number < self.number {
                return Err(ReadError::Damaged("rows out of order".to_owned()));
            }
            self.end_row(bounds)?;
            self.number = number;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
        Ok(())
    }

    fn end_row(&mut self, bounds: &mut Bounds) -> Result<(), ReadError> {
        let row = bounds.row(self.number, std::mem::take(&mut self.cells))?;
        self.done.extend(row);
        Ok(())
    }

    fn sheet(mut self, name: String, bounds: &mut Bounds) -> Result<Sheet, ReadError> {
        self.end_row(bounds)?;
        Ok(Sheet {
            name,
            rows: self.done,
        })
    }
}
