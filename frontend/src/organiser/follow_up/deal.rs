//! One deal: what was agreed, how it stands, its parties, and what was noted of calls.

use borsklokka_shared::date::Date;
use borsklokka_shared::follow_up::{Call, FollowUpStand, FollowedDeal, OFFICE, Urgency};
use borsklokka_shared::ids::{DealId, ParticipantId};
use leptos::prelude::*;
use serde_json::json;

use super::desk::{Desk, day};
use super::party::{Buttons, PartyRow};
use crate::civil_time;
use crate::components::Button;
use crate::desk::TwicePressed;
use crate::organiser::unsaved::Unsaved;
use crate::texts::organiser::follow_up_words;

/// Its card.
#[component]
pub fn DealCard(desk: Desk, id: DealId) -> impl IntoView {
    let t = follow_up_words();
    let known = desk.known();
    let one = Memo::new(move |_| {
        known.with(|known| known.as_ref()?.deals.iter().find(|one| one.deal == id).cloned())
    });
    let Some(first) = one.get_untracked() else {
        return ().into_any();
    };
    let heading = format!("follow-up-{id}");
    let labelled_by = heading.clone();
    let stand = move || one.with(|one| one.as_ref().map(|one| one.stand));
    let urgency = move || one.with(|one| one.as_ref().map(|one| one.urgency));
    let parties = first.parties.iter().map(|party| {
        let of = party.participant;
        view! { <PartyRow desk deal=one of /> }
    });
    let parties = parties.collect_view();
    let decides = move || {
        one.with(|one| {
            one.as_ref()
                .is_some_and(|one| one.office.is_some() || one.stand == FollowUpStand::Differs)
        })
    };
    let office = Signal::derive(move || one.with(|one| one.as_ref()?.office.clone()));
    let has_links = move || {
        one.with(|one| {
            one.as_ref()
                .is_some_and(|one| one.parties.iter().any(|party| party.linked_at.is_some()))
        })
    };
    view! {
        <li
            class="card follow-up"
            aria-labelledby=labelled_by
            data-testid="follow-up"
            data-stand=move || stand().map(FollowUpStand::as_str)
        >
            <div class="card-head">
                <h2 class="form-heading" id=heading dir="auto">
                    {title(&first)}
                </h2>
                <b data-testid="follow-up-stand">{move || stand().map(|stand| t.stand_name(stand))}</b>
            </div>
            <p class="follow-up-why" class:lacks=move || urgency().is_some_and(Urgency::calls)>
                {move || urgency().map(|one| t.urgency_name(one))}
            </p>
            {facts(&first)}
            <ul class="follow-up-parties">{parties}</ul>
            <div class="follow-up-office" hidden=move || !decides()>
                <span>{t.office}</span>
                <Buttons desk deal=id teller=OFFICE.to_owned() who=t.office.to_owned() said=office />
            </div>
            <Calls desk id one />
            <p class="form-acts" hidden=move || !has_links()>
                <TwicePressed
                    testid="follow-up-revoke"
                    press=move || desk.ask("DELETE", &format!("{id}/links"), json!({}))
                >
                    {t.revoke}
                </TwicePressed>
            </p>
        </li>
    }
    .into_any()
}

fn title(one: &FollowedDeal) -> String {
    let number = one.number.map(|number| follow_up_words().number(number.0));
    match number {
        Some(number) => format!("{number} · {}", one.what),
        None => one.what.clone(),
    }
}

/// What was agreed beside the service.
fn facts(one: &FollowedDeal) -> impl IntoView + use<> {
    let t = follow_up_words();
    let name = |id: ParticipantId| {
        let party = one.parties.iter().find(|party| party.participant == id);
        party.map(|party| party.name.clone()).unwrap_or_default()
    };
    let mut facts = Vec::new();
    facts.extend(one.in_return.clone().map(|back| (t.in_return, back)));
    facts.extend(one.first_step.as_ref().map(|step| {
        let by = name(step.by);
        let said = match step.due {
            Some(due) => t.step_by(by, day(due), &step.what),
            None => t.step(by, &step.what),
        };
        (t.first_step, said)
    }));
    facts.extend(one.deadline.map(|deadline| (t.deadline, day(deadline))));
    let lines = facts.into_iter().map(|(name, said)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd dir="auto">{said}</dd>
            </div>
        }
    });
    view! { <dl class="follow-up-facts">{lines.collect_view()}</dl> }
}

/// What was noted of calls, and the field for another note.
#[component]
fn Calls(desk: Desk, id: DealId, one: Memo<Option<FollowedDeal>>) -> impl IntoView {
    let t = follow_up_words();
    let (note, again) = (
        Unsaved::field(format!("note-{id}")),
        Unsaved::field(format!("again-{id}")),
    );
    let save = move || {
        let again_on = again.with_untracked(|day| day.parse::<Date>().ok());
        let written = note.get_untracked();
        if written.trim().is_empty() && again_on.is_none() {
            return;
        }
        let body = json!({ "note": written, "again_on": again_on });
        desk.ask_then("POST", &format!("{id}/calls"), body, move || {
            // What was typed meanwhile is another note.
            if note.try_get_untracked().as_ref() == Some(&written) {
                note.set(String::new());
                again.set(String::new());
            }
        });
    };
    let zone = desk
        .office
        .desk
        .live
        .peek(|board| board.settings.as_ref().map(|settings| settings.time_zone.clone()));
    let zone = zone.flatten().unwrap_or_default();
    let line = move |call: Call| {
        let at = civil_time::day(call.at, &zone).map(day).unwrap_or_default();
        let when = match call.again_on {
            Some(again) => t.called_again(day(again), at),
            None => t.called(at),
        };
        view! {
            <li>
                <small>{when}</small>
                <span dir="auto">{call.note}</span>
            </li>
        }
    };
    let calls = move || one.with(|one| one.as_ref().map(|one| one.calls.clone()).unwrap_or_default());
    let (note_id, again_id) = (format!("note-{id}"), format!("again-{id}"));
    let (of_note, of_again) = (note_id.clone(), again_id.clone());
    view! {
        <details class="follow-up-written">
            <summary>{t.note}</summary>
            <div class="follow-up-note">
                <label class="field" for=of_note>
                    <span class="field-label">{t.note}</span>
                    <input
                        type="text"
                        class="field-input"
                        id=note_id
                        data-testid="follow-up-note"
                        prop:value=note
                        on:input=move |event| note.set(event_target_value(&event))
                    />
                </label>
                <label class="field" for=of_again>
                    <span class="field-label">{t.again_on}</span>
                    <input
                        type="date"
                        class="field-input"
                        id=again_id
                        data-testid="follow-up-again"
                        prop:value=again
                        on:input=move |event| again.set(event_target_value(&event))
                    />
                </label>
                <Button testid="follow-up-save-note" press=save>
                    {t.save_note}
                </Button>
            </div>
        </details>
        <ul class="follow-up-calls">{move || calls().into_iter().map(&line).collect_view()}</ul>
    }
}
