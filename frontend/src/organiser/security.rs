//! What concerns safety, the newest first: who came in, read contacts, printed, signed.

use std::time::Duration;

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::{DealId, DeviceId, ParticipantId};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::security::SecurityEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use uuid::Uuid;

use super::office::{Device, Office};
use super::reading::read_again;
use crate::civil_time::{day, of_hall, time_of_day};
use crate::components::Button;
use crate::evening::called;
use crate::request;
use crate::texts::organiser::{Security as Words, security_words};
use crate::texts::texts;

/// How often the newest are read again.
const READ_EVERY: Duration = Duration::from_secs(10);
/// How many entries are read at a time.
const ENTRIES: usize = 50;

/// An entry, as the server lists it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Entry {
    id: i64,
    at: Instant,
    event: String,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    name: Option<String>,
    about: Vec<Uuid>,
    #[serde(default)]
    from: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    entries: Vec<Entry>,
}

impl Entry {
    /// What was done, in words; as the wire names it, if this app is too old to know.
    fn what(&self, words: &Words) -> String {
        match SecurityEvent::named(&self.event) {
            Some(event) => words.event_name(event).to_owned(),
            None => self.event.clone(),
        }
    }

    /// What was done, and about what, by the names that are known.
    fn says(&self, board: &Board, devices: &[Device], words: &Words) -> String {
        let party = |id| board.participant(id).map(|party| party.name.clone());
        let deal = |id| {
            let deal = board.deals.get(&id)?;
            Some(match deal.number {
                Some(number) => words.deal(number.0),
                None => deal
                    .terms
                    .parties()
                    .filter_map(party)
                    .collect::<Vec<_>>()
                    .join(", "),
            })
        };
        let device = |id| {
            let found = devices.iter().find(|device| device.id == id)?;
            Some(found.name.clone())
        };
        let mut said = vec![self.what(words)];
        for id in &self.about {
            let named = party(ParticipantId(*id)).or_else(|| deal(DealId(*id)));
            said.extend(named.or_else(|| device(DeviceId(*id))));
        }
        said.join(" · ")
    }

    /// Who did it, and from where.
    fn who(&self, role_name: impl Fn(Role) -> String, words: &Words) -> String {
        let from = self.from.as_deref().unwrap_or(words.console);
        let role = self.role.map(role_name);
        let parts = [self.name.as_deref(), role.as_deref(), Some(from)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// Puts the newest above those that are known. If so many are new that those between are not known, all are read anew from there: false.
fn put_above(known: &mut Vec<Entry>, newest: Vec<Entry>) -> bool {
    let first = known.first().map_or(0, |entry| entry.id);
    let is_joined = newest.last().is_none_or(|oldest| oldest.id <= first);
    let mut all: Vec<Entry> = newest;
    if is_joined {
        all.retain(|entry| entry.id > first);
        all.append(known);
    }
    *known = all;
    is_joined
}

/// The list.
#[component]
pub fn Security() -> impl IntoView {
    let (t, words) = (texts(), security_words());
    let office = Office::of_page();
    let entries = RwSignal::new(Vec::<Entry>::new());
    let (has_more, trouble) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let read = move || {
        let before = entries.with_untracked(|entries| entries.last().map(|entry| entry.id));
        let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
        let url = office.url(&format!("security?limit={ENTRIES}{before}"));
        has_more.set(false);
        spawn_local(async move {
            match request::read::<Answer>(&url).await {
                Ok(Answer { entries: mut older }) => {
                    let _gone = has_more.try_set(older.len() == ENTRIES);
                    // The newest may have been read meanwhile.
                    let last = entries.with_untracked(|entries| entries.last().map(|entry| entry.id));
                    older.retain(|entry| last.is_none_or(|last| entry.id < last));
                    let _gone = trouble.try_set(None);
                    let _gone = entries.try_update(|entries| entries.extend(older));
                }
                Err(why) => {
                    let _gone = has_more.try_set(true);
                    let _gone = trouble.try_set(Some(why.words(t.desk())));
                }
            }
        });
    };
    read();
    // What happens meanwhile stands above what was read; if more came than are read at once, the rest is read on the way down.
    read_again(READ_EVERY, move || {
        let url = office.url(&format!("security?limit={ENTRIES}"));
        spawn_local(async move {
            if let Ok(Answer { entries: newest }) = request::read::<Answer>(&url).await
                && entries.try_update(|entries| put_above(entries, newest)) == Some(false)
            {
                let _gone = has_more.try_set(true);
            }
        });
    });
    let live = office.desk.live;
    let zone = live.board(|board| board.settings.as_ref().map(|settings| settings.time_zone.clone()));
    let devices = office.devices();
    let row = move |entry: Entry| {
        let zone = zone.get_untracked().flatten().unwrap_or_default();
        let at = of_hall(entry.at);
        let time = time_of_day(at, &zone);
        let time = match day(at, &zone) {
            Some(day) => words.at(t.common().day(day.day(), day.month()), time),
            None => time,
        };
        let event = entry.event.clone();
        let entry = StoredValue::new(entry);
        let who = move || {
            let called = |role| called(live, role, t.organiser().role_name(role));
            entry.with_value(|entry| entry.who(called, words))
        };
        let says = move || {
            let known = devices.get().unwrap_or_default();
            live.read(|board| entry.with_value(|entry| entry.says(board, &known, words)))
        };
        view! {
            <li class="security-row" data-testid="security-row" data-event=event>
                <time>{time}</time>
                <span>
                    <b dir="auto">{says}</b>
                    <small dir="auto">{who}</small>
                </span>
            </li>
        }
    };
    view! {
        <section class="card" data-testid="security">
            <h2 class="form-heading">{words.heading}</h2>
            <p class="office-note">{words.why}</p>
            <ol class="security-rows">
                <For each=move || entries.get() key=|entry| entry.id children=row />
            </ol>
            <p class="field-error" role="alert" hidden=move || trouble.with(Option::is_none)>
                {move || trouble.get()}
            </p>
            <p class="form-acts" hidden=move || !has_more.get()>
                <Button testid="security-more" press=read>
                    {words.more}
                </Button>
            </p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    const ENTRIES: &str = r#"{"entries":[
        {"id":9,"at":"2026-11-26T17:15:00.000Z","event":"signed","role":"broker","device":"00000000-0000-0000-0000-0000000e0001",
         "name":"Ingrid","about":["00000000-0000-0000-0000-0000000d0001","00000000-0000-0000-0000-0000000a0001"],"from":"192.168.1.20"},
        {"id":8,"at":"2026-11-26T17:14:00.000Z","event":"login_failed","about":[],"from":"192.168.1.77"},
        {"id":7,"at":"2026-11-26T17:13:00.000Z","event":"passphrase_reset","about":[]},
        {"id":6,"at":"2026-11-26T17:12:00.000Z","event":"device_revoked","role":"organiser",
         "about":["00000000-0000-0000-0000-0000000e0002"],"from":"127.0.0.1"},
        {"id":5,"at":"2026-11-26T17:11:00.000Z","event":"moon_risen","about":["00000000-0000-0000-0000-000000000001"],"from":"::1"}]}"#;

    #[test]
    fn what_happens_meanwhile_stands_above_what_is_known() {
        let Answer { entries } = serde_json::from_str(ENTRIES).unwrap();
        let ids = |entries: &[Entry]| entries.iter().map(|entry| entry.id).collect::<Vec<_>>();
        let mut known = entries[2..].to_vec();
        assert!(put_above(&mut known, entries[..4].to_vec()));
        assert_eq!(ids(&known), [9, 8, 7, 6, 5]);
        assert!(put_above(&mut known, entries[..2].to_vec()));
        assert_eq!(ids(&known), [9, 8, 7, 6, 5], "nothing is new");
        // So many came that those between are not known.
        let mut known = entries[4..].to_vec();
        assert!(!put_above(&mut known, entries[..2].to_vec()));
        assert_eq!(ids(&known), [9, 8]);
    }

    #[test]
    fn says_who_did_what_about_whom_and_from_where() {
        let words = Words::of(Language::En);
        let mut exchange = test_support::open();
        exchange.post(1);
        let devices: Vec<Device> = serde_json::from_str(
            r#"[{"id":"00000000-0000-0000-0000-0000000e0002","role":"broker","name":"Nettbrett 2",
                "last_seen":"2026-11-26T17:00:00.000Z","revoked":true}]"#,
        )
        .unwrap();
        let Answer { entries } = serde_json::from_str(ENTRIES).unwrap();
        let said: Vec<_> = entries
            .iter()
            .map(|entry| {
                let says = entry.says(&exchange.staff, &devices, words);
                (says, entry.who(|role| role.as_str().to_owned(), words))
            })
            .collect();
        let name = &exchange.staff.participant(test_support::party(1)).unwrap().name;
        let signed = format!("Took a signature · deal 1 · {name}");
        let expected = [
            (signed.as_str(), "Ingrid · broker · 192.168.1.20"),
            ("Tried a wrong passphrase", "192.168.1.77"),
            ("The passphrase was taken away", "at the server’s console"),
            ("Disconnected a device · Nettbrett 2", "organiser · 127.0.0.1"),
            ("moon_risen", "::1"),
        ];
        let expected = expected.map(|(says, who)| (says.to_owned(), who.to_owned()));
        assert_eq!(said, expected);
    }
}
