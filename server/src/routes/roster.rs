//! Spreadsheets in and out: a file is looked at, and confirmed as it was looked at; and everything is had as one.
//!
//! A file is read on threads where it keeps nobody waiting, few at a time, and no longer than somebody waits for the answer. It
//! is not kept: to confirm is to send it again, with the digest of what was shown.

mod kept;

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use borsklokka_shared::language::Language;
use borsklokka_shared::limits::SPREADSHEET_BYTES_MAX;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::roster::{Counts, Mapping, Preview, Written};
use borsklokka_spreadsheets::{Book, Delimiter, Measure, ReadError};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::api::{Caller, Denied, wanted_language};
use crate::entered::Entered;
use crate::floor::FloorHandle;
use crate::hub::Hub;
use crate::roster::{Gone, Known, Part, Plan, Understood, listings, participants, plan, preview, signature};
use crate::spoken::roster::Roster;
use crate::together::{self, Planned};

/// Largest file, in bytes.
pub(crate) const BODY_BYTES_MAX: usize = SPREADSHEET_BYTES_MAX;
// What the page refuses before it sends it is what the reader refuses.
const _: () = assert!(SPREADSHEET_BYTES_MAX == borsklokka_spreadsheets::FILE_BYTES_MAX);
/// Most files that are read at once.
const READERS_MAX: usize = 2;
/// How long a file waits for its turn, in seconds.
const WAIT_S: u64 = 30;

/// What a workbook of Excel's is called on the web.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

static READERS: Semaphore = Semaphore::const_new(READERS_MAX);

/// What is asked beside the file.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    /// A [`Mapping`], as JSON.
    mapping: Option<String>,
    /// The digest of the plan that is confirmed.
    plan: Option<String>,
}

impl Wanted {
    fn mapping(&self) -> Result<Option<Mapping>, Denied> {
        let read = |text: &String| serde_json::from_str(text);
        let mapping = self.mapping.as_ref().map(read).transpose();
        mapping.map_err(|error| Denied::Malformed(format!("mapping: {error}")))
    }
}

/// A file that somebody waits for.
struct Work {
    stop: CancellationToken,
    turn: Arc<tokio::sync::SemaphorePermit<'static>>,
    _gone: tokio_util::sync::DropGuard,
}

impl Work {
    /// Waits for a turn. Whoever hangs up stops what is done for them.
    async fn begin() -> Result<Self, Denied> {
        let turn = tokio::time::timeout(Duration::from_secs(WAIT_S), READERS.acquire()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(Denied::ReadersBusy);
        };
        let stop = CancellationToken::new();
        Ok(Self {
            _gone: stop.clone().drop_guard(),
            stop,
            turn: Arc::new(turn),
        })
    }

    /// Does something that takes a while.
    async fn on<T: Send + 'static>(
        &self,
        task: impl FnOnce(&dyn Fn() -> bool) -> T + Send + 'static,
    ) -> Result<T, Denied> {
        let (stop, turn) = (self.stop.clone(), Arc::clone(&self.turn));
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            task(&|| stop.is_cancelled())
        });
        // What breaks here breaks at a file that is damaged in a way that nobody has thought of.
        done.await
            .map_err(|error| ReadError::Damaged(error.to_string()).into())
    }

    async fn read(&self, file: Bytes) -> Result<Arc<Book>, Denied> {
        let book = self
            .on(move |is_stopped| borsklokka_spreadsheets::read(&file, is_stopped))
            .await??;
        Ok(Arc::new(book))
    }
}

/// What a file is answered that is larger than any that is read.
pub(crate) fn too_large() -> Denied {
    ReadError::TooLarge(Measure::File).into()
}

/// What a file would do, with the mapping that it was understood by.
struct Looked {
    understood: Vec<Understood>,
    /// What tells files with these heads from others.
    signature: Option<String>,
    mapping: Mapping,
    kept: bool,
    plan: Plan,
}

async fn look(
    hub: &Hub,
    floor: &FloorHandle,
    work: &Work,
    book: &Arc<Book>,
    wanted: Option<Mapping>,
) -> Result<Looked, Denied> {
    let exchange = floor.exchange.id;
    let known = floor
        .view
        .with_staff_board_at(Known::of)
        .ok_or(Refusal::NotConfigured)?;
    let known = Known {
        contacts: hub.access.contacts(exchange).await?,
        ..known
    };
    let guessed = Understood::of(book, &Mapping::default(), &known.settings);
    let signature = signature(&guessed);
    let kept = match (&wanted, &signature) {
        (None, Some(signature)) => kept::find(&hub.access, exchange, signature).await?,
        (Some(_), _) | (None, None) => None,
    };
    let is_kept = kept.is_some();
    let mapping = wanted.or(kept).unwrap_or_default();
    let book = Arc::clone(book);
    let looked = work.on(move |is_stopped| {
        let understood = Understood::of(&book, &mapping, &known.settings);
        let plan = plan(&book, &understood, &mapping, &known, is_stopped)?;
        Ok::<_, Gone>(Looked {
            understood,
            signature,
            mapping,
            kept: is_kept,
            plan,
        })
    });
    looked.await?.map_err(|Gone| ReadError::Stopped.into())
}

/// `POST /api/v1/exchanges/{slug}/roster/preview`: the body is the file, whatever its type is said to be.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    caller: Caller,
    wanted: Result<Query<Wanted>, QueryRejection>,
    file: Bytes,
) -> Result<Json<Preview>, Denied> {
    let Query(wanted) = wanted.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let mapping = wanted.mapping()?;
    let floor = hub.floors.by_id(exchange).await?;
    let language = wanted_language(&caller.headers).unwrap_or_else(|| floor.language());
    let work = Work::begin().await?;
    let book = work.read(file).await?;
    let looked = look(&hub, &floor, &work, &book, mapping).await?;
    let Looked {
        understood,
        mapping,
        kept,
        plan,
        ..
    } = looked;
    Ok(Json(preview(&book, &understood, mapping, kept, plan, language)))
}

/// `POST /api/v1/exchanges/{slug}/roster?plan=DIGEST`: writes what a preview said, all of it or nothing.
pub(crate) async fn write(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, session }: Entered,
    wanted: Result<Query<Wanted>, QueryRejection>,
    file: Bytes,
) -> Result<Json<Written>, Denied> {
    let Query(wanted) = wanted.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let mapping = wanted.mapping()?;
    let confirmed = wanted
        .plan
        .ok_or_else(|| Denied::Malformed("plan: missing".to_owned()))?;
    let floor = hub.floors.by_id(exchange).await?;
    let work = Work::begin().await?;
    let book = work.read(file).await?;
    let plan = || as_confirmed(&hub, &floor, &work, &book, mapping.clone(), &confirmed);
    let taken_in = together::write(&floor, &session.actor(), plan).await?;
    let TakenIn {
        counts,
        signature,
        mapping,
    } = taken_in;
    if let Some(signature) = signature {
        kept::keep(&hub.access, exchange, &signature, &mapping.lasting()).await?;
    }
    Ok(Json(Written { counts }))
}

/// What is known of a file once it is written.
struct TakenIn {
    counts: Counts,
    /// What tells files with its heads from others, and how they are understood from now on.
    signature: Option<String>,
    mapping: Mapping,
}

/// Plans a file, if that is what was confirmed.
async fn as_confirmed(
    hub: &Hub,
    floor: &FloorHandle,
    work: &Work,
    book: &Arc<Book>,
    mapping: Option<Mapping>,
    confirmed: &str,
) -> Result<Planned<TakenIn>, Denied> {
    let looked = look(hub, floor, work, book, mapping).await?;
    let Looked {
        signature,
        mapping,
        plan,
        ..
    } = looked;
    let is_done = plan.commands.is_empty() && plan.contacts.is_empty();
    if plan.digest() != confirmed && !is_done {
        return Err(Denied::RosterChanged);
    }
    if plan.has_problems() && !mapping.without_problems {
        return Err(Denied::RosterHasProblems);
    }
    if plan.is_too_large() {
        return Err(Denied::RosterTooLarge {
            max: crate::roster::CHANGES_MAX,
        });
    }
    let Plan {
        counts,
        commands,
        contacts,
        at,
        ..
    } = plan;
    let then = TakenIn {
        counts,
        signature,
        mapping,
    };
    Ok(Planned {
        commands,
        contacts,
        at,
        then,
    })
}

/// Which table of a text file.
#[derive(Deserialize)]
pub(crate) struct Table {
    #[serde(default)]
    part: Part,
}

/// `GET /api/v1/exchanges/{slug}/roster.xlsx`: participants with contacts, and offers and wishes, a sheet each.
pub(crate) async fn xlsx(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
) -> Result<Response, Denied> {
    let (known, language) = everything(&hub, exchange).await?;
    let work = Work::begin().await?;
    let file = work.on(move |_| {
        let sheets = [participants(&known, language), listings(&known, language)];
        borsklokka_spreadsheets::xlsx(&sheets)
    });
    let file = file
        .await?
        .map_err(|error| Denied::Broken(format!("a workbook cannot be written: {error}")))?;
    Ok(download(
        file,
        XLSX,
        &format!("{}-{slug}.xlsx", Roster::of(language).sheet.file),
    ))
}

/// `GET /api/v1/exchanges/{slug}/roster.csv?part=participants`
pub(crate) async fn csv(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    table: Result<Query<Table>, QueryRejection>,
) -> Result<Response, Denied> {
    let Query(Table { part }) = table.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let (known, language) = everything(&hub, exchange).await?;
    let cells = match part {
        Part::Participants => participants(&known, language),
        Part::Listings => listings(&known, language),
    };
    // Spreadsheet programs divide text by the sign that their country does not use before decimals.
    let delimiter = match borsklokka_shared::numbers::decimal(language) {
        ',' => Delimiter::Semicolon,
        _ => Delimiter::Comma,
    };
    let file = borsklokka_spreadsheets::csv(&cells, delimiter)
        .map_err(|error| Denied::Broken(format!("a text file cannot be written: {error}")))?;
    let texts = Roster::of(language);
    let name = match part {
        Part::Participants => texts.sheet.file,
        Part::Listings => texts.sheet.listings_file,
    };
    Ok(download(
        file,
        "text/csv; charset=utf-8",
        &format!("{name}-{slug}.csv"),
    ))
}

async fn everything(
    hub: &Hub,
    exchange: borsklokka_shared::ids::ExchangeId,
) -> Result<(Known, Language), Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let (known, erased) = floor
        .view
        .with_staff_board_at(|board, seq| Some((Known::of(board, seq)?, board.erased.clone())))
        .ok_or(Refusal::NotConfigured)?;
    // Nobody calls or greets them any more.
    let mut known = known;
    known.participants.retain(|id, _| !erased.contains(id));
    let contacts = hub.access.contacts(exchange).await?;
    Ok((Known { contacts, ..known }, floor.language()))
}

pub(super) fn download(file: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, file).into_response()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use borsklokka_shared::role::Role;
    use serde_json::{Value, json};

    use super::*;
    use crate::fixture::{Browser, Fixture, open_hub};

    const PREVIEW: &str = "/api/v1/exchanges/drammen/roster/preview";
    const ROSTER: &str = "/api/v1/exchanges/drammen/roster";
    const FILE: &str = "Navn;Sektor;Kontaktperson;Epost;Tilbud\nKor;frivillig;Kari;kari@example.org;Sang\nBank;bedrift;;;\"Rom\nKaffe\"\n";

    async fn organiser(hub: &Fixture) -> Browser<'_> {
        hub.operator().await
    }

    async fn send(browser: &Browser<'_>, path: &str, file: impl AsRef<[u8]>) -> crate::fixture::Answer {
        browser.post_file(path, "text/csv", file.as_ref()).await
    }

    fn confirm(preview: &Value, query: &str) -> String {
        format!("{ROSTER}?plan={}{query}", preview["plan"].as_str().unwrap())
    }

    #[tokio::test]
    async fn a_file_is_looked_at_confirmed_and_then_changes_nothing() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        let seen = send(&organiser, PREVIEW, FILE).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
        assert_eq!(
            seen.json["recognised"],
            json!({ "format": "text", "encoding": "UTF-8", "delimiter": ";" })
        );
        let states: Vec<&Value> = seen.json["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["state"])
            .collect();
        assert_eq!(states, ["new", "new"]);
        assert_eq!(
            seen.json["counts"],
            json!({
                "registered": 2, "amended": 0, "listings_added": 3, "listings_amended": 0, "contacts": 1,
                "without_category": 3,
            })
        );
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let count = || {
            floor
                .view
                .with_staff_board(|board| (board.participants.len(), board.listings.len()))
        };
        assert_eq!(count(), (0, 0), "a look writes nothing");

        let path = confirm(&seen.json, "");
        let written = send(&organiser, &path, FILE).await;
        assert_eq!(written.json["counts"], seen.json["counts"], "{}", written.text);
        assert_eq!(count(), (2, 3));
        let contacts = organiser.get("/api/v1/exchanges/drammen/contacts").await;
        assert_eq!(contacts.json[0]["person"], "Kari");

        let again = send(&organiser, PREVIEW, FILE).await;
        assert_eq!(again.json["states"]["same"], 2, "{}", again.text);
        // An answer that was lost is asked for again.
        let repeated = send(&organiser, &path, FILE).await;
        assert_eq!(
            (repeated.status, &repeated.json["counts"]["registered"]),
            (StatusCode::OK, &json!(0))
        );
        assert_eq!(count(), (2, 3));
    }

    #[tokio::test]
    async fn what_somebody_changed_meanwhile_is_looked_at_again() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        let seen = send(&organiser, PREVIEW, FILE).await;
        let other = "Navn;Sektor;Bord\nKor;frivillig;7\n";
        let theirs = send(&organiser, PREVIEW, other).await;
        assert_eq!(
            send(&organiser, &confirm(&theirs.json, ""), other).await.status,
            StatusCode::OK
        );
        let late = send(&organiser, &confirm(&seen.json, ""), FILE).await;
        assert_eq!(
            (late.status, late.code()),
            (StatusCode::CONFLICT, "roster_changed")
        );
        let seen = send(&organiser, PREVIEW, FILE).await;
        assert_eq!(
            send(&organiser, &confirm(&seen.json, ""), FILE).await.status,
            StatusCode::OK
        );
    }

    #[tokio::test]
    async fn rows_with_problems_are_left_out_only_if_somebody_says_so() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        let file = "Navn;Sektor;Epost\nKor;frivillig;\nBank;romfart;\nLag;frivillig;ikke en adresse\n";
        let seen = organiser
            .accepting("en")
            .post_file(PREVIEW, "text/csv", file.as_bytes())
            .await;
        let problem = &seen.json["rows"][1]["problems"][0];
        assert_eq!(
            (&problem["cell"], &problem["code"]),
            (&json!("B3"), &json!("sector_unknown"))
        );
        assert!(
            problem["message"].as_str().unwrap().contains("“romfart”"),
            "{problem}"
        );
        assert_eq!(seen.json["rows"][2]["problems"][0]["cell"], "C4");
        let refused = send(&organiser, &confirm(&seen.json, ""), file).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::UNPROCESSABLE_ENTITY, "roster_has_problems")
        );
        // {"without_problems":true}
        let without = "&mapping=%7B%22without_problems%22%3Atrue%7D";
        let written = send(&organiser, &confirm(&seen.json, without), file).await;
        assert_eq!(written.json["counts"]["registered"], 1, "{}", written.text);
    }

    #[tokio::test]
    async fn what_was_said_of_the_columns_is_kept_for_the_next_file_like_it() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        let file = "Hvem;Hva;Sektor;Navn\nKor;sang;frivillig;Kari\n";
        // {"sheets":[{"sheet":0,"heads":1,"columns":["name","offer","sector","person"]}],"category":"hands"}
        let mapping = "mapping=%7B%22sheets%22%3A%5B%7B%22sheet%22%3A0%2C%22heads%22%3A1%2C%22columns%22%3A%5B%22name%22%2C%22offer%22%2C%22sector%22%2C%22person%22%5D%7D%5D%2C%22category%22%3A%22hands%22%7D";
        let seen = send(&organiser, &format!("{PREVIEW}?{mapping}"), file).await;
        assert_eq!(
            (&seen.json["rows"][0]["name"], &seen.json["kept"]),
            (&json!("Kor"), &json!(false)),
            "{}",
            seen.text
        );
        let written = send(&organiser, &confirm(&seen.json, &format!("&{mapping}")), file).await;
        assert_eq!(written.status, StatusCode::OK, "{}", written.text);
        let seen = send(&organiser, PREVIEW, file.replace("Kor", "Korps")).await;
        assert_eq!(
            (&seen.json["rows"][0]["name"], &seen.json["kept"]),
            (&json!("Korps"), &json!(true))
        );
        let bad = send(&organiser, &format!("{PREVIEW}?mapping=%7B%22x%22%3A1%7D"), file).await;
        assert_eq!(bad.code(), "malformed");
    }

    #[tokio::test]
    async fn heads_in_another_row_are_said_and_their_columns_guessed() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        let file = "Navn;Sektor;Epost\nOrganisasjon;Type;Mobil\nKor;frivillig;912 34 567\n";
        // {"sheets":[{"sheet":0,"heads":2}]}
        let mapping = "mapping=%7B%22sheets%22%3A%5B%7B%22sheet%22%3A0%2C%22heads%22%3A2%7D%5D%7D";
        let seen = send(&organiser, &format!("{PREVIEW}?{mapping}"), file).await;
        let columns = &seen.json["sheets"][0]["columns"];
        assert_eq!(
            [&columns[0]["field"], &columns[1]["field"], &columns[2]["field"]],
            ["name", "sector", "phone"],
            "{}",
            seen.text
        );
        assert_eq!(columns[2]["head"], "Mobil");
        assert_eq!(seen.json["states"]["new"], 1);
        send(&organiser, &confirm(&seen.json, &format!("&{mapping}")), file).await;
        // The next file like it is found by what is seen before anybody says anything.
        let seen = send(&organiser, PREVIEW, file.replace("Kor", "Korps")).await;
        assert_eq!(
            (&seen.json["kept"], &seen.json["mapping"]["sheets"][0]["heads"]),
            (&json!(true), &json!(2)),
            "{}",
            seen.text
        );
    }

    #[tokio::test]
    async fn what_is_no_table_is_answered_in_words() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        for (file, status, code) in [
            (
                &b"\x89PNG\r\n\x1a\n"[..],
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not_a_spreadsheet",
            ),
            (
                include_bytes!("../../../spreadsheets/tests/files/password.xlsx"),
                StatusCode::UNPROCESSABLE_ENTITY,
                "spreadsheet_protected",
            ),
            (
                include_bytes!("../../../spreadsheets/tests/files/sheetjs.xls"),
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "spreadsheet_old",
            ),
            (
                b"PK\x03\x04 and no more",
                StatusCode::UNPROCESSABLE_ENTITY,
                "spreadsheet_damaged",
            ),
            (b"", StatusCode::UNPROCESSABLE_ENTITY, "spreadsheet_empty"),
            (
                &vec![b'a'; BODY_BYTES_MAX + 1],
                StatusCode::PAYLOAD_TOO_LARGE,
                "spreadsheet_too_large",
            ),
        ] {
            let answer = organiser.accepting("en").post_file(PREVIEW, "", file).await;
            assert_eq!((answer.status, answer.code()), (status, code), "{}", answer.text);
        }
    }

    #[tokio::test]
    async fn five_thousand_rows_of_which_two_hundred_are_broken_are_told_row_by_row() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        let rows = (0..5_000).map(|row| {
            let sector = if row % 25 == 0 { "?" } else { "frivillig" };
            format!("Lag nummer {};{sector};Tilbud {row}\n", row % 400)
        });
        let file: String = std::iter::once("Navn;Sektor;Tilbud\n".to_owned())
            .chain(rows)
            .collect();
        let seen = send(&organiser, PREVIEW, &file).await;
        assert_eq!(
            seen.json["states"]["problem"],
            200,
            "{}",
            &seen.text[..seen.text.len().min(400)]
        );
        assert_eq!(seen.json["counts"]["registered"], 384);
    }

    #[tokio::test]
    async fn who_hangs_up_stops_the_work() {
        let work = Work::begin().await.unwrap();
        let stop = work.stop.clone();
        assert!(!stop.is_cancelled());
        drop(work);
        assert!(stop.is_cancelled());
    }

    #[tokio::test]
    async fn everything_is_had_as_a_file_and_only_by_the_organiser() {
        let hub = open_hub().await;
        let organiser = organiser(&hub).await;
        let seen = send(&organiser, PREVIEW, FILE).await;
        send(&organiser, &confirm(&seen.json, ""), FILE).await;
        let csv = organiser.get(&format!("{ROSTER}.csv")).await;
        assert_eq!(
            csv.headers[header::CONTENT_DISPOSITION],
            "attachment; filename=\"deltakere-drammen.csv\""
        );
        assert!(
            csv.text
                .starts_with("\u{FEFF}\"Deltaker-id\";\"Navn\";\"Sektor\";"),
            "{}",
            csv.text
        );
        let again = send(&organiser, PREVIEW, &csv.text).await;
        assert_eq!(again.json["states"]["same"], 2, "{}", again.text);
        let xlsx = organiser.get(&format!("{ROSTER}.xlsx")).await;
        assert!(xlsx.text.starts_with("PK"));
        let moderator = Browser::bearing(&hub, &hub.token("drammen", Role::Moderator, "").await);
        for path in [format!("{ROSTER}.csv"), format!("{ROSTER}.xlsx")] {
            assert_eq!(moderator.get(&path).await.code(), "not_allowed");
        }
        assert_eq!(send(&moderator, PREVIEW, FILE).await.code(), "not_allowed");
    }
}
