//! Packed files: what they would come to is unpacked once, into nothing, before a library reads it.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Kind, Measure, PACKED_FILES_MAX, ReadError, UNPACKED_BYTES_MAX};

/// Bytes that are unpacked between two looks whether somebody still waits.
const STEP_BYTES: u64 = 1_024 * 1_024;
/// What of a file is kept that is looked into: the beginning.
const HEAD_BYTES: usize = 4_096;
/// Most texts that a workbook may say that it has.
const TEXTS_MAX: u64 = 1_000_000;

/// What is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packed {
    Xlsx,
    Ods,
}

/// Finds out what is packed, and that it can be unpacked within bounds.
pub(crate) fn check(bytes: &[u8], is_stopped: &dyn Fn() -> bool) -> Result<Packed, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(of_zip)?;
    if archive.len() > PACKED_FILES_MAX {
        return Err(ReadError::TooLarge(Measure::Unpacked));
    }
    let mut left = UNPACKED_BYTES_MAX;
    let mut heads = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(of_zip)?;
        let name = file.name().map_err(of_zip)?.to_lowercase().replace('\\', "/");
        let mut head = vec![0; HEAD_BYTES];
        let filled = fill(&mut file, &mut head)?;
        head.truncate(filled);
        left = left
            .checked_sub(filled as u64)
            .ok_or(ReadError::TooLarge(Measure::Unpacked))?;
        loop {
            if is_stopped() {
                return Err(ReadError::Stopped);
            }
            let step =
                std::io::copy(&mut (&mut file).take(STEP_BYTES), &mut std::io::sink()).map_err(damaged)?;
            left = left
                .checked_sub(step)
                .ok_or(ReadError::TooLarge(Measure::Unpacked))?;
            if step == 0 {
                break;
            }
        }
        heads.insert(name, head);
    }
    let has = |name: &str| heads.contains_key(name);
    let head = |name: &str| {
        heads
            .get(name)
            .map_or("".into(), |head| String::from_utf8_lossy(head))
    };
    if has("xl/workbook.bin") {
        return Err(ReadError::OldExcel);
    }
    if head("mimetype").starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        if head("meta-inf/manifest.xml").contains("encryption-data") {
            return Err(ReadError::Password);
        }
        return Ok(Packed::Ods);
    }
    if heads.keys().any(|name| name.starts_with("xl/")) && has("[content_types].xml") {
        // The library makes room for as many texts as the file says that it has.
        for (name, head) in &heads {
            if name.ends_with("sharedstrings.xml") && count_of(&String::from_utf8_lossy(head)) > TEXTS_MAX {
                return Err(ReadError::TooLarge(Measure::Unpacked));
            }
        }
        return Ok(Packed::Xlsx);
    }
    Err(ReadError::NotASpreadsheet(Kind::Document))
}

fn fill(file: &mut impl Read, head: &mut [u8]) -> Result<usize, ReadError> {
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..]).map_err(damaged)? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

/// How many texts a file says that it has.
fn count_of(head: &str) -> u64 {
    let said = head.split("uniqueCount").nth(1).unwrap_or_default();
    let digits: String = said
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    if digits.is_empty() {
        0
    } else {
        digits.parse().unwrap_or(u64::MAX)
    }
}

pub(crate) fn of_zip(error: ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::Password,
        error => damaged(error),
    }
}

pub(crate) fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged(error.to_string())
}
