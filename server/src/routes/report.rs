//! The report of an evening: as figures for the organiser's page and for programs, on paper, and as a spreadsheet.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use borsklokka_shared::exchange::{Phase, Settings};
use borsklokka_shared::ids::ExchangeId;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::report::{Evening, Report};

use super::roster::{XLSX, download};
use crate::api::{Caller, Denied};
use crate::copies::{Copy, logo};
use crate::entered::Entered;
use crate::exchanges::title;
use crate::follow_up::counts;
use crate::handouts::{self, Photographed};
use crate::hub::Hub;
use crate::photos;
use crate::report::{Table, deals, sheets};
use crate::spoken::newspaper::Newspaper as ForTheNewspaper;
use crate::spoken::report::Report as Words;

/// Text as programs of every kind open it.
const TEXT: &str = "text/plain; charset=utf-8";
/// Most photos on paper, counted: ten pages of them.
const PHOTOS_MAX: usize = 60;
/// Most earlier evenings that stand beside one.
const EARLIER_MAX: usize = 8;

/// What is told of an evening.
struct Told {
    report: Report,
    settings: Settings,
    deals: Table,
}

/// Counts an evening, with the others that the caller may see beside it.
async fn tell(hub: &Hub, exchange: ExchangeId, slug: &str, caller: &Caller) -> Result<Told, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let told = floor.view.with_staff_board(|board| {
        let settings = board.settings.clone()?;
        Some(Told {
            report: Report::of(board)?,
            deals: deals(board, &settings),
            settings,
        })
    });
    let mut told = told.ok_or(Refusal::NotConfigured)?;
    told.report.evening.follow_up = counts(hub, exchange).await?;
    told.report.earlier = earlier(hub, exchange, slug, &told.settings, caller).await?;
    told.report.earlier.extend(Evening::to_beat(&told.settings));
    Ok(told)
}

/// Earlier evenings of the same series, the newest first. A session of one exchange reaches nothing of another: they are for the
/// operator alone.
async fn earlier(
    hub: &Hub,
    exchange: ExchangeId,
    slug: &str,
    settings: &Settings,
    caller: &Caller,
) -> Result<Vec<Evening>, Denied> {
    match hub.access.operator(caller).await {
        Ok(_) => {}
        Err(Denied::NotLoggedIn | Denied::ThisMachineOnly) => return Ok(Vec::new()),
        Err(denied) => return Err(denied),
    }
    let mut before = Vec::new();
    for other in hub.floors.list() {
        if other.id == exchange || series(&other.slug) != series(slug) {
            continue;
        }
        if let Some(title) = title(hub, &other).await
            && title.date < settings.date
        {
            before.push((title.date, other.id));
        }
    }
    before.sort_unstable();
    let mut evenings = Vec::new();
    for (_, id) in before.into_iter().rev() {
        if evenings.len() == EARLIER_MAX {
            break;
        }
        let floor = hub.floors.by_id(id).await?;
        let evening = floor.view.with_staff_board(|board| {
            let is_over = board.floor.settled_phase() == Phase::Closed;
            let settings = board.settings.as_ref().filter(|_| is_over)?;
            Some(Evening::of(board, settings))
        });
        if let Some(mut evening) = evening {
            evening.follow_up = counts(hub, id).await?;
            evenings.push(evening);
        }
    }
    Ok(evenings)
}

/// What the addresses of a series have in common: `drammen`, `drammen-2027` and `2028-drammen` are one.
fn series(slug: &str) -> &str {
    let name = slug.trim_matches(|c: char| c.is_ascii_digit() || c == '-');
    if name.is_empty() { slug } else { name }
}

/// `GET /api/v1/exchanges/{slug}/report`
pub(super) async fn show(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    caller: Caller,
) -> Result<Json<Report>, Denied> {
    Ok(Json(tell(&hub, exchange, &slug, &caller).await?.report))
}

/// `GET /api/v1/exchanges/{slug}/report.pdf`
pub(super) async fn pdf(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    caller: Caller,
) -> Result<Copy, Denied> {
    let Told { report, settings, .. } = tell(&hub, exchange, &slug, &caller).await?;
    let logo = logo(&hub, exchange, &settings).await?;
    let photos = photographed(&hub, exchange).await?;
    let handout = handouts::report(&report, &settings, photos).with_logo(logo);
    let name = format!("{}-{slug}", handout.file);
    Ok(Copy::new(name, hub.press.print(handout).await?))
}

/// The photos that everybody may see, with what stands under each.
async fn photographed(hub: &Hub, exchange: ExchangeId) -> Result<Vec<Photographed>, Denied> {
    let mut photographed = Vec::new();
    for shown in photos::shown(hub, exchange).await?.into_iter().take(PHOTOS_MAX) {
        let file = match photos::shown_file(hub, exchange, shown.photo).await {
            Ok(file) => file,
            // Somebody thought better of it meanwhile.
            Err(Denied::UnknownPhoto) => continue,
            Err(denied) => return Err(denied),
        };
        let floor = hub.floors.by_id(exchange).await?;
        photographed.extend(floor.view.with_public_board(|board| {
            let deal = board.deals.get(&shown.deal)?;
            let mut parties: Vec<&str> = Vec::new();
            for party in deal.terms.parties().filter_map(|party| board.participant(party)) {
                if !parties.contains(&party.name.as_str()) {
                    parties.push(&party.name);
                }
            }
            Some(Photographed {
                number: deal.number?.0,
                service: deal.terms.bargain.service().text.clone(),
                parties: parties.join(", "),
                file,
            })
        }));
    }
    Ok(photographed)
}

/// `GET /api/v1/exchanges/{slug}/report.xlsx`
pub(super) async fn xlsx(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    caller: Caller,
) -> Result<Response, Denied> {
    let Told {
        report,
        settings,
        deals,
    } = tell(&hub, exchange, &slug, &caller).await?;
    let file = borsklokka_spreadsheets::xlsx(&sheets(&report, &settings, deals))
        .map_err(|error| Denied::Broken(format!("a workbook cannot be written: {error}")))?;
    let name = Words::of(settings.language).file;
    Ok(download(file, XLSX, &format!("{name}-{slug}.xlsx")))
}

/// `GET /api/v1/exchanges/{slug}/newspaper.txt`: what everybody may know of the evening, to be sent on.
pub(super) async fn newspaper(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
) -> Result<Response, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let list = floor.view.with_public_board(|board| {
        let settings = board.settings.as_ref()?;
        let file = ForTheNewspaper::of(settings.language).file;
        Some((crate::report::newspaper(board, settings), file))
    });
    let (list, file) = list.ok_or(Refusal::NotConfigured)?;
    Ok(download(list.into_bytes(), TEXT, &format!("{file}-{slug}.txt")))
}

#[cfg(test)]
mod tests;
