//! What was sent to other programs, the newest first: what happened, what became of it, what was answered.

use borsklokka_shared::ids::DeliveryId;
use borsklokka_shared::programs::{Delivery, DeliveryState, Programs};
use leptos::prelude::*;
use serde_json::json;

use super::known::{Known, said_at};
use crate::components::Button;
use crate::organiser::office::Office;
use crate::texts::organiser::program_words;

/// The card.
#[component]
pub fn Deliveries() -> impl IntoView {
    let t = program_words();
    let programs = Known::of_page().programs();
    let ids = Memo::new(move |_| {
        programs.with(|programs| {
            let all = programs.iter().flat_map(|programs| &programs.deliveries);
            all.map(|one| one.id).collect::<Vec<_>>()
        })
    });
    view! {
        <section class="card" data-testid="deliveries">
            <h2 class="form-heading">{t.deliveries}</h2>
            <p class="office-note" hidden=move || !ids.with(Vec::is_empty)>
                {t.no_deliveries}
            </p>
            <ul class="mails deliveries">
                <For each=move || ids.get() key=|id| *id let(id)>
                    <Row id />
                </For>
            </ul>
        </section>
    }
}

/// One of them.
#[component]
fn Row(id: DeliveryId) -> impl IntoView {
    let t = program_words();
    let (known, office) = (Known::of_page(), Office::of_page());
    let cut_off = office.desk.is_cut_off();
    let programs = known.programs();
    let one = Memo::new(move |_| {
        let find = |programs: &Programs| programs.deliveries.iter().find(|one| one.id == id).cloned();
        programs.with(|programs| programs.as_ref().and_then(find))
    });
    let refused = RwSignal::new(None::<String>);
    let again = move || {
        let asked = ("POST", format!("deliveries/{id}"));
        known.ask(office, asked, json!({}), refused, |()| ());
    };
    let facts = move |one: &Delivery| {
        let next = one.next_try_at.filter(|_| one.tries > 0);
        [
            Some(said_at(office, one.tried_at.unwrap_or(one.made_at))),
            one.status.map(|status| t.status(status)),
            next.map(|next| t.next_try(said_at(office, next))),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
    };
    let head = move || {
        let delivery = one.get()?;
        let to = programs.with(|programs| {
            let all = programs.iter().flat_map(|programs| &programs.webhooks);
            let mut of_it = all.filter(|webhook| webhook.id == delivery.webhook);
            of_it.next().map(|webhook| webhook.url.clone())
        });
        let answer = delivery
            .answer
            .clone()
            .filter(|_| delivery.state != DeliveryState::Delivered);
        Some(view! {
            <div class="mail-head">
                <b dir="ltr">{delivery.what.clone()}</b>
                <span class="row-state">{t.state_name(delivery.state)}</span>
            </div>
            <p class="office-note" dir="ltr">{to}</p>
            <p class="office-note">{facts(&delivery)}</p>
            {answer.map(|answer| view! { <p class="office-note" lang="en" dir="auto">{answer}</p> })}
        })
    };
    let state = move || one.with(|one| one.as_ref().map(|one| one.state));
    let may_be_sent = move || state().is_some_and(DeliveryState::may_be_sent_again);
    view! {
        <li class="mail" data-testid="delivery" data-state=move || state().map(DeliveryState::as_str)>
            {head}
            <p class="form-acts" hidden=move || !may_be_sent()>
                <Button testid="delivery-again" disabled=cut_off press=again>
                    {t.send_again}
                </Button>
            </p>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {refused}
            </p>
        </li>
    }
}
