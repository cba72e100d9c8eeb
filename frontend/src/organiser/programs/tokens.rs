//! The tokens by which other programs read.

use borsklokka_shared::ids::ProgramTokenId;
use borsklokka_shared::limits::DEVICE_NAME_CHARS_MAX;
use borsklokka_shared::programs::{ProgramToken, ProgramTokenMade, ProgramTokenWanted, Programs};
use leptos::prelude::*;
use serde_json::json;

use super::known::{Known, said_at, said_on};
use super::once::Once;
use crate::desk::TwicePressed;
use crate::organiser::fields::{Choice, Text};
use crate::organiser::office::Office;
use crate::organiser::unsaved::Unsaved;
use crate::texts::organiser::{Lasts, program_words};

/// For how many days a token holds.
const fn days(lasts: Lasts) -> Option<u32> {
    match lasts {
        Lasts::Month => Some(30),
        Lasts::Quarter => Some(90),
        Lasts::Year => Some(365),
        Lasts::Always => None,
    }
}

/// The card.
#[component]
pub fn Tokens() -> impl IntoView {
    let t = program_words();
    let (known, office) = (Known::of_page(), Office::of_page());
    let cut_off = office.desk.is_cut_off();
    let programs = known.programs();
    let ids = Memo::new(move |_| {
        programs.with(|programs| {
            let all = programs.iter().flat_map(|programs| &programs.tokens);
            all.map(|token| token.id).collect::<Vec<_>>()
        })
    });
    let name = Unsaved::field("token-name");
    let lasts = Unsaved::kept("token-lasts", || Lasts::Quarter);
    let with_report = Unsaved::kept("token-report", || false);
    let (made, refused) = (RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let make = move || {
        let wanted = ProgramTokenWanted {
            name: name.get_untracked(),
            with_report: with_report.get_untracked(),
            days: days(lasts.get_untracked()),
        };
        let asked = ("POST", "tokens".to_owned());
        known.ask(
            office,
            asked,
            json!(wanted),
            refused,
            move |token: ProgramTokenMade| {
                let _gone = name.try_set(String::new());
                let _gone = made.try_set(Some(token.token));
            },
        );
    };
    view! {
        <section class="card" data-testid="program-tokens">
            <h2 class="form-heading">{t.tokens}</h2>
            <p class="office-note">{t.tokens_why}</p>
            <p class="office-note" hidden=move || !ids.with(Vec::is_empty)>
                {t.no_tokens}
            </p>
            <ul class="mails">
                <For each=move || ids.get() key=|id| *id let(id)>
                    <Row id />
                </For>
            </ul>
            <form
                class="form page-narrow"
                data-testid="token-form"
                on:submit=move |event| {
                    event.prevent_default();
                    make();
                }
            >
                <Text
                    id="token-name"
                    label=t.token_name
                    chars_max=DEVICE_NAME_CHARS_MAX
                    value=name
                    error=refused
                />
                <Choice
                    legend=t.lasts_asked
                    name="token-lasts"
                    options=&Lasts::ALL
                    key=Lasts::as_str
                    words=|lasts| program_words().lasts_name(lasts)
                    value=lasts
                />
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="token-report"
                        prop:checked=with_report
                        on:change=move |event| with_report.set(event_target_checked(&event))
                    />
                    {t.with_report}
                </label>
                <div class="form-acts">
                    <button
                        type="submit"
                        class="button button-primary"
                        data-testid="token-make"
                        disabled=move || cut_off.get() || name.with(|name| name.trim().is_empty())
                    >
                        {t.make_token}
                    </button>
                </div>
            </form>
            <Once testid="token-made" says=t.token_once shown=made />
        </section>
    }
}

/// One of them.
#[component]
fn Row(id: ProgramTokenId) -> impl IntoView {
    let t = program_words();
    let (known, office) = (Known::of_page(), Office::of_page());
    let programs = known.programs();
    let one = Memo::new(move |_| {
        let find = |programs: &Programs| programs.tokens.iter().find(|one| one.id == id).cloned();
        programs.with(|programs| programs.as_ref().and_then(find))
    });
    let refused = RwSignal::new(None::<String>);
    let revoke = move || {
        let asked = ("DELETE", format!("tokens/{id}"));
        known.ask(office, asked, json!({}), refused, |()| ());
    };
    let facts = move |token: &ProgramToken| {
        let holds = token.expires_at.map(|until| t.until(said_on(office, until)));
        let used = token.last_used.map(|used| t.last_used(said_at(office, used)));
        [
            token.with_report.then(|| t.has_report.to_owned()),
            Some(holds.unwrap_or_else(|| t.lasting.to_owned())),
            Some(used.unwrap_or_else(|| t.never_used.to_owned())),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
    };
    let head = move || {
        let token = one.get()?;
        Some(view! {
            <p>
                <b dir="auto">{token.name.clone()}</b>
            </p>
            <p class="office-note">{facts(&token)}</p>
        })
    };
    view! {
        <li class="mail" data-testid="program-token">
            {head}
            <p class="form-acts">
                <TwicePressed testid="token-revoke" disabled=office.desk.is_cut_off() press=revoke>
                    {t.revoke}
                </TwicePressed>
            </p>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {refused}
            </p>
        </li>
    }
}
