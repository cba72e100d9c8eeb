//! What the fuzzers reach of this crate and nobody else does: readers of strangers' bytes that are private to their rooms. Texts and bytes
//! go in, and what came of them comes out in types that everybody has; what must hold of it is judged in `fuzz/targets`.
//!
//! It is compiled always: behind a feature, the whole server would be compiled once with it and once without.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use axum::extract::Request;
use axum::http::HeaderMap;
use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::contact::Contact;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DealId, ParticipantId, Seq};
use borsklokka_shared::language::Language;
use borsklokka_shared::registration::Entry;
use borsklokka_shared::roster::{Mapping, Preview};
use borsklokka_spreadsheets::Book;

use crate::access::PairingCode;
use crate::agreement::Press;
use crate::agreement::legible::legible;
use crate::agreement::paper::{Facts, Logo, Private, Sheaf};
use crate::agreement::press::has_room_for;
use crate::agreement::signature::{Signature, Strokes};
use crate::api::{HostPolicy, wanted_language};
use crate::log::terms_sha256;
use crate::roster::{Known, Understood, plan, preview};
use crate::{phones, pictures, registrations};

static PRESS: LazyLock<Arc<Press>> =
    LazyLock::new(|| Arc::new(Press::new().expect("the machine gives threads")));

/// Whether a request passes the guard; else the code of why not.
///
/// # Errors
/// With the code.
pub fn passes(policy: &HostPolicy, request: &Request) -> Result<(), &'static str> {
    policy.check(request).map_err(|denied| denied.code())
}

/// The language that a request wants.
pub fn language_of(headers: &HeaderMap) -> Option<Language> {
    wanted_language(headers)
}

/// What becomes of strokes, as a tablet sends them: a drawing, or the code of why not. None if they are no strokes at all.
pub fn drawing(strokes: &str) -> Option<Result<String, &'static str>> {
    let strokes: Strokes = serde_json::from_str(strokes).ok()?;
    Some(
        strokes
            .check()
            .map(|()| strokes.svg())
            .map_err(|denied| denied.code()),
    )
}

/// What is printed with a deal.
#[derive(Default)]
pub struct Beside {
    /// How to reach its parties.
    pub contacts: HashMap<ParticipantId, Contact>,
    /// Who has signed: under which name, and with which strokes.
    pub signatures: HashMap<ParticipantId, (String, String)>,
    /// The exchange's logo.
    pub logo: Option<Vec<u8>>,
}

/// A deal's agreement as PDF; none if the board has no such deal.
///
/// # Errors
/// With what the press says.
pub fn agreement(board: &Board, id: DealId, beside: Beside) -> Option<Result<Vec<u8>, String>> {
    let facts = Facts::of(board, board.deals.get(&id))?;
    let terms_sha256 = terms_sha256(&facts.deals.first()?.terms);
    let signatures = beside
        .signatures
        .into_iter()
        .filter_map(|(party, (name, strokes))| {
            let strokes: Strokes = serde_json::from_str(&strokes).ok()?;
            strokes.check().ok()?;
            let signature = Signature {
                terms_sha256: terms_sha256.clone(),
                name,
                strokes,
            };
            Some(((id, party), signature))
        });
    let private = Private {
        contacts: beside.contacts,
        signatures: signatures.collect(),
        logo: beside.logo.map(|content| Logo { content }).filter(has_room_for),
    };
    let sheaf = Sheaf::of(&facts, private);
    Some(PRESS.print_here(&sheaf).map_err(|error| error.to_string()))
}

/// Whether a file is a picture that an exchange can have.
pub fn is_picture(media_type: &str, content: &[u8]) -> bool {
    pictures::is_picture(media_type, content)
}

/// A text as the fonts can show it.
pub fn legible_text(text: &str) -> String {
    legible(text)
}

/// A telephone number, where an exchange's time zone is.
pub fn phone(written: &str, time_zone: &str) -> Option<String> {
    phones::read(written, phones::home(time_zone))
}

/// A pairing code as it is shown.
pub fn pairing_code(typed: &str) -> Option<String> {
    PairingCode::parse(typed).map(|code| code.to_string())
}

/// What a spreadsheet would do to a board: what the organiser looks at, and the commands. None on a board without settings.
pub fn roster(
    book: &Book,
    mapping: &Mapping,
    board: &Board,
    language: Language,
) -> Option<(Preview, Vec<Command>)> {
    let known = Known::of(board, Seq(0))?;
    let understood = Understood::of(book, mapping, &known.settings);
    let plan = plan(book, &understood, mapping, &known, &|| false).ok()?;
    let commands = plan.commands.clone();
    Some((
        preview(book, &understood, mapping.clone(), false, plan, language),
        commands,
    ))
}

/// A registration's form: the entry, and the same entry shown and sent again; or the fields that are to be mended.
///
/// # Errors
/// With the fields.
#[expect(clippy::type_complexity, reason = "it is taken apart at once")]
pub fn registered(
    fields: BTreeMap<String, String>,
    settings: &Settings,
) -> Result<(Entry, Result<Entry, Vec<String>>), Vec<String>> {
    registrations::read_form(fields, settings)
}
