//! The deal that is being written, kept on the device: it outlives a reload, a locked screen and an empty battery.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Intake;
use super::tabs::{Tab, fresh};
use crate::disk::{Disk, Drawer, Durability, Fault};
use crate::draft::meanwhile::Names;
use crate::draft::{Draft, Field};
use crate::json;
use crate::live::connection::LinkState;

/// Where one lies that this version cannot read.
const UNREADABLE: &str = "unreadable";
/// How long a hand must rest before what it wrote is kept, in milliseconds.
const REST_MS: u64 = 250;
/// How long the other tabs are given to say which drafts are theirs, in milliseconds.
const HEARD_MS: u64 = 100;

/// Puts what was being written back into the form, and keeps what is written from now on.
pub(super) fn keep(intake: &Intake) {
    let (draft, slug) = (intake.draft, intake.live.slug());
    follow_board(intake);
    let tab = Tab::open(&slug);
    // A page that is made anew, as in another language, does not wait until the hand rests. It reads the disk a moment later.
    let (key, place) = (tab.key, slug.clone());
    on_cleanup(move || write_down(draft, key, &Disk::of(&place)));
    let heard = move || spawn_local(take_up(draft, tab, Disk::of(&slug)));
    set_timeout(heard, Duration::from_millis(HEARD_MS));
}

async fn take_up(draft: RwSignal<Draft>, tab: Tab, disk: Disk) {
    let drafts = disk.drafts().await.unwrap_or_else(|fault| {
        warn(fault);
        Vec::new()
    });
    let Some(is_blank) = draft.try_with_untracked(|draft| *draft == Draft::default()) else {
        return;
    };
    let blank = text_of(&Draft::default());
    match tab.choose(&drafts, &blank) {
        None => tab.hold(tab.new_key()),
        Some((key, text)) if text == blank => tab.hold(key),
        // A hand was quicker: what lies there stays there.
        Some(_) if !is_blank => tab.hold(fresh()),
        Some((key, text)) => {
            match json::read(&text) {
                Ok(kept) => draft.set(kept),
                Err(error) => {
                    // Another version wrote it: it is laid aside for that, and not written over.
                    web_sys::console::warn_1(&error.to_string().into());
                    if let Err(fault) = disk
                        .put(Drawer::Draft, UNREADABLE, &text, Durability::Strict)
                        .await
                    {
                        warn(fault);
                    }
                }
            }
            tab.hold(key);
        }
    }
    go_on(draft, tab, disk, is_blank);
}

/// Keeps what is written true to the board, and says why something of it went.
fn follow_board(intake: &Intake) {
    let intake = *intake;
    let (live, draft, link) = (intake.live, intake.draft, intake.live.link());
    Effect::new(move |names: Option<Names>| {
        let names = names.unwrap_or_default();
        let written = draft.get();
        // A board of before may lack what has left the outbox since, and a viewer's lacks what the hall does not see.
        let is_now = link.get() == LinkState::Connected && live.broker().is_some();
        let knows = |deal| is_now && intake.outbox.lacks(deal);
        let today = live.read(|board| {
            let (today, why) = written.clone().of_today(board, &names, &knows);
            let names = today.names(board);
            (today, why, names)
        });
        let Some((today, why, called)) = today else {
            return names;
        };
        if today.amends != written.amends {
            intake.begin(today);
        } else if today != written {
            draft.set(today);
        }
        if let Some(why) = why {
            intake.say_wrong(Field::Form, &why.message(live.language().get_untracked()));
        }
        called
    });
}

fn text_of(draft: &Draft) -> String {
    serde_json::to_string(draft).expect("a draft has string keys")
}

fn warn(fault: Fault) {
    web_sys::console::warn_1(&format!("the draft is not kept: {fault:?}").into());
}

/// Puts what stands in the form on the disk, if it is known where. The page may be gone, and then it was put there as it went.
fn write_down(draft: RwSignal<Draft>, key: RwSignal<Option<String>>, disk: &Disk) {
    let Some(key) = key.try_get_untracked().flatten() else {
        return;
    };
    let Some(text) = draft.try_with_untracked(text_of) else {
        return;
    };
    let disk = disk.clone();
    spawn_local(async move {
        if let Err(fault) = disk.put(Drawer::Draft, &key, &text, Durability::Strict).await {
            warn(fault);
        }
    });
}

/// `is_kept` says whether what stands in the form lies on the disk, or is nothing.
fn go_on(draft: RwSignal<Draft>, tab: Tab, disk: Disk, is_kept: bool) {
    let losing = disk.clone();
    let write = move || write_down(draft, tab.key, &disk);
    let anew = write.clone();
    losing.on_lost(move |fault| {
        if fault == Fault::Lost {
            anew();
        }
    });
    let on_leaving = write.clone();
    window_event_listener_untyped("visibilitychange", move |_| on_leaving());
    let resting = StoredValue::new_local(None::<TimeoutHandle>);
    Effect::new(move |before: Option<()>| {
        draft.track();
        tab.key.track();
        if before.is_none() && is_kept {
            return;
        }
        if let Some(earlier) = resting.get_value() {
            earlier.clear();
        }
        // A deal that has just been sent must not come back from the disk as one that is still to be sent.
        if draft.with(|draft| *draft == Draft::default()) {
            resting.set_value(None);
            return write();
        }
        let later = set_timeout_with_handle(write.clone(), Duration::from_millis(REST_MS));
        resting.set_value(later.ok());
    });
}
