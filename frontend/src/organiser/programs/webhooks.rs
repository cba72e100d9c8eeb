//! The addresses that are told what happens.

use borsklokka_shared::ids::WebhookId;
use borsklokka_shared::limits::WEBHOOK_URL_CHARS_MAX;
use borsklokka_shared::programs::{Programs, Webhook, WebhookKind, WebhookMade, WebhookWanted};
use leptos::prelude::*;
use serde_json::json;

use super::known::{Known, said_at};
use super::once::Once;
use crate::components::Button;
use crate::desk::TwicePressed;
use crate::organiser::fields::Text;
use crate::organiser::office::Office;
use crate::organiser::unsaved::Unsaved;
use crate::texts::organiser::program_words;

/// How an address begins.
const HTTPS: &str = "https://";

/// The card.
#[component]
pub fn Webhooks() -> impl IntoView {
    let t = program_words();
    let (known, office) = (Known::of_page(), Office::of_page());
    let cut_off = office.desk.is_cut_off();
    let programs = known.programs();
    let ids = Memo::new(move |_| {
        programs.with(|programs| {
            let all = programs.iter().flat_map(|programs| &programs.webhooks);
            all.map(|webhook| webhook.id).collect::<Vec<_>>()
        })
    });
    let url = Unsaved::field("webhook-url");
    let kinds = Unsaved::kept("webhook-kinds", || vec![WebhookKind::Deals]);
    let (secret, refused) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let unknown_host = RwSignal::new(None::<String>);
    let add = move || {
        let wanted = WebhookWanted {
            url: url.get_untracked(),
            kinds: kinds.get_untracked(),
        };
        let asked = ("POST", "webhooks".to_owned());
        known.ask(office, asked, json!(wanted), refused, move |made: WebhookMade| {
            let _gone = url.try_set(String::new());
            let _gone = secret.try_set(Some(made.secret));
            let _gone = unknown_host.try_set(made.unknown_host);
        });
    };
    let choices = WebhookKind::ALL.map(|kind| {
        let choose = move |chosen: bool| {
            kinds.update(|kinds| {
                kinds.retain(|other| *other != kind);
                if chosen {
                    kinds.push(kind);
                }
            });
        };
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    data-testid="webhook-kind"
                    data-kind=kind.as_str()
                    prop:checked=move || kinds.with(|kinds| kinds.contains(&kind))
                    on:change=move |event| choose(event_target_checked(&event))
                />
                {t.kind_name(kind)}
            </label>
        }
    });
    view! {
        <section class="card" data-testid="webhooks">
            <h2 class="form-heading">{t.webhooks}</h2>
            <p class="office-note">{t.webhooks_why}</p>
            <p class="office-note" hidden=move || !ids.with(Vec::is_empty)>
                {t.no_webhooks}
            </p>
            <ul class="mails">
                <For each=move || ids.get() key=|id| *id let(id)>
                    <Row id />
                </For>
            </ul>
            <form
                class="form page-narrow"
                data-testid="webhook-form"
                on:submit=move |event| {
                    event.prevent_default();
                    add();
                }
            >
                <Text
                    id="webhook-url"
                    label=t.url
                    kind="url"
                    keyboard="url"
                    hint=HTTPS
                    chars_max=WEBHOOK_URL_CHARS_MAX
                    value=url
                    error=refused
                />
                <fieldset class="choices">
                    <legend class="field-label">{t.kinds_asked}</legend>
                    {choices.into_iter().collect_view()}
                </fieldset>
                <div class="form-acts">
                    <button
                        type="submit"
                        class="button button-primary"
                        data-testid="webhook-add"
                        disabled=move || cut_off.get() || url.with(|url| url.trim().is_empty())
                    >
                        {t.add}
                    </button>
                </div>
            </form>
            <p class="lacks" role="alert" data-testid="webhook-unknown-host" hidden=move || unknown_host.with(Option::is_none)>
                {move || unknown_host.get().map(|host| t.unknown_host(host))}
            </p>
            <Once testid="webhook-secret" says=t.secret_once shown=secret />
        </section>
    }
}

/// One of them.
#[component]
fn Row(id: WebhookId) -> impl IntoView {
    let t = program_words();
    let (known, office) = (Known::of_page(), Office::of_page());
    let cut_off = office.desk.is_cut_off();
    let programs = known.programs();
    let one = Memo::new(move |_| {
        let find = |programs: &Programs| programs.webhooks.iter().find(|one| one.id == id).cloned();
        programs.with(|programs| programs.as_ref().and_then(find))
    });
    let (said, refused) = (RwSignal::new(None::<&'static str>), RwSignal::new(None::<String>));
    let path = format!("webhooks/{id}");
    let set_enabled = {
        let path = path.clone();
        move |enabled: bool| {
            let body = json!({ "enabled": enabled });
            known.ask(office, ("PATCH", path.clone()), body, refused, |()| ());
        }
    };
    let test = {
        let path = format!("{path}/test");
        move || {
            said.set(None);
            known.ask(office, ("POST", path.clone()), json!({}), refused, move |()| {
                let _gone = said.try_set(Some(t.test_done));
            });
        }
    };
    let remove = move || known.ask(office, ("DELETE", path.clone()), json!({}), refused, |()| ());
    let trouble = move |webhook: &Webhook| match (webhook.disabled_why, webhook.failing_since) {
        (Some(why), _) => Some(t.disabled_name(why).to_owned()),
        (None, Some(since)) => Some(t.failing(said_at(office, since))),
        (None, None) => None,
    };
    let head = move || {
        let webhook = one.get()?;
        let kinds: Vec<_> = webhook.kinds.iter().map(|kind| t.kind_name(*kind)).collect();
        let waiting = (webhook.waiting > 0).then(|| t.waiting(webhook.waiting as usize));
        let facts: Vec<String> = std::iter::once(kinds.join(", ")).chain(waiting).collect();
        Some(view! {
            <p dir="ltr">
                <b>{webhook.url.clone()}</b>
            </p>
            <p class="office-note">{facts.join(" · ")}</p>
            {trouble(&webhook).map(|words| view! { <p class="lacks" data-testid="webhook-trouble">{words}</p> })}
        })
    };
    let is_stopped =
        Memo::new(move |_| one.with(|one| one.as_ref().is_some_and(|one| one.disabled_at.is_some())));
    view! {
        <li class="mail" data-testid="webhook" data-stopped=move || is_stopped.get().to_string()>
            {head}
            <p class="form-acts">
                <Button testid="webhook-test" disabled=cut_off press=test>
                    {t.test}
                </Button>
                <Button
                    testid="webhook-stop"
                    disabled=cut_off
                    press=move || set_enabled(is_stopped.get_untracked())
                >
                    {move || if is_stopped.get() { t.go_on } else { t.stop }}
                </Button>
                <TwicePressed testid="webhook-remove" disabled=cut_off press=remove>
                    {t.remove}
                </TwicePressed>
            </p>
            <p role="status">{said}</p>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {refused}
            </p>
        </li>
    }
}
