//! Text: letters of every kind at any place, and words of other inputs.

use fastrand::Rng;

use super::{bytes, times};

/// What readers of text stumble over: marks of direction, joiners, what has no glyph, what changes its length with its case, ends of lines,
/// figures and signs of every script, the edges of Unicode, and what means something to markup, sheets, shells and addresses.
const NASTY: [&str; 62] = [
    "\0",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u{B}",
    "\u{85}",
    "\u{A0}",
    "\u{AD}",
    "\u{200B}",
    "\u{200D}",
    "\u{200F}",
    "\u{202E}",
    "\u{2028}",
    "\u{2060}",
    "\u{2066}",
    "\u{FEFF}",
    "\u{FFFC}",
    "\u{FFFD}",
    "\u{FFFF}",
    "\u{10FFFF}",
    "\u{E000}",
    "\u{E0067}",
    "\u{301}",
    "\u{20E3}",
    "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "ß",
    "İ",
    "ı",
    "ŉ",
    "ﬃ",
    "Ǆ",
    "ΐ",
    "Å",
    "\u{1E9E}",
    "שלום",
    "سلام",
    "नमस्ते",
    "你好",
    "한글",
    "👩‍👩‍👧‍👦",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "🇳🇴",
    "²",
    "½",
    "٣",
    "１",
    "-1",
    "1e309",
    "99999999999999999999",
    "0x10",
    "1:30",
    "\"",
    "'",
    "<script>",
    "#set page(width: 1pt)",
    "=HYPERLINK(1)",
    "../..",
    "%00",
    "&amp;",
    "{{",
    "@",
];

pub(super) fn spoilt(from: &[u8], corpus: &[&[u8]], rng: &mut Rng) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(from) else {
        return bytes::spoilt(from, corpus, rng);
    };
    let donors: Vec<&str> = corpus
        .iter()
        .filter_map(|other| std::str::from_utf8(other).ok())
        .collect();
    spoilt_text(text, &donors, rng).into_bytes()
}

/// A text, spoilt where its letters begin and end.
pub(super) fn spoilt_text(text: &str, donors: &[&str], rng: &mut Rng) -> String {
    let mut made = text.to_owned();
    for _ in 0..times(rng) {
        let (begin, end) = span(&made, rng);
        match rng.u8(..8) {
            0 => made.replace_range(begin..end, ""),
            1 => {
                let twice = made[begin..end].to_string();
                made.insert_str(begin, &twice);
            }
            2 => made.insert_str(begin, &made[begin..end].repeat(rng.usize(1..40))),
            3 | 4 => made.insert_str(begin, nasty(rng)),
            5 => made.replace_range(begin..end, nasty(rng)),
            6 => made.insert(begin, rng.char(..)),
            _ => {
                if let Some(donor) = pick(donors, rng) {
                    let (from, to) = span(donor, rng);
                    made.replace_range(begin..end, &donor[from..to]);
                }
            }
        }
    }
    made
}

/// A form, field by field.
pub(super) fn spoilt_form(from: &[u8], corpus: &[&[u8]], rng: &mut Rng) -> Vec<u8> {
    let Ok(mut fields) = serde_urlencoded::from_bytes::<Vec<(String, String)>>(from) else {
        return bytes::spoilt(from, corpus, rng);
    };
    for _ in 0..times(rng) {
        let Some(at) = (!fields.is_empty()).then(|| rng.usize(..fields.len())) else {
            break;
        };
        match rng.u8(..6) {
            0 => drop(fields.remove(at)),
            1 => fields.push(fields[at].clone()),
            2 => fields[at].0 = spoilt_text(&fields[at].0, &[], rng),
            _ => {
                let donors: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).collect();
                let spoilt = spoilt_text(&fields[at].1, &donors, rng);
                fields[at].1 = spoilt;
            }
        }
    }
    serde_urlencoded::to_string(fields)
        .unwrap_or_default()
        .into_bytes()
}

pub(super) fn nasty(rng: &mut Rng) -> &'static str {
    NASTY[rng.usize(..NASTY.len())]
}

fn pick<'a>(donors: &[&'a str], rng: &mut Rng) -> Option<&'a str> {
    (!donors.is_empty()).then(|| donors[rng.usize(..donors.len())])
}

/// A short piece of a text.
fn span(text: &str, rng: &mut Rng) -> (usize, usize) {
    let begin = text.floor_char_boundary(rng.usize(..=text.len()));
    let end = (begin + rng.usize(..24)).min(text.len());
    (begin, text.ceil_char_boundary(end))
}
