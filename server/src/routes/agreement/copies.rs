//! Agreements as PDF, for staff: one, or all of them.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use borsklokka_shared::deal::Deal;
use borsklokka_shared::ids::DealNumber;
use borsklokka_shared::limits::AGREEMENTS_PER_FILE_MAX;
use serde::Deserialize;

use super::find::{self, InExchange};
use crate::agreement::paper::{Facts, Private};
use crate::agreement::texts::Texts;
use crate::api::Denied;
use crate::copies::{Copy, logo, one, print, signatures_of_exchange};
use crate::entered::Entered;
use crate::hub::Hub;

/// `GET /api/v1/exchanges/{slug}/deals/{deal}/agreement.pdf`, for staff.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path((_, deal)): Path<(String, String)>,
    entered: Entered,
) -> Result<Copy, Denied> {
    let InExchange { exchange, deal, .. } = find::deal(&hub, entered, &deal).await?;
    one(&hub, &find::floor(&hub, exchange).await?, deal.id).await
}

/// Which agreements of all.
#[derive(Deserialize)]
pub(crate) struct Span {
    /// From this number; else from the first.
    from: Option<DealNumber>,
    /// To this number; else to the last.
    to: Option<DealNumber>,
    /// A copy for each of these parties, all of one together; else each agreement once.
    parties: Option<Addressees>,
}

/// For whom copies are.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Addressees {
    /// Every party.
    Everyone,
    /// Those without an e-mail address: what is sent to the others need not be printed for them.
    WithoutEmail,
}

impl Span {
    fn holds(&self, deal: &Deal) -> bool {
        match deal.number {
            Some(number) => {
                self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number <= to)
            }
            None => self.to.is_none(),
        }
    }
}

/// `GET /api/v1/exchanges/{slug}/agreements.pdf`, for the desk: those of all deals that stand, by number. With `parties`, by party.
pub(crate) async fn all(
    State(hub): State<Arc<Hub>>,
    Path(slug): Path<String>,
    Entered { exchange, .. }: Entered,
    span: Result<Query<Span>, QueryRejection>,
) -> Result<Copy, Denied> {
    let Query(span) = span.map_err(|rejection| Denied::Malformed(rejection.body_text()))?;
    let floor = find::floor(&hub, exchange).await?;
    let facts = floor.view.with_staff_board(|board| {
        let standing = board.standing_deals();
        let wanted: Vec<&Deal> = standing
            .filter(|deal| span.holds(deal) && !board.is_of_erased(deal))
            .collect();
        if wanted.len() > AGREEMENTS_PER_FILE_MAX as usize {
            Err(Denied::TooManyAgreements {
                max: AGREEMENTS_PER_FILE_MAX,
            })
        } else {
            Facts::of(board, wanted).ok_or(Denied::NoAgreements)
        }
    })?;
    let contacts = hub.access.contacts(exchange).await?;
    let facts = match span.parties {
        None => facts,
        Some(Addressees::Everyone) => facts.by_party(|_| true),
        Some(Addressees::WithoutEmail) => facts.by_party(|party| {
            let contact = contacts.get(&party);
            contact.is_none_or(|contact| contact.email.is_none())
        }),
    };
    match facts.deals.len() {
        0 => return Err(Denied::NoAgreements),
        many if many > AGREEMENTS_PER_FILE_MAX as usize => {
            return Err(Denied::TooManyAgreements {
                max: AGREEMENTS_PER_FILE_MAX,
            });
        }
        _ => {}
    }
    let private = Private {
        contacts,
        signatures: signatures_of_exchange(&hub.access, exchange).await?,
        logo: logo(&hub, exchange, &facts.settings).await?,
    };
    let name = format!("{}-{slug}", Texts::of(facts.settings.language).file);
    print(&hub, &facts, private, name).await
}
