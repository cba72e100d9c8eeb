//! Files packed in one: one of them is spoilt, and all are packed again, so that checksums hold and the reader inside is reached.

use std::io::{Cursor, Read as _, Write as _};

use fastrand::Rng;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::{bytes, json, text, times};

/// What an exchange's file says of its parts.
const MANIFEST: &str = "manifest.json";
/// Most bytes of a part that are unpacked.
const PART_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// What holds the parts together, beside the packing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    None,
    /// A manifest with the parts' rows, lengths and checksums.
    Manifest,
}

pub(super) fn spoilt(from: &[u8], corpus: &[&[u8]], seal: Seal, rng: &mut Rng) -> Vec<u8> {
    let parts = if rng.u8(..8) == 0 { None } else { unpacked(from) };
    let Some(mut parts) = parts.filter(|parts| !parts.is_empty()) else {
        return bytes::spoilt(from, corpus, rng);
    };
    for _ in 0..times(rng) {
        if parts.is_empty() {
            break;
        }
        let at = rng.usize(..parts.len());
        match rng.u8(..16) {
            0 => drop(parts.remove(at)),
            1 => parts[at].0 = text::spoilt_text(&parts[at].0, &[], rng),
            2 => {
                let other = rng.usize(..parts.len());
                let other = parts[other].1.clone();
                parts[at].1 = other;
            }
            _ => parts[at].1 = spoilt_part(&parts[at], rng),
        }
    }
    if seal == Seal::Manifest && rng.u8(..4) > 0 {
        put_seal(&mut parts);
    }
    packed(&parts, rng).unwrap_or_default()
}

fn spoilt_part((name, content): &(String, Vec<u8>), rng: &mut Rng) -> Vec<u8> {
    let ending = name.rsplit('.').next();
    if matches!(ending, Some("jsonl" | "ndjson")) {
        let mut lines: Vec<Vec<u8>> = content.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let at = rng.usize(..lines.len());
        match rng.u8(..6) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            _ => lines[at] = spoilt_line(&lines[at], rng),
        }
        return lines.join(&b'\n');
    }
    if ending == Some("json") {
        return json::spoilt(content, &[content], rng);
    }
    text::spoilt(content, &[content], rng)
}

/// A line of JSON; what is JSON in one of its texts, as an event is, is spoilt as such.
fn spoilt_line(line: &[u8], rng: &mut Rng) -> Vec<u8> {
    if let Ok(Value::Object(mut fields)) = serde_json::from_slice(line)
        && rng.bool()
    {
        for value in fields.values_mut() {
            if let Value::String(inner) = value
                && inner.starts_with('{')
            {
                let spoilt = json::spoilt(inner.as_bytes(), &[inner.as_bytes()], rng);
                *inner = String::from_utf8_lossy(&spoilt).into_owned();
                return Value::Object(fields).to_string().into_bytes();
            }
        }
    }
    json::spoilt(line, &[line], rng)
}

fn unpacked(from: &[u8]) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(from)).ok()?;
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).ok()?;
        let name = file.name().ok()?.into_owned();
        let mut content = Vec::new();
        file.take(PART_BYTES_MAX).read_to_end(&mut content).ok()?;
        parts.push((name, content));
    }
    Some(parts)
}

fn packed(parts: &[(String, Vec<u8>)], rng: &mut Rng) -> Option<Vec<u8>> {
    let method = if rng.bool() {
        CompressionMethod::Stored
    } else {
        CompressionMethod::Deflated
    };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name.as_str(), options).ok()?;
        zip.write_all(content).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

fn put_seal(parts: &mut [(String, Vec<u8>)]) {
    let sealed: Vec<(String, Value)> = parts
        .iter()
        .map(|(name, content)| {
            let rows = String::from_utf8_lossy(content).lines().count();
            let seal = serde_json::json!({
                "name": name, "rows": rows, "bytes": content.len(), "sha256": hex::encode(Sha256::digest(content)),
            });
            (name.clone(), seal)
        })
        .collect();
    let Some((_, manifest)) = parts.iter_mut().find(|(name, _)| name == MANIFEST) else {
        return;
    };
    let Ok(mut said) = serde_json::from_slice::<Value>(manifest) else {
        return;
    };
    for listed in said
        .get_mut("files")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let seal = sealed.iter().find(|(name, _)| listed["name"] == name.as_str());
        if let Some((_, seal)) = seal {
            *listed = seal.clone();
        }
    }
    *manifest = said.to_string().into_bytes();
}
