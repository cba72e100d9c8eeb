//! The mails, the newest first: to whom, and what became of each.

use borsklokka_shared::ids::MailId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::limits::{MAILS_LISTED, MAILS_LISTED_MAX};
use borsklokka_shared::mail::{Mail, MailDeed, MailState, Mails};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::post::{Over, Post};
use crate::civil_time::{day, of_hall, time_of_day};
use crate::components::Button;
use crate::desk::TwicePressed;
use crate::organiser::office::Office;
use crate::request;
use crate::texts::organiser::mail_words;
use crate::texts::texts;

/// How many there are of those that are listed.
fn count(mails: &Mails, state: Option<MailState>) -> usize {
    let counts = mails.counts.iter();
    let of_it = counts.filter(|one| state.is_none_or(|state| one.state == state));
    of_it.map(|one| one.count as usize).sum()
}

/// The card.
#[component]
pub fn List() -> impl IntoView {
    let t = mail_words();
    let post = Post::of_page();
    let (mails, state) = (post.mails(), post.state);
    let ids = Memo::new(move |_| {
        mails.with(|mails| {
            let mails = mails.iter().flat_map(|mails| &mails.mails);
            mails.map(|mail| mail.id).collect::<Vec<_>>()
        })
    });
    let counted = move |state| mails.with(|mails| mails.as_ref().map_or(0, |mails| count(mails, state)));
    let choices = std::iter::once(None)
        .chain(MailState::ALL.map(Some))
        .map(|choice| {
            let key = choice.map_or("all", MailState::as_str);
            let words = choice.map_or(t.all, |state| t.state_name(state));
            view! {
                <button
                    type="button"
                    class="button"
                    data-testid="mail-filter"
                    data-state=key
                    aria-pressed=move || (state.get() == choice).to_string()
                    hidden=move || counted(choice) == 0 && choice.is_some() && state.get() != choice
                    on:click=move |_| {
                        post.limit.set(MAILS_LISTED);
                        state.set(choice);
                    }
                >
                    {words}
                    " "
                    <b>{move || counted(choice)}</b>
                </button>
            }
        });
    let is_cut = move || ids.with(Vec::len) < counted(state.get());
    view! {
        <section class="card" data-testid="mails">
            <h2 class="form-heading">{t.mails}</h2>
            <p class="form-acts mail-filters" role="group" aria-label=t.filter>
                {choices.collect_view()}
            </p>
            <p class="office-note" hidden=move || !ids.with(Vec::is_empty)>
                {t.none}
            </p>
            <ul class="mails">
                <For each=move || ids.get() key=|id| *id let(id)>
                    <Row id />
                </For>
            </ul>
            <p class="office-note" hidden=move || !is_cut()>
                {move || t.newest(ids.with(Vec::len))}
            </p>
            <p class="form-acts" hidden=move || !is_cut() || post.limit.get() == MAILS_LISTED_MAX>
                <Button
                    testid="mails-more"
                    press=move || post.limit.update(|limit| *limit = (*limit + MAILS_LISTED).min(MAILS_LISTED_MAX))
                >
                    {t.more}
                </Button>
            </p>
        </section>
    }
}

/// One of them.
#[component]
fn Row(id: MailId) -> impl IntoView {
    let t = mail_words();
    let (post, office) = (Post::of_page(), Office::of_page());
    let cut_off = office.desk.is_cut_off();
    let mails = post.mails();
    let one = Memo::new(move |_| {
        let find = |mails: &Mails| mails.mails.iter().find(|mail| mail.id == id).cloned();
        mails.with(|mails| mails.as_ref().and_then(find))
    });
    let refused = RwSignal::new(None::<String>);
    let handle = move |deed: MailDeed| {
        refused.set(None);
        let url = office.url(&format!("mails/{id}"));
        spawn_local(async move {
            if let Err(trouble) = request::ask::<()>("POST", &url, &json!({ "deed": deed })).await {
                let _gone = refused.try_set(Some(office.desk.words_of(trouble)));
            }
            post.read(office);
        });
    };
    let zone = office
        .desk
        .live
        .board(|board| board.settings.as_ref().map(|settings| settings.time_zone.clone()));
    let at = move |instant: Instant| {
        let zone = zone.get_untracked().flatten().unwrap_or_default();
        let at = of_hall(instant);
        let time = time_of_day(at, &zone);
        match day(at, &zone) {
            Some(day) => t.at(texts().common().day(day.day(), day.month()), time),
            None => time,
        }
    };
    let facts = move |mail: &Mail| {
        let when = mail.sent_at.unwrap_or(mail.made_at);
        let next = mail
            .next_try_at
            .filter(|next| mail.tries > 0 || *next > office.desk.live.now());
        [
            Some(at(when)),
            Some(mail.language.own_name().to_owned()),
            next.map(|next| t.next_try(at(next))),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
    };
    let acts = move || {
        let state = one.with(|one| one.as_ref().filter(|one| !one.is_emptied).map(|one| one.state))?;
        let send = state.may_be_sent().then(|| {
            let never_went = matches!(state, MailState::Held | MailState::Cancelled);
            let words = if never_went { t.send } else { t.send_again };
            view! {
                <TwicePressed testid="mail-send" disabled=cut_off press=move || handle(MailDeed::Send)>
                    {words}
                </TwicePressed>
            }
        });
        let cancel = state.may_be_cancelled().then(|| {
            view! {
                <Button testid="mail-cancel" disabled=cut_off press=move || handle(MailDeed::Cancel)>
                    {t.cancel}
                </Button>
            }
        });
        Some(view! {
            {send}
            {cancel}
        })
    };
    let about = move |mail: &Mail| match mail.deal {
        Some(number) => format!("{} · {}", t.kind_name(mail.kind), t.of_deal(number.0)),
        None => t.kind_name(mail.kind).to_owned(),
    };
    let head = move || {
        let mail = one.get()?;
        let answer = mail.answer.clone().filter(|_| mail.state != MailState::Sent);
        let why = mail.why.clone();
        let doubt = (mail.state == MailState::Unknown).then_some(t.unknown_why);
        Some(view! {
            <div class="mail-head">
                <b dir="auto">{if mail.is_emptied { t.emptied.to_owned() } else { mail.name.clone() }}</b>
                <span class="row-state">{t.state_name(mail.state)}</span>
            </div>
            <p dir="auto">{about(&mail)} " · " <bdi>{mail.to.clone()}</bdi></p>
            <p class="office-note">{facts(&mail)}</p>
            {doubt.map(|words| view! { <p class="lacks">{words}</p> })}
            {why.map(|why| view! { <p class="lacks" data-testid="mail-why">{why}</p> })}
            {answer.map(|answer| view! { <p class="office-note" lang="en">{answer}</p> })}
        })
    };
    let state = move || one.with(|one| one.as_ref().map(|one| one.state.as_str()));
    let show = move || {
        let has_text = one.with(|one| one.as_ref().is_some_and(|one| !one.is_emptied));
        has_text.then(|| {
            view! {
                <Button testid="mail-show" press=move || post.over.set(Some(Over::Mail(id)))>
                    {t.show}
                </Button>
            }
        })
    };
    view! {
        <li class="mail" data-testid="mail" data-state=state>
            {head}
            <p class="form-acts">
                {show}
                {acts}
            </p>
            <p class="field-error" role="alert" hidden=move || refused.with(Option::is_none)>
                {refused}
            </p>
        </li>
    }
}
