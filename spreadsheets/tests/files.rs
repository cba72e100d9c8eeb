//! Reads what the programs that people have wrote, and holds the table in docs/spreadsheets.md to it. `files/make.sh` made them.

use std::path::PathBuf;

use borsklokka_spreadsheets::{Book, Kind, Measure, ReadError, Recognised, read};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files")
}

fn read_file(name: &str) -> Result<Book, ReadError> {
    let bytes = std::fs::read(folder().join(name)).expect("a file of this folder");
    read(&bytes, &|| false)
}

/// What the registration says, cell by cell; its dates are left out, as text has them as it likes.
const ROWS: [(u32, &[&str]); 6] = [
    (1, &["Påmelding til frivilligbørsen"]),
    (
        3,
        &[
            "Organisasjon",
            "Sektor",
            "Kontaktperson",
            "",
            "",
            "Tilbud",
            "",
            "Meldt",
        ],
    ),
    (4, &["", "", "Navn", "E-post", "Telefon", "1", "2"]),
    (
        5,
        &[
            "Blåbær & Søn AS",
            "Næringsliv",
            "Åse Ødegård",
            "ase@example.org",
            "90011222",
            "Kaffe til 40\nKjøring",
            "",
        ],
    ),
    (
        6,
        &[
            "Røde Kors, Elvestad",
            "Frivillig",
            "Ærlig Øst",
            "aerlig@example.org",
            "+47 900 11 333",
            "Førstehjelp; \"hjerte\"",
            "Vakter",
        ],
    ),
    (
        7,
        &[
            "'t Café",
            "Frivillig",
            "Zoë",
            "zoe@example.org",
            "900 11 444",
            "=ikke en formel",
            "Konsert",
        ],
    ),
];

/// The files of the table, with the program that wrote each.
const FILES: [(&str, &str); 17] = [
    ("libreoffice.xlsx", "LibreOffice Calc"),
    ("libreoffice.ods", "LibreOffice Calc"),
    ("libreoffice-utf8-semicolon.csv", "LibreOffice Calc"),
    ("libreoffice-utf8-comma.csv", "LibreOffice Calc"),
    ("libreoffice-utf8-tab.csv", "LibreOffice Calc"),
    ("libreoffice-windows1252-semicolon.csv", "LibreOffice Calc"),
    ("libreoffice-windows1252-comma.csv", "LibreOffice Calc"),
    ("libreoffice-windows1252-tab.csv", "LibreOffice Calc"),
    ("libreoffice-utf16-semicolon.csv", "LibreOffice Calc"),
    ("libreoffice-utf16-comma.csv", "LibreOffice Calc"),
    ("libreoffice-utf16-tab.csv", "LibreOffice Calc"),
    ("openpyxl.xlsx", "openpyxl (Python)"),
    ("odfpy.ods", "odfpy (Python)"),
    ("exceljs.xlsx", "ExcelJS (JavaScript)"),
    ("sheetjs.xlsx", "SheetJS (JavaScript)"),
    ("sheetjs.ods", "SheetJS (JavaScript)"),
    ("sheetjs.csv", "SheetJS (JavaScript)"),
];

/// As the table says it.
fn said(recognised: Recognised) -> String {
    match recognised {
        Recognised::Xlsx => "XLSX".to_owned(),
        Recognised::Ods => "ODS".to_owned(),
        Recognised::Text {
            encoding,
            marked,
            delimiter,
        } => {
            let sign = match delimiter {
                ';' => "semicolon",
                ',' => "comma",
                '\t' => "tab",
                other => panic!("{other:?}"),
            };
            format!(
                "text, {encoding}{}, {sign}",
                if marked { " with its mark" } else { "" }
            )
        }
    }
}

#[test]
fn every_program_says_the_same() {
    for (name, _) in FILES {
        let book = read_file(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let [sheet] = book.sheets.as_slice() else {
            panic!("{name}: {} sheets that have rows", book.sheets.len());
        };
        let rows: Vec<(u32, Vec<&str>)> = sheet
            .rows
            .iter()
            .map(|row| {
                let mut cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
                let dates = row.number > 4;
                cells.truncate(if dates { 7 } else { 8 });
                (row.number, cells)
            })
            .collect();
        let expected: Vec<(u32, Vec<&str>)> = ROWS
            .iter()
            .map(|(number, cells)| (*number, cells.to_vec()))
            .collect();
        assert_eq!(rows, expected, "{name}");
        let date = sheet
            .rows
            .iter()
            .find(|row| row.number == 5)
            .and_then(|row| row.cells.get(7));
        assert!(
            date.is_some_and(|date| date.contains("26") && date.contains("11")),
            "{name}: {date:?}"
        );
    }
}

#[test]
fn the_table_in_the_docs_is_so() {
    let page = std::fs::read_to_string(folder().join("../../../docs/spreadsheets.md")).expect("the page");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let expected: Vec<String> = FILES
        .iter()
        .map(|(name, program)| {
            let book = read_file(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            format!("| `{name}` | {program} | {} |", said(book.recognised))
        })
        .collect();
    assert_eq!(rows, expected, "write these rows into docs/spreadsheets.md");
}

#[test]
fn a_town_is_read_whole() {
    let book = read_file("elvestad.xlsx").expect("a workbook");
    assert_eq!(
        book.sheets[0].rows.len(),
        42,
        "a title, the heads, forty participants"
    );
}

#[test]
fn what_is_no_table_is_told_apart() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    for (bytes, expected) in [
        (
            std::fs::read(folder().join("password.xlsx")).expect("a file"),
            ReadError::Password,
        ),
        (
            std::fs::read(folder().join("sheetjs.xls")).expect("a file"),
            ReadError::OldExcel,
        ),
        (png.to_vec(), ReadError::NotASpreadsheet(Kind::Picture)),
        (b"%PDF-1.7".to_vec(), ReadError::NotASpreadsheet(Kind::Pdf)),
        (
            b"\n<!DOCTYPE html><table>".to_vec(),
            ReadError::NotASpreadsheet(Kind::WebPage),
        ),
        (Vec::new(), ReadError::Empty),
        (b"\n \n;;;\n".to_vec(), ReadError::Empty),
        (
            vec![b'a'; borsklokka_spreadsheets::FILE_BYTES_MAX + 1],
            ReadError::TooLarge(Measure::File),
        ),
        (
            "a;b\n".repeat(borsklokka_spreadsheets::ROWS_MAX + 1).into_bytes(),
            ReadError::TooLarge(Measure::Rows),
        ),
        (
            ";".repeat(300).into_bytes().into_iter().chain(*b"x").collect(),
            ReadError::TooLarge(Measure::Columns),
        ),
    ] {
        assert_eq!(
            read(&bytes, &|| false),
            Err(expected),
            "{:?}",
            &bytes[..bytes.len().min(20)]
        );
    }
}

#[test]
fn nobody_reads_on_for_who_went_away() {
    for name in ["libreoffice.xlsx", "libreoffice.ods", "libreoffice-utf8-tab.csv"] {
        let bytes = std::fs::read(folder().join(name)).expect("a file");
        assert_eq!(read(&bytes, &|| true), Err(ReadError::Stopped), "{name}");
    }
}
