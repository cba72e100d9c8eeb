//! What has been done, by whom and when, the newest first: on a sheet, in words.

use borsklokka_shared::event::Event;
use borsklokka_shared::ids::Seq;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::Value;

use crate::civil_time::time_of_day;
use crate::components::Button;
use crate::desk::Desk;
use crate::evening::called;
use crate::request;
use crate::sheet::Sheet;
use crate::texts::moderator::{Audit, details};
use crate::texts::texts;
use crate::told::Names;

/// How many entries are read at a time.
const ENTRIES: usize = 50;

/// An entry, as the server lists it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Entry {
    seq: Seq,
    at: Instant,
    role: Role,
    #[serde(default)]
    name: Option<String>,
    event: Value,
}

impl Entry {
    /// What happened, as the wire names it: all that an old app can say of a new event.
    fn kind(&self) -> &str {
        self.event.get("type").and_then(Value::as_str).unwrap_or_default()
    }
}

/// What is said of an entry.
fn says(entry: &Entry, words: &Audit, names: &Names<'_>) -> String {
    match serde_json::from_value::<Event>(entry.event.clone()) {
        Ok(event) => words.event(&event, names),
        Err(_) => entry.kind().to_owned(),
    }
}

#[derive(Deserialize)]
struct Answer {
    entries: Vec<Entry>,
}

/// The address of the entries before `before`, or of the newest.
fn address(slug: &str, before: Option<Seq>) -> String {
    let before = before
        .map(|Seq(seq)| format!("&before={seq}"))
        .unwrap_or_default();
    format!("/api/v1/exchanges/{slug}/audit?limit={ENTRIES}{before}")
}

/// The list.
#[component]
pub fn AuditSheet() -> impl IntoView {
    let desk = Desk::of_page();
    let t = texts();
    let words = details().audit();
    let entries = RwSignal::new(Vec::<Entry>::new());
    let (has_more, is_asked) = (RwSignal::new(false), RwSignal::new(false));
    let trouble = RwSignal::new(None::<String>);
    let read = move || {
        is_asked.set(true);
        let before = entries.with_untracked(|entries| entries.last().map(|entry| entry.seq));
        spawn_local(async move {
            let read = request::read::<Answer>(&address(&desk.live.slug(), before)).await;
            let _gone = is_asked.try_set(false);
            match read {
                Ok(Answer { entries: older }) => {
                    let _gone = has_more.try_set(older.len() == ENTRIES);
                    let _gone = trouble.try_set(None);
                    let _gone = entries.try_update(|entries| entries.extend(older));
                }
                Err(why) => {
                    let _gone = trouble.try_set(Some(why.words(t.desk())));
                }
            }
        });
    };
    read();
    let time_zone = desk
        .live
        .board(|board| board.settings.as_ref().map(|settings| settings.time_zone.clone()));
    let row = move |entry: Entry| {
        let time = time_of_day(entry.at, &time_zone.get_untracked().flatten().unwrap_or_default());
        let (name, role) = (entry.name.clone(), entry.role);
        let who = move || {
            let role = called(desk.live, role, t.pair().role(role));
            match &name {
                Some(name) => format!("{name} · {role}"),
                None => role,
            }
        };
        let zone = time_zone.get_untracked().flatten().unwrap_or_default();
        let at = move |instant| time_of_day(instant, &zone);
        let what = desk
            .live
            .peek(|board| says(&entry, words, &Names::of(board, &at)))
            .unwrap_or_default();
        view! {
            <li class="audit-row" data-testid="audit-row" data-event=entry.kind().to_owned()>
                <time class="audit-time">{time}</time>
                <span>
                    <b dir="auto">{what}</b>
                    <small dir="auto">{who}</small>
                </span>
            </li>
        }
    };
    view! {
        <Sheet testid="audit" title=words.title>
            <ol class="audit-rows">
                <For each=move || entries.get() key=|entry| entry.seq children=row />
            </ol>
            <p role="status">{move || if is_asked.get() { Some(words.reading.to_owned()) } else { trouble.get() }}</p>
            <p class="sheet-acts" hidden=move || !has_more.get()>
                <Button testid="audit-more" disabled=is_asked press=read>
                    {words.more}
                </Button>
            </p>
        </Sheet>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_entry_of_any_version() {
        let text = r#"{"entries":[
            {"seq":7,"at":"2026-11-26T17:15:00.000Z","role":"clock","device":null,"name":null,
             "event":{"type":"floor_closed","ring_at":"2026-11-26T17:15:00.400Z"}},
            {"seq":6,"at":"2026-11-26T17:14:00.000Z","role":"moderator","name":"Berit","event":{"type":"moon_risen"}}]}"#;
        let Answer { entries } = serde_json::from_str(text).unwrap();
        let kinds: Vec<&str> = entries.iter().map(Entry::kind).collect();
        assert_eq!(kinds, ["floor_closed", "moon_risen"]);
        assert_eq!(entries[1].name.as_deref(), Some("Berit"));
    }

    #[test]
    fn goes_on_where_it_stopped() {
        assert_eq!(
            address("drammen", None),
            "/api/v1/exchanges/drammen/audit?limit=50"
        );
        assert_eq!(
            address("drammen", Some(Seq(9))),
            "/api/v1/exchanges/drammen/audit?limit=50&before=9"
        );
    }
}
