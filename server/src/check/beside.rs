//! Whose it is what is kept beside the log: photos of deals that there are, contacts of participants that there are. And whether an
//! exchange is where somebody can reach it.

use borsklokka_shared::ids::{DealId, ExchangeId, ParticipantId};

use super::history::History;
use crate::api::Denied;
use crate::exchanges::check_slug;
use crate::log::{ExchangeRow, Moment, at};

/// Photos of deals that there are not, a sentence each: none is kept but of a deal that the board has.
pub(super) async fn faults(moment: &mut Moment, exchange: ExchangeId, history: &History) -> Vec<String> {
    // What cannot be read of the log may have had them.
    if !history.is_whole {
        return Vec::new();
    }
    let deals: Result<Vec<String>, sqlx::Error> = at!(moment, on => sqlx::query_scalar(
        "SELECT deal_id FROM deal_photos WHERE exchange_id = $1 ORDER BY deal_id",
    )
    .bind(exchange.to_string())
    .fetch_all(&mut **on)
    .await);
    let is_nobodys = |deal: &String| {
        let read = deal.parse::<DealId>();
        read.is_ok_and(|deal| !history.staff.deals.contains_key(&deal))
    };
    // That they cannot be read is said of the photos themselves.
    let nobodys = deals.unwrap_or_default().into_iter().filter(is_nobodys);
    let faults = nobodys.map(|deal| {
        format!(
            "there is a photo of the deal {deal}, and no such deal: nobody can look at it or take it away but by deleting its row \
             of deal_photos"
        )
    });
    faults.collect()
}

/// What is worth a look, and no fault.
pub(super) async fn remarks(moment: &mut Moment, exchange: &ExchangeRow, history: &History) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Err(Denied::SlugReserved) = check_slug(&exchange.slug) {
        remarks.push(format!(
            "{} is an address of the server's own pages, at which nobody reaches the exchange: export it, and read it in at another \
             with --as",
            exchange.slug
        ));
    }
    if history.is_whole {
        remarks.extend(of_nobodys_contacts(moment, exchange.id, history).await);
    }
    remarks
}

/// A contact may come before its participant, whom a tablet still keeps or who was refused: it is no fault, and it is somebody's.
async fn of_nobodys_contacts(moment: &mut Moment, exchange: ExchangeId, history: &History) -> Option<String> {
    let whose: Result<Vec<String>, sqlx::Error> = at!(moment, on => sqlx::query_scalar(
        "SELECT participant_id FROM contacts WHERE exchange_id = $1 \
         UNION SELECT participant_id FROM further_contacts WHERE exchange_id = $1 ORDER BY participant_id",
    )
    .bind(exchange.to_string())
    .fetch_all(&mut **on)
    .await);
    let is_nobodys = |id: &String| {
        let read = id.parse::<ParticipantId>();
        read.is_ok_and(|id| !history.staff.participants.contains_key(&id))
    };
    // That they cannot be read is said of their table.
    let nobodys: Vec<String> = whose.unwrap_or_default().into_iter().filter(is_nobodys).collect();
    let first = nobodys.first()?;
    Some(format!(
        "there are contacts of {} participants who are not registered, such as {first}: a tablet may have sent them first, or the \
         participant was refused",
        nobodys.len()
    ))
}
