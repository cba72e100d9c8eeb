//! Files that people send or bring: spreadsheets, exchanges, backups.

use std::path::Path;
use std::{fs, iter};

use borsklokka::backup::{BackupError, Entrances};
use borsklokka::export::{self, ExportError};
use borsklokka::{backup, fuzzed};
use borsklokka_shared::decide::Now;
use borsklokka_shared::language::Language;
use borsklokka_shared::roster::Mapping;
use borsklokka_shared::text::tidy;
use borsklokka_spreadsheets::{
    Book, CELL_CHARS_MAX, COLUMNS_MAX, Cell, Cells, Delimiter, ROWS_MAX, SHEETS_MAX, csv, read, xlsx,
};
use test_support::{EVENING, exchange, organiser};

use crate::evening::holds;

/// A spreadsheet: within its bounds, the same when it is written and read again, and as a roster a plan that the board takes whole.
pub(crate) fn spreadsheet(bytes: &[u8]) {
    let Ok(book) = read(bytes, &|| false) else { return };
    assert!(!book.sheets.is_empty() && book.sheets.len() <= SHEETS_MAX);
    let rows: usize = book.sheets.iter().map(|sheet| sheet.rows.len()).sum();
    assert!((1..=ROWS_MAX).contains(&rows), "{rows} rows");
    for row in book.sheets.iter().flat_map(|sheet| &sheet.rows) {
        assert!((1..=COLUMNS_MAX).contains(&row.cells.len()));
        assert!(
            row.cells
                .iter()
                .all(|cell| cell.chars().count() <= CELL_CHARS_MAX)
        );
        assert!(row.cells.last().is_some_and(|last| !last.trim().is_empty()));
    }
    written_again(&book);
    planned(&book);
}

/// The first sheet's texts that could be somebody's, as files of both kinds, read again.
fn written_again(book: &Book) {
    let is_tidy = |row: &&Vec<String>| row.iter().all(|cell| *cell == tidy(cell));
    let rows = book.sheets[0].rows.iter().map(|row| &row.cells);
    let rows: Vec<&Vec<String>> = rows.filter(is_tidy).take(50).collect();
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    if width == 0 {
        return;
    }
    let cells = Cells {
        name: "Deltakere".to_owned(),
        heads: vec!["Hode".to_owned(); width],
        rows: rows
            .iter()
            .map(|row| {
                let cells = row.iter().map(|cell| Cell::Text(cell.clone()));
                let nothing = iter::repeat(Cell::Text(String::new()));
                cells.chain(nothing).take(width).collect()
            })
            .collect(),
    };
    let workbook = xlsx(std::slice::from_ref(&cells)).expect("what was read is within Excel's bounds");
    let table = csv(&cells, Delimiter::Semicolon).expect("in memory");
    for (file, name) in [(workbook, "a workbook"), (table, "a table")] {
        let again = read(&file, &|| false).unwrap_or_else(|error| panic!("{name}: {error}"));
        let again: Vec<&Vec<String>> = again.sheets[0]
            .rows
            .iter()
            .skip(1)
            .map(|row| &row.cells)
            .collect();
        assert_eq!(again, rows, "{name} read again");
    }
}

/// What the plan writes, the board takes.
fn planned(book: &Book) {
    let mut exchange = exchange();
    let mapping = Mapping::default();
    let Some((preview, commands)) = fuzzed::roster(book, &mapping, &exchange.staff, Language::En) else {
        return;
    };
    assert!(preview.rows.len() <= ROWS_MAX);
    for command in commands {
        if let Err(refusal) = exchange.ask_at(&organiser(), &command, Now::at(EVENING)) {
            panic!("a plan that the board refuses: {refusal:?} to {command:?}");
        }
    }
    holds(&exchange);
}

/// An exchange as a file: refused with a reason, or read into a database whose board is its log.
pub(crate) fn archive(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchange.zip");
    fs::write(&path, bytes).unwrap();
    let looked = export::look(&path);
    match &looked {
        Ok(manifest) => assert!(!manifest.files.is_empty()),
        Err(error) => assert_is_told(error),
    }
    if looked.is_err() {
        return;
    }
    let url = url_in(folder.path());
    let read = block_on(async {
        borsklokka::database::Database::open(&url)
            .await
            .unwrap()
            .close()
            .await;
        export::read_in(&url, &path, None, EVENING).await
    });
    match read {
        Ok(_) => {}
        Err(error) => assert_is_told(&error),
    }
}

fn assert_is_told(error: &ExportError) {
    match error {
        ExportError::Damaged(_)
        | ExportError::TooLarge(_)
        | ExportError::Version { .. }
        | ExportError::Line { .. }
        | ExportError::BadSlug(_)
        | ExportError::Reserved(_)
        | ExportError::Backup(_)
        | ExportError::Database(_)
        | ExportError::Log(_) => {}
        ExportError::UnknownExchange(_)
        | ExportError::SlugTaken(_)
        | ExportError::Taken(_)
        | ExportError::File { .. }
        | ExportError::Untried { .. }
        | ExportError::Held(_)
        | ExportError::Open(_)
        | ExportError::Random(_) => panic!("{error}"),
    }
}

/// A backup that was damaged on its way: refused, or put in place without a fault.
pub(crate) fn backup(bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("backup.db");
    fs::write(&path, bytes).unwrap();
    let url = url_in(folder.path());
    let restored = block_on(backup::restore(
        &url,
        Some(&path),
        None,
        Entrances::Closed,
        EVENING,
    ));
    match restored {
        Ok(_)
        | Err(
            BackupError::Open(_)
            | BackupError::Log(_)
            | BackupError::Database(_)
            | BackupError::Export(_)
            | BackupError::File { .. },
        ) => {}
        Err(
            error @ (BackupError::OfServer
            | BackupError::Taken(_)
            | BackupError::Occupied(_)
            | BackupError::OtherDisk { .. }
            | BackupError::Itself(_)
            | BackupError::Held(_)
            | BackupError::Nodes(_)),
        ) => panic!("{error}"),
    }
}

fn url_in(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("borsklokka.db").display())
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}
