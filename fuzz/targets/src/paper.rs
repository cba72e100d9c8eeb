//! What is drawn and printed: signatures, agreements, pictures.

use std::collections::HashMap;
use std::sync::LazyLock;

use borsklokka::fuzzed::{self, Beside};
use borsklokka_shared::board::Board;
use borsklokka_shared::command::{Command, WrittenOn};
use borsklokka_shared::contact::Contact;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::SIGNATURE_COORDINATE_MAX;
use borsklokka_shared::participant::Sector;
use lopdf::{Document, Object};
use serde::Deserialize;
use test_support::{broker, deal, entry, exchange_with, party};

/// Most pages of one agreement, however long its texts are.
const PAGES_MAX: usize = 8;
/// The media types of pictures.
const MEDIA_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/svg+xml"];

/// Strokes become a drawing that another reader of XML takes, as large as what was drawn and no larger than a pad.
pub(crate) fn strokes(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    match fuzzed::drawing(text) {
        Some(Ok(svg)) => {
            let drawing = roxmltree::Document::parse(&svg).unwrap();
            let root = drawing.root_element();
            let side = |name: &str| -> u32 { root.attribute(name).unwrap().parse().unwrap() };
            let most = u32::from(SIGNATURE_COORDINATE_MAX) + 12;
            assert!(
                (12..=most).contains(&side("width")) && (12..=most).contains(&side("height")),
                "{svg}"
            );
            let points: Vec<(u16, u16)> = serde_json::from_str::<Vec<Vec<(u16, u16)>>>(text)
                .unwrap()
                .into_iter()
                .flatten()
                .collect();
            let path = root.first_element_child().unwrap().attribute("d").unwrap();
            assert!(path.matches(['M', 'L']).count() >= points.len(), "{svg}");
            assert!(
                svg.len() <= 600 + text.len() * 8,
                "a drawing far larger than its strokes"
            );
        }
        Some(Err(code)) => assert_eq!(code, "bad_signature"),
        None => {}
    }
}

/// What stands on an agreement, as people write it.
#[derive(Deserialize)]
struct Written {
    language: Language,
    names: [String; 2],
    sector: Sector,
    terms: Terms,
    contact: Contact,
    signature: (String, serde_json::Value),
}

/// Whatever the server lets in, it prints: an accessible PDF of a few pages.
pub(crate) fn agreement(bytes: &[u8]) {
    let Ok(written) = serde_json::from_slice::<Written>(bytes) else {
        return;
    };
    let Written {
        language,
        names,
        sector,
        terms,
        contact,
        signature: (name, strokes),
    } = written;
    let mut exchange = exchange_with(|settings| settings.language = language).opened();
    for (n, name) in (11..).zip(&names) {
        let participant = entry(n, name, sector);
        if exchange
            .ask(&broker(), &Command::RegisterParticipant { participant })
            .is_err()
        {
            return;
        }
    }
    let posted = Command::PostDeal {
        deal: deal(1),
        terms,
        written_on: WrittenOn::Tablet,
        broker: None,
    };
    let (Ok(_), Ok(contact)) = (exchange.ask(&broker(), &posted), contact.checked()) else {
        return;
    };
    let of_both = |n: u32| party(n + 11);
    let Ok(name) = borsklokka_shared::text::readable("name", &name, 80) else {
        return;
    };
    let beside = Beside {
        contacts: HashMap::from([(of_both(0), contact.clone()), (of_both(1), contact)]),
        signatures: HashMap::from([(of_both(0), (name, strokes.to_string()))]),
        logo: None,
    };
    let pdf = fuzzed::agreement(&exchange.staff, deal(1), beside).expect("it was posted");
    assert_is_paper(&pdf.expect("whatever is let in is printed"));
}

/// A picture that is hung up never keeps anybody from the paper, and is one kind at most.
pub(crate) fn picture(bytes: &[u8]) {
    static EVENING: LazyLock<Board> = LazyLock::new(|| {
        let mut exchange = test_support::open();
        exchange.post(1);
        exchange.staff
    });
    let kinds = MEDIA_TYPES
        .iter()
        .filter(|kind| fuzzed::is_picture(kind, bytes))
        .count();
    assert!(kinds <= 1, "a picture of {kinds} kinds");
    if kinds == 0 {
        return;
    }
    let beside = Beside {
        logo: Some(bytes.to_vec()),
        ..Beside::default()
    };
    let pdf = fuzzed::agreement(&EVENING, deal(1), beside).expect("it was posted");
    assert_is_paper(&pdf.expect("a logo keeps nobody from the paper"));
}

fn assert_is_paper(pdf: &[u8]) {
    assert!(pdf.starts_with(b"%PDF-"), "no PDF");
    let document = Document::load_mem(pdf).expect("another reader takes the PDF");
    let pages = document.get_pages().len();
    assert!((1..=PAGES_MAX).contains(&pages), "{pages} pages");
    let catalog = document.catalog().unwrap();
    let metadata = catalog.get(b"Metadata").unwrap_or(&Object::Null);
    let (_, metadata) = document.dereference(metadata).unwrap();
    let metadata = metadata.as_stream().expect("metadata");
    let text = metadata
        .decompressed_content()
        .unwrap_or_else(|_| metadata.content.clone());
    assert!(
        String::from_utf8_lossy(&text).contains("pdfuaid"),
        "a paper that is not accessible"
    );
}
