//! What the organiser has of it: everything that was sent, with who it may be, what the form says, and her yes or no.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use borsklokka_shared::limits::FORM_TEXT_CHARS_MAX;
use borsklokka_shared::registration::{
    DaysFault, FormSettings, Judgement, Registration, RegistrationState, Registrations, Verdict,
};
use borsklokka_shared::text::readable_lines;

use super::place::{Place, url};
use super::{approval, mails, store};
use crate::api::{AskedWhole, Denied};
use crate::entered::Entered;
use crate::hub::Hub;
use crate::roster::Names;
use crate::together::{self, Planned};

/// `GET /api/v1/exchanges/{slug}/registrations`: everything that was sent, with who it may be.
pub(crate) async fn list(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
) -> Result<Json<Registrations>, Denied> {
    let place = Place::of(&hub, exchange).await?;
    let kept = store::all(&hub.access, exchange).await?;
    let participants = place.floor.view.with_staff_board(|board| {
        let told = board.participants.values();
        Names::of(told.map(|one| (one.id, one.name.as_str())))
    });
    let stand = kept
        .iter()
        .filter(|one| one.state != RegistrationState::Withdrawn);
    let others = Names::of(stand.map(|one| (one.id, one.entry.name.as_str())));
    let registrations = kept.into_iter().map(|one| {
        let mut alike = participants.alike(&one.entry.name);
        alike.retain(|id| Some(*id) != one.participant);
        let mut alike_registrations = others.alike(&one.entry.name);
        alike_registrations.retain(|id| *id != one.id);
        Registration {
            alike,
            alike_registrations,
            id: one.id,
            state: one.state,
            language: one.language,
            made_at: one.made_at,
            changed_at: one.changed_at,
            participant: one.participant,
            entry: one.entry,
        }
    });
    Ok(Json(Registrations {
        registrations: registrations.collect(),
        form_state: place.state().await?,
        url: url(&hub, &place.floor.exchange.slug),
        lasts: hub.config.address_lasts(),
        form: place.form,
    }))
}

/// `PUT /api/v1/exchanges/{slug}/registrations/form`
pub(crate) async fn set_form(
    State(hub): State<Arc<Hub>>,
    Entered { exchange, .. }: Entered,
    AskedWhole(form): AskedWhole<FormSettings>,
) -> Result<Json<FormSettings>, Denied> {
    let floor = hub.floors.by_id(exchange).await?;
    let held_on = floor
        .view
        .with_staff_board(|board| board.settings.as_ref().map(|settings| settings.date));
    match form.days_fault(held_on) {
        Some(DaysFault::ClosesFirst) => return Err(Denied::FormDays),
        Some(DaysFault::ClosesLate) => return Err(Denied::FormClosesLate),
        None => {}
    }
    let text = |field, text: Option<String>| {
        let said = text.filter(|text| !text.trim().is_empty());
        said.map(|text| readable_lines(field, &text, FORM_TEXT_CHARS_MAX))
            .transpose()
    };
    let form = FormSettings {
        welcome: text("welcome", form.welcome)?,
        consent: text("consent", form.consent)?,
        ..form
    };
    store::set_form(&hub.access, exchange, &form).await?;
    Ok(Json(form))
}

/// `POST /api/v1/exchanges/{slug}/registrations/{id}`: the organiser's yes or no.
pub(crate) async fn judge(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, session }: Entered,
    AskedWhole(judgement): AskedWhole<Judgement>,
) -> Result<StatusCode, Denied> {
    let id = id.parse().map_err(|_| Denied::UnknownRegistration)?;
    let kept = store::one(&hub.access, exchange, id).await?;
    let kept = kept.ok_or(Denied::UnknownRegistration)?;
    let is_as_seen = judgement.state.is_none_or(|state| state == kept.state);
    if kept.changed_at != judgement.seen || !is_as_seen {
        return Err(Denied::RegistrationChanged);
    }
    if judgement.verdict == Verdict::Decline {
        let is_kept = store::judged(&hub.access, exchange, &kept, RegistrationState::Declined, None).await?;
        if !is_kept {
            return Err(Denied::RegistrationChanged);
        }
        mails::judged(&hub, exchange, &kept, RegistrationState::Declined).await;
        return Ok(StatusCode::NO_CONTENT);
    }
    let floor = hub.floors.by_id(exchange).await?;
    let contacts: HashMap<_, _> = hub.access.contacts(exchange).await?;
    let plan = || {
        ready(floor.view.with_staff_board_at(|board, at| {
            let plan = approval::of(board, &kept, judgement.same_as, &contacts);
            plan.map(|plan| Planned {
                commands: plan.commands,
                contacts: plan.contacts,
                at,
                then: plan.participant,
            })
        }))
    };
    let participant = together::write(&floor, &session.actor(), plan).await?;
    let state = match kept.state {
        RegistrationState::Withdrawn => RegistrationState::Withdrawn,
        _ => RegistrationState::Approved,
    };
    // Who changed it meanwhile waits again: what is on the board is what was seen.
    store::judged(&hub.access, exchange, &kept, state, participant).await?;
    mails::judged(&hub, exchange, &kept, state).await;
    Ok(StatusCode::NO_CONTENT)
}
