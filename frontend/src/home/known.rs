//! The desks that this browser has been: what the icon on its home screen leads back to, with a network or without.

use std::collections::BTreeSet;

use borsklokka_shared::role::Role;
use borsklokka_shared::screen::Screen;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::live::Live;
use crate::request::{self, Trouble};
use crate::texts::texts;
use crate::{browser, json};

/// Where they are kept.
const KEPT: &str = "desks";
/// How many are remembered.
const KEPT_MAX: usize = 6;
/// Whether the icon has led to a desk already, for as long as this window lives.
const LED: &str = "led_to_desk";

/// A desk of an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownDesk {
    slug: String,
    role: Role,
    name: String,
}

impl KnownDesk {
    fn address(&self) -> String {
        Screen::of_role(self.role).path(&self.slug)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.slug == other.slug && self.role == other.role
    }
}

/// The desks with this one first: it was used last.
fn with(mut desks: Vec<KnownDesk>, desk: KnownDesk) -> Vec<KnownDesk> {
    desks.retain(|other| !other.is_same(&desk));
    desks.insert(0, desk);
    desks.truncate(KEPT_MAX);
    desks
}

/// What is kept, but for what this version cannot read or lead to.
fn read(text: &str) -> Vec<KnownDesk> {
    let kept: Vec<Value> = json::read(text).unwrap_or_default();
    let is_word = |slug: &str| slug.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    kept.into_iter()
        .filter_map(|desk| KnownDesk::deserialize(desk).ok())
        .filter(|desk| is_word(&desk.slug) && !desk.slug.is_empty() && Role::OF_DEVICES.contains(&desk.role))
        .collect()
}

/// The desks that are known, the one that was used last first.
pub fn all() -> Vec<KnownDesk> {
    browser::kept(KEPT).map(|text| read(&text)).unwrap_or_default()
}

fn keep(desks: &[KnownDesk]) {
    let text = serde_json::to_string(desks).expect("a list of desks has string keys only");
    browser::keep(KEPT, &text);
}

/// Remembers this page's desk, which is a role's seat, as soon as somebody who sits there is let in, and the exchange has a name.
pub fn remember(live: Live, seat: Role) {
    let session = live.session();
    let name = live.board(|board| board.settings.as_ref().map(|settings| settings.name.clone()));
    Effect::new(move || {
        let role = session.with(|session| session.as_ref().map(|session| session.role));
        let Some((role, name)) = role.zip(name.get().flatten()) else {
            return;
        };
        // An organiser works at the moderator's desk too.
        if role == seat || role == Role::Organiser {
            let (slug, role) = (live.slug(), seat);
            keep(&with(all(), KnownDesk { slug, role, name }));
        }
    });
}

/// Goes on to the one desk that is known; once, so that whoever comes back finds the list and the way out.
pub fn lead(desks: &[KnownDesk]) {
    if let ([only], None) = (desks, browser::session_item(LED)) {
        browser::keep_for_session(LED, "1");
        browser::go(&only.address());
    }
}

/// Whether the server says that there is no such exchange. What it is asked has nothing to do with who asks.
async fn is_gone(slug: &str) -> bool {
    let asked = request::read::<Value>(&format!("/api/v1/exchanges/{slug}/follow-up")).await;
    matches!(asked, Err(Trouble::Refused { code, .. }) if code == "unknown_exchange")
}

/// A role stands first here, and in the middle of a line elsewhere.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The desks, each with the way there.
#[component]
pub fn KnownDesks(
    /// The desks.
    desks: RwSignal<Vec<KnownDesk>>,
) -> impl IntoView {
    let t = texts();
    // Of exchanges that are deleted: what waits there to be sent can still be saved.
    let gone = RwSignal::new(BTreeSet::<String>::new());
    Effect::new(move || {
        let slugs: BTreeSet<String> =
            desks.with(|desks| desks.iter().map(|desk| desk.slug.clone()).collect());
        for slug in slugs {
            spawn_local(async move {
                if is_gone(&slug).await {
                    let _left = gone.try_update(|gone| gone.insert(slug));
                }
            });
        }
    });
    let forget = move |desk: &KnownDesk| {
        desks.update(|desks| desks.retain(|other| !other.is_same(desk)));
        desks.with_untracked(|desks| keep(desks));
    };
    let row = move |desk: KnownDesk| {
        let words = capitalised(&format!("{} · {}", t.pair().role(desk.role), desk.name));
        let label = format!("{}: {words}", t.front().forget);
        let address = desk.address();
        let (slug, told) = (desk.slug.clone(), format!("/{}", desk.slug));
        let is_gone = Memo::new(move |_| gone.with(|gone| gone.contains(&slug)));
        view! {
            <li>
                <a class="exchange-name" dir="auto" data-testid="known-desk" href=address>
                    {words}
                </a>
                <span class="office-note" hidden=move || !is_gone.get()>
                    {t.front().deleted}
                </span>
                <button
                    type="button"
                    class="button"
                    data-testid="forget-desk"
                    aria-label=label
                    on:click=move |_| forget(&desk)
                >
                    {t.front().forget}
                </button>
                // Another exchange may have the same name.
                <span class="account-stands office-note">{told}</span>
            </li>
        }
    };
    move || {
        let known = desks.get();
        (!known.is_empty()).then(|| {
            view! {
                <section class="card">
                    <h2 class="form-heading">{t.front().known}</h2>
                    <ul class="exchange-list">{known.into_iter().map(row).collect_view()}</ul>
                </section>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(slug: &str, role: Role) -> KnownDesk {
        KnownDesk {
            slug: slug.to_owned(),
            role,
            name: "Frivilligbørs".to_owned(),
        }
    }

    #[test]
    fn the_last_one_comes_first_and_none_comes_twice() {
        let mut desks = Vec::new();
        for (slug, role) in [
            ("drammen", Role::Broker),
            ("drammen", Role::Notary),
            ("svelvik", Role::Broker),
            ("drammen", Role::Broker),
        ] {
            desks = with(desks, desk(slug, role));
        }
        let addresses: Vec<_> = desks.iter().map(KnownDesk::address).collect();
        assert_eq!(
            addresses,
            ["/drammen/broker", "/svelvik/broker", "/drammen/notary"]
        );
        for year in 0..20 {
            desks = with(desks, desk(&format!("by-{year}"), Role::Broker));
        }
        assert_eq!(desks.len(), KEPT_MAX);
    }

    #[test]
    fn what_is_kept_leads_to_desks_alone() {
        let kept = serde_json::to_string(&[
            desk("drammen", Role::Broker),
            desk("//evil.example", Role::Broker),
            desk("", Role::Broker),
            desk("drammen", Role::Viewer),
        ])
        .unwrap();
        assert_eq!(read(&kept), [desk("drammen", Role::Broker)]);
        // A newer version knew a role that this one does not.
        let newer = kept.replace("viewer", "treasurer");
        assert_eq!(read(&newer), [desk("drammen", Role::Broker)]);
        for text in ["", "nonsense", r#"[{"slug":"drammen"}]"#] {
            assert_eq!(read(text), [], "{text}");
        }
    }
}
