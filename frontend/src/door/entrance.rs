//! What the parts of the door's screen share: who is here, what is typed, and what is done about it.

use std::collections::BTreeSet;
use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Participant;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;

use super::presence::{Meant, Presence, meant, settled};
use crate::json;
use crate::line::parties;
use crate::live::connection::LinkState;
use crate::live::{Live, Outbox};
use crate::newcomer::{Newcomer, Written};
use crate::typed::lasting;
use crate::{browser, http};

/// How often the server is asked who has come, in milliseconds: another door notes it too.
const ASK_EVERY_MS: u64 = 10_000;

/// What was done last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// Somebody has come.
    Came(ParticipantId),
    /// That was taken back.
    Went(ParticipantId),
    /// Somebody had come before.
    WasHere(ParticipantId),
    /// Several fit what was typed.
    Several,
}

/// What is typed on the screen, and what was done last: it outlives the words, and is kept nowhere but here. Copied freely.
#[derive(Clone, Copy)]
struct Typed {
    query: RwSignal<String>,
    did: RwSignal<Option<Did>>,
    walk_in: RwSignal<Option<ParticipantId>>,
    new: Newcomer,
}

impl Typed {
    /// Nothing yet.
    fn start(live: Live) -> Self {
        Self {
            query: RwSignal::new(String::new()),
            did: RwSignal::new(None),
            walk_in: RwSignal::new(None),
            new: Newcomer::of(Written::default(), live.language()),
        }
    }
}

/// What the parts of the screen share. Copied freely.
#[derive(Clone, Copy)]
pub struct Entrance {
    /// The exchange.
    pub live: Live,
    /// What is noted goes by it.
    pub outbox: Outbox,
    /// Who has come, as the server told, and as was noted here since.
    told: RwSignal<BTreeSet<ParticipantId>>,
    /// Counts what was noted here, and what the server answered to it: what it told before is old then.
    turns: StoredValue<u32>,
    /// Everyone who is registered, here or on the server.
    pub parties: Memo<Vec<Participant>>,
    /// Who is here.
    pub presence: Memo<Presence>,
    /// What is typed.
    pub query: RwSignal<String>,
    /// What was done last.
    pub did: RwSignal<Option<Did>>,
    /// The id under which somebody is being registered.
    pub walk_in: RwSignal<Option<ParticipantId>>,
    /// What is written of them.
    pub new: Newcomer,
}

impl Entrance {
    /// Makes it, and lets the components below find it.
    pub fn start(live: Live, outbox: Outbox) -> Self {
        let told = RwSignal::new(kept(&live.slug()));
        let items = outbox.items(<[_]>::to_vec);
        let typed = lasting(|| Typed::start(live));
        let entrance = Self {
            live,
            outbox,
            told,
            turns: StoredValue::new(0),
            parties: Memo::new(move |_| {
                let mut known = items.with(|items| {
                    live.read(|board| parties(Some(board), items))
                        .unwrap_or_else(|| parties(None, items))
                });
                known.retain(|one| !one.is_erased);
                known
            }),
            presence: Memo::new(move |_| {
                items.with(|items| {
                    told.with(|told| {
                        live.read(|board| Presence::of(Some(board), told, items))
                            .unwrap_or_else(|| Presence::of(None, told, items))
                    })
                })
            }),
            query: typed.query,
            did: typed.did,
            walk_in: typed.walk_in,
            new: typed.new,
        };
        provide_context(entrance);
        entrance.follow();
        entrance
    }

    /// The page's.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Asks who has come: on each connection, when the server has answered to what was noted here, and now and then.
    fn follow(self) {
        let (link, presence) = (self.live.link(), self.presence);
        // While something waits here the server does not know it yet, and what it told would be old.
        let waiting = Memo::new(move |_| presence.with(|presence| presence.waits.len()));
        Effect::new(move || {
            self.turns.update_value(|turns| *turns += 1);
            if link.get() == LinkState::Connected && waiting.get() == 0 {
                self.ask();
            }
        });
        let asking = set_interval_with_handle(
            move || {
                let is_settled = waiting.try_get_untracked() == Some(0);
                if link.get_untracked() == LinkState::Connected && is_settled && !browser::is_hidden() {
                    self.ask();
                }
            },
            Duration::from_millis(ASK_EVERY_MS),
        );
        on_cleanup(move || {
            if let Ok(asking) = asking {
                asking.clear();
            }
        });
        // What is so already asks for nobody.
        let settled = self.outbox.items(settled);
        Effect::new(move || {
            for id in settled.get() {
                self.outbox.delete(id);
            }
        });
        Effect::new(move || self.told.with(|told| keep(&self.live.slug(), told)));
    }

    fn ask(self) {
        let (url, turn) = (
            format!("/api/v1/exchanges/{}/arrivals", self.live.slug()),
            self.turns.get_value(),
        );
        spawn_local(async move {
            let Ok(reply) = http::get(&url).await else { return };
            let told = reply
                .content()
                .and_then(|content| json::read::<Arrivals>(&content).ok());
            if let Some(told) = told
                && self.turns.try_get_value() == Some(turn)
                && self.told.try_with_untracked(|before| *before != told.arrived) == Some(true)
            {
                self.told.set(told.arrived);
            }
        });
    }

    /// Notes that somebody has come, or has not.
    pub fn note(self, participant: ParticipantId, is_here: bool) {
        self.turns.update_value(|turns| *turns += 1);
        if is_here {
            self.outbox.post(&Command::MarkArrived { participant });
            self.told.update(|told| _ = told.insert(participant));
            self.did.set(Some(Did::Came(participant)));
        } else {
            self.outbox.post(&Command::TakeBackArrival { participant });
            self.told.update(|told| _ = told.remove(&participant));
            self.did.set(Some(Did::Went(participant)));
        }
    }

    /// Somebody stands here. Who had come before is not sent away.
    pub fn came(self, participant: ParticipantId) {
        self.query.set(String::new());
        let was_here = self
            .presence
            .with_untracked(|presence| presence.here.contains(&participant));
        if was_here {
            self.did.set(Some(Did::WasHere(participant)));
        } else {
            self.note(participant, true);
        }
    }

    /// A scanner read a code, or somebody typed and pressed Enter.
    pub fn read(self, typed: &str) {
        if typed.trim().is_empty() {
            return;
        }
        match self.parties.with_untracked(|parties| meant(parties, typed)) {
            Meant::One(party) => self.came(party),
            Meant::Several => {
                self.query.set(typed.trim().to_owned());
                self.did.set(Some(Did::Several));
            }
            Meant::Nobody => self.register(Written {
                name: typed.trim().to_owned(),
                ..Written::default()
            }),
        }
    }

    /// Begins to register somebody.
    pub fn register(self, written: Written) {
        self.did.set(None);
        self.query.set(String::new());
        self.write_of(ParticipantId(browser::fresh_uuid()), written);
    }

    /// Goes on with what was written of somebody, under their id.
    pub fn write_of(self, id: ParticipantId, written: Written) {
        self.new.begin(written);
        self.walk_in.set(Some(id));
    }

    /// Whoever was written of is registered, or is not to be: nothing of them stays.
    pub fn put_away(self) {
        self.walk_in.set(None);
        self.new.begin(Written::default());
    }

    /// What somebody is called; none if they were taken out.
    pub fn name(self, id: ParticipantId) -> Option<String> {
        let of_outbox = || {
            self.parties
                .with(|parties| parties.iter().find(|one| one.is(id)).map(|one| one.name.clone()))
        };
        let on_board = self
            .live
            .read(|board| board.participant(id).map(|one| one.name.clone()));
        on_board.flatten().or_else(of_outbox)
    }

    /// The way to a badge; none while the server does not know whose it is.
    pub fn badge(self, id: ParticipantId) -> Option<String> {
        let is_known = self.live.read(|board| board.participant(id).is_some());
        (is_known == Some(true)).then(|| {
            format!(
                "/api/v1/exchanges/{}/participants/{id}/badge.pdf",
                self.live.slug()
            )
        })
    }
}

#[derive(Deserialize)]
struct Arrivals {
    arrived: BTreeSet<ParticipantId>,
}

/// Where it is kept who has come, for a tablet that starts without a network.
fn kept_name(slug: &str) -> String {
    format!("borsklokka.arrived.{slug}")
}

fn kept(slug: &str) -> BTreeSet<ParticipantId> {
    let kept = browser::kept(&kept_name(slug));
    kept.and_then(|text| json::read(&text).ok()).unwrap_or_default()
}

fn keep(slug: &str, told: &BTreeSet<ParticipantId>) {
    let text = serde_json::to_string(told).expect("ids are strings");
    browser::keep(&kept_name(slug), &text);
}
