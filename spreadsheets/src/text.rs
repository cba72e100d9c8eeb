//! Files of text: the encoding, the sign between the cells, and the cells.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::cell::plain;
use crate::{Bounds, COLUMNS_MAX, Kind, Measure, ReadError, Recognised, Row, Sheet};

/// The signs that may stand between cells. Of two that fit as well, the first.
const DELIMITERS: [u8; 4] = [b'\t', b';', b',', b'|'];
/// Rows by which the sign is chosen.
const SAMPLE_ROWS: usize = 200;
/// Bytes in which quotes are looked at for it.
const SAMPLE_BYTES: usize = 64 * 1_024;
/// Of so many letters at most one may be a control, as it is in no text.
const CONTROLS_EVERY: usize = 1_000;
/// Most line breaks in a cell: more are a quote that nobody closed.
const CELL_LINES_MAX: usize = 60;

pub(crate) fn read(
    bytes: &[u8],
    is_stopped: &dyn Fn() -> bool,
) -> Result<(Recognised, Vec<Sheet>), ReadError> {
    let (text, encoding, marked) = decode(bytes)?;
    // Excel's own way to say which sign stands between the cells; the line is one of the sheet all the same.
    let said = text
        .strip_prefix("sep=")
        .and_then(|rest| rest.split(['\r', '\n']).next())
        .filter(|sign| sign.len() == 1)
        .map(|sign| sign.as_bytes()[0]);
    let delimiter = said.unwrap_or_else(|| delimiter(&text));
    let mut rows = cells(&text, delimiter, true, is_stopped)?;
    let swallowed = |row: &Row| {
        let mut lines = row.cells.iter().map(|cell| cell.matches('\n').count());
        lines.any(|lines| lines > CELL_LINES_MAX)
    };
    if rows.iter().any(swallowed) {
        rows = cells(&text, delimiter, false, is_stopped)?;
    }
    if said.is_some() {
        rows.retain(|row| row.number > 1);
    }
    let recognised = Recognised::Text {
        encoding,
        marked,
        delimiter: char::from(delimiter),
    };
    let sheet = Sheet {
        name: String::new(),
        rows,
    };
    Ok((recognised, vec![sheet]))
}

/// The text, the name of its encoding, and whether it is marked.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str, bool), ReadError> {
    let (encoding, marked) = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => (encoding, true),
        None => (unmarked(bytes)?, false),
    };
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    let controls = text
        .chars()
        .filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}'))
        .count();
    if controls > text.len() / CONTROLS_EVERY + 1 {
        return Err(ReadError::NotASpreadsheet(Kind::Unknown));
    }
    Ok((text, encoding.name(), marked))
}

fn unmarked(bytes: &[u8]) -> Result<&'static Encoding, ReadError> {
    let nuls = |at: usize| {
        bytes
            .iter()
            .skip(at)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (nuls(0), nuls(1));
    let pairs = bytes.len() / 2;
    if even + odd > 0 {
        // Of Latin letters in UTF-16, every other byte is nothing.
        return match (even * 2 > pairs, odd * 2 > pairs) {
            (false, true) if even * 10 < odd => Ok(UTF_16LE),
            (true, false) if odd * 10 < even => Ok(UTF_16BE),
            _ => Err(ReadError::NotASpreadsheet(Kind::Unknown)),
        };
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Ok(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    Ok(if guess == UTF_8 { WINDOWS_1252 } else { guess })
}

/// The sign that divides most rows into as many cells, and after quoted cells.
fn delimiter(text: &str) -> u8 {
    let score = |delimiter: &u8| {
        let mut widths = Vec::new();
        let mut reader = reader(text, *delimiter, true);
        let mut record = StringRecord::new();
        while widths.len() < SAMPLE_ROWS && matches!(reader.read_record(&mut record), Ok(true)) {
            widths.push(record.len());
        }
        let common = |width: usize| widths.iter().filter(|other| **other == width).count();
        let most = widths
            .iter()
            .filter(|width| **width > 1)
            .map(|width| (common(*width), *width))
            .max();
        // One in a hundred rows is somebody's slip; one in each says that the sign is another.
        let whole = widths.len().saturating_sub(torn_quotes(text, *delimiter));
        most.map_or((0, 0), |(rows, width)| (rows * (width - 1).min(8) * whole, width))
    };
    // Of equal ones the last is taken, so the first is looked at last.
    DELIMITERS.into_iter().rev().max_by_key(score).unwrap_or(b';')
}

/// How many quoted cells do not end with their quote, if this sign stands between cells: then it does not.
fn torn_quotes(text: &str, delimiter: u8) -> usize {
    let ends_cell = |byte: u8| byte == delimiter || byte == b'\n' || byte == b'\r';
    let mut bytes = text.bytes().take(SAMPLE_BYTES).peekable();
    let (mut is_start, mut is_quoted, mut torn) = (true, false, 0);
    while let Some(byte) = bytes.next() {
        if is_quoted {
            let is_doubled = byte == b'"' && bytes.next_if_eq(&b'"').is_some();
            if byte == b'"' && !is_doubled {
                is_quoted = false;
                torn += usize::from(bytes.peek().is_some_and(|next| !ends_cell(*next)));
            }
        } else {
            is_quoted = is_start && byte == b'"';
            is_start = ends_cell(byte);
        }
    }
    torn
}

fn reader(text: &str, delimiter: u8, quoting: bool) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quoting)
        .from_reader(text.as_bytes())
}

fn cells(
    text: &str,
    delimiter: u8,
    quoting: bool,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Vec<Row>, ReadError> {
    let mut reader = reader(text, delimiter, quoting);
    let mut record = StringRecord::new();
    let mut bounds = Bounds::default();
    let mut rows = Vec::new();
    let mut number = 0;
    loop {
        if is_stopped() {
            return Err(ReadError::Stopped);
        }
        // Empty lines are passed over, but they are rows.
        number += empty_lines(text.as_bytes(), reader.position().byte() as usize);
        let more = reader
            .read_record(&mut record)
            .map_err(|error| ReadError::Damaged(error.to_string()))?;
        if !more {
            return Ok(rows);
        }
        number += 1;
        // A row of a million signs is copied no further than there is something in it.
        let is_filled = |at: usize| record.get(at).is_some_and(|cell| !plain(cell).trim().is_empty());
        let filled = (0..record.len()).rposition(is_filled).map_or(0, |last| last + 1);
        if filled > COLUMNS_MAX {
            return Err(ReadError::TooLarge(Measure::Columns));
        }
        let cells = record.iter().take(filled);
        let texts: Vec<String> = cells.map(|cell| plain(cell).to_owned()).collect();
        for text in &texts {
            bounds.text(text)?;
        }
        rows.extend(bounds.row(number, texts)?);
    }
}

/// How many lines are empty from here.
fn empty_lines(text: &[u8], at: usize) -> u32 {
    let mut at = at;
    // The second half of the line end before.
    if at > 0 && text.get(at - 1) == Some(&b'\r') && text.get(at) == Some(&b'\n') {
        at += 1;
    }
    let mut lines = 0;
    loop {
        match (text.get(at), text.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => at += 2,
            (Some(b'\r' | b'\n'), _) => at += 1,
            _ => return lines,
        }
        lines += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &[u8]) -> Vec<(u32, Vec<String>)> {
        let (_, sheets) = read(text, &|| false).unwrap();
        let rows = sheets.into_iter().flat_map(|sheet| sheet.rows);
        rows.map(|row| (row.number, row.cells)).collect()
    }

    fn delimiter_of(text: &str) -> char {
        match read(text.as_bytes(), &|| false).unwrap().0 {
            Recognised::Text { delimiter, .. } => delimiter,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_encoding_says_the_same() {
        let text = "Navn;Kafé\r\nBlåbær & Søn;ærlig\r\n";
        let units = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let (windows, _, _) = WINDOWS_1252.encode(text);
        let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        for (bytes, expected) in [
            (text.as_bytes().to_vec(), ("UTF-8", false)),
            (marked(b"\xEF\xBB\xBF", text.as_bytes().to_vec()), ("UTF-8", true)),
            (windows.into_owned(), ("windows-1252", false)),
            (units(u16::to_le_bytes), ("UTF-16LE", false)),
            (units(u16::to_be_bytes), ("UTF-16BE", false)),
            (marked(b"\xFF\xFE", units(u16::to_le_bytes)), ("UTF-16LE", true)),
            (marked(b"\xFE\xFF", units(u16::to_be_bytes)), ("UTF-16BE", true)),
        ] {
            let (recognised, _) = read(&bytes, &|| false).unwrap();
            let Recognised::Text { encoding, marked, .. } = recognised else {
                panic!("{recognised:?}");
            };
            assert_eq!((encoding, marked), expected);
            assert_eq!(rows(&bytes)[1].1, ["Blåbær & Søn", "ærlig"], "{expected:?}");
        }
    }

    #[test]
    fn the_sign_between_the_cells_is_found() {
        for (text, delimiter) in [
            ("Navn;Sektor\nA, B og C;frivillig\nD;offentlig, kommune\n", ';'),
            ("Name,Sector\n\"A; B\",business\nC,public\n", ','),
            ("Navn\tSektor\tTilbud\nA\tfrivillig\tkaffe, kaker; saft\n", '\t'),
            ("Name|Sector\nA|public\n", '|'),
            (
                "Frivilligbørsen\n\nNavn;Sektor;Bord\nA;frivillig;3\nB;offentlig;4\n",
                ';',
            ),
            ("sep=,\nNavn,Sektor\n", ','),
            ("\"Kolonne 0\";\"Kolonne 1\"\n\"\";\",,\"\n", ';'),
            ("\"a\";\"b\"\n\"\";\",,,,,,\"\n\"\";\",,,,,,\"\n", ';'),
            ("Navn;Tilbud\nA;\"Foo\" AS, og mer\nB;kaffe\nC;saft\n", ';'),
        ] {
            assert_eq!(delimiter_of(text), delimiter, "{text}");
        }
    }

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_program_does() {
        let expected: Vec<(u32, Vec<String>)> = [
            (1, vec!["Tittel"]),
            (3, vec!["a", "b\nc"]),
            (4, vec!["d"]),
            (7, vec!["", "e"]),
        ]
        .into_iter()
        .map(|(number, cells)| (number, cells.into_iter().map(str::to_owned).collect()))
        .collect();
        for end in ["\n", "\r\n", "\r"] {
            let text = ["Tittel", "", "a;\"b\nc\"", "d;", "", ";;", ";e", ""].join(end);
            assert_eq!(rows(text.as_bytes()), expected, "{end:?}");
        }
    }

    #[test]
    fn a_quote_that_nobody_closed_swallows_nothing() {
        let begun = "Navn;Sektor\n\"Kafé Smil;frivillig\n".to_owned();
        let text: String = std::iter::once(begun)
            .chain((0..100).map(|row| format!("Lag {row};frivillig\n")))
            .collect();
        assert_eq!(rows(text.as_bytes()).len(), 102);
    }

    #[test]
    fn a_row_is_as_long_as_what_is_in_it() {
        let signs = ";".repeat(COLUMNS_MAX * 4);
        assert_eq!(rows(format!("a;b{signs}\n").as_bytes())[0].1, ["a", "b"]);
        assert_eq!(
            read(format!("a;b\n{signs}c\n").as_bytes(), &|| false).unwrap_err(),
            ReadError::TooLarge(Measure::Columns)
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_told() {
        for bytes in [
            &b"\x00\x01\x02\x03\x04\x05garbage"[..],
            b"\x01\x02\x03\x04\x05\x06\x07\x08",
        ] {
            assert_eq!(
                read(bytes, &|| false).unwrap_err(),
                ReadError::NotASpreadsheet(Kind::Unknown)
            );
        }
    }
}
