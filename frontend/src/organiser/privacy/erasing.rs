//! Erasing somebody: what goes, what stays, what others wrote, and the name typed.

use std::collections::BTreeSet;

use borsklokka_shared::participant::Sector;
use borsklokka_shared::privacy::{Extent, Mention, Person, Preview};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;

use super::super::office::Office;
use crate::components::{Button, TextField, Weight};
use crate::request;
use crate::texts::organiser::privacy_words;

/// How much of somebody goes if nothing is chosen.
fn usual(sector: Sector) -> Extent {
    match sector {
        Sector::Individual => Extent::Whole,
        Sector::Business | Sector::Public | Sector::Voluntary => Extent::Person,
    }
}

/// What erasing somebody would do, and doing it.
#[component]
pub fn Erasing(person: Person, gone: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let t = privacy_words();
    let office = Office::of_page();
    let Person {
        id,
        name,
        sector,
        person: speaker,
    } = person;
    let extent = RwSignal::new(usual(sector));
    let preview = RwSignal::new(None::<Preview>);
    let chosen = RwSignal::new(BTreeSet::<String>::new());
    let said = RwSignal::new(None::<String>);
    let typed = RwSignal::new(String::new());
    let look = move |of: Extent| {
        let url = office.url(&format!("privacy/{id}?extent={}", of.as_str()));
        spawn_local(async move {
            match request::read::<Preview>(&url).await {
                // She may have chosen otherwise meanwhile.
                Ok(told) if extent.try_get_untracked() == Some(told.extent) => {
                    let sure = told.mentions.iter().filter(|mention| mention.is_sure);
                    let _gone = chosen.try_set(sure.map(|mention| mention.id.clone()).collect());
                    let _gone = preview.try_set(Some(told));
                }
                Ok(_) => {}
                Err(trouble) => {
                    let _gone = said.try_set(Some(office.desk.words_of(trouble)));
                }
            }
        });
    };
    Effect::new(move || look(extent.get()));
    // What she looks at, once it is of what she has chosen.
    let seen = Memo::new(move |_| {
        let told = preview.read();
        let told = told.as_ref().filter(|told| told.extent == extent.get())?;
        Some(told.seen.clone())
    });
    let press = move || {
        let Some(seen) = seen.get_untracked() else { return };
        let body = json!({
            "extent": extent.get_untracked(),
            "name": typed.get_untracked(),
            "mentions": chosen.get_untracked(),
            "seen": seen,
        });
        let url = office.url(&format!("privacy/{id}/erase"));
        spawn_local(async move {
            match request::ask::<()>("POST", &url, &body).await {
                Ok(()) => gone(),
                Err(trouble) => {
                    let _gone = said.try_set(Some(office.desk.words_of(trouble)));
                    // There may be more to see by now.
                    look(extent.get_untracked());
                }
            }
        });
    };
    let extents = (sector != Sector::Individual).then(|| extents(extent));
    let to_type = move || match extent.get() {
        Extent::Person => speaker.clone().unwrap_or_else(|| name.clone()),
        Extent::Whole => name.clone(),
    };
    let cut_off = office.desk.is_cut_off();
    let cannot = move || cut_off.get() || seen.with(Option::is_none);
    view! {
        <div class="erasing unprinted" data-testid="privacy-erasing">
            {extents}
            {move || preview.with(|told| told.as_ref().map(|told| shown(told, chosen)))}
            <p class="field-error" role="alert" hidden=move || said.with(Option::is_none)>
                {said}
            </p>
            {move || {
                view! {
                    <TextField
                        id="privacy-name"
                        testid="privacy-name"
                        label=t.type_name(to_type())
                        value=typed
                        write=move |text| typed.set(text)
                    />
                }
            }}
            <p class="form-acts">
                <Button weight=Weight::Danger testid="privacy-confirm" disabled=Signal::derive(cannot) press=press>
                    {t.confirm}
                </Button>
            </p>
        </div>
    }
}

/// How much of somebody goes, to be chosen.
fn extents(extent: RwSignal<Extent>) -> AnyView {
    let t = privacy_words();
    [(Extent::Person, t.person), (Extent::Whole, t.whole)]
        .map(|(one, words)| {
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name="privacy-extent"
                        data-testid=format!("privacy-{}", one.as_str())
                        prop:checked=move || extent.get() == one
                        on:change=move |_| extent.set(one)
                    />
                    {words}
                </label>
            }
        })
        .collect_view()
        .into_any()
}

fn shown(told: &Preview, chosen: RwSignal<BTreeSet<String>>) -> AnyView {
    let t = privacy_words();
    let goes = told.goes.iter().map(|count| {
        view! { <li>{t.holding_name(count.holding)} ": " <b>{count.entries}</b></li> }
    });
    let mentions = told
        .mentions
        .iter()
        .cloned()
        .map(|mention| of_others(mention, chosen));
    // Deals stay whole where only whoever speaks for their party goes.
    let says_no_deals = told.deals == 0 || told.extent == Extent::Person;
    view! {
        <h4 class="form-heading">{t.goes}</h4>
        <p class="office-note" hidden=!told.goes.is_empty()>
            {t.nothing_goes}
        </p>
        <ul data-testid="privacy-goes">{goes.collect_view()}</ul>
        <p class="office-note" data-testid="privacy-stays" hidden=says_no_deals>
            {t.stays(told.deals)}
        </p>
        <p class="office-note" hidden=says_no_deals>
            {t.agreements_too}
        </p>
        <p class="office-note" data-testid="privacy-elsewhere" hidden=told.elsewhere.is_empty()>
            {t.elsewhere(told.elsewhere.join(", "))}
        </p>
        <div hidden=told.mentions.is_empty()>
            <h4 class="form-heading">{t.mentions}</h4>
            <p class="office-note">{t.mentions_why}</p>
            <ul data-testid="privacy-mentions">{mentions.collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// A text of others, to be chosen.
fn of_others(mention: Mention, chosen: RwSignal<BTreeSet<String>>) -> AnyView {
    let t = privacy_words();
    let Mention {
        id, text, left, of, ..
    } = mention;
    let becomes = if !left.is_empty() {
        t.becomes(left)
    } else if of.is_empty() {
        t.goes_whole.to_owned()
    } else {
        t.contact_goes.to_owned()
    };
    let whose = (!of.is_empty()).then(|| format!("{}: ", of.join(", ")));
    let (of, on) = (id.clone(), id);
    let toggle = move |_| {
        chosen.update(|chosen| {
            if !chosen.remove(&on) {
                chosen.insert(on.clone());
            }
        });
    };
    view! {
        <li>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&of))
                    on:change=toggle
                />
                <span dir="auto">
                    {whose} {text} " " <small class="office-note">{becomes}</small>
                </span>
            </label>
        </li>
    }
    .into_any()
}
