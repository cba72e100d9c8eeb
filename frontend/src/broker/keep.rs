//! The deal that is being written, kept on the device: it outlives a reload, a locked screen and an empty battery.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Intake;
use crate::disk::{Disk, Drawer, Durability, Fault};
use crate::draft::Draft;
use crate::json;

/// Where it lies in its drawer.
const KEY: &str = "deal";
/// Where one lies that this version cannot read.
const UNREADABLE: &str = "unreadable";
/// How long a hand must rest before what it wrote is kept, in milliseconds.
const REST_MS: u64 = 250;

/// Puts what was being written back into the form, and keeps what is written from now on.
pub(super) fn keep(intake: &Intake) {
    let (draft, slug) = (intake.draft, intake.live.slug());
    drop_of_erased(intake);
    spawn_local(async move {
        let disk = Disk::of(&slug);
        let kept = match disk.get(Drawer::Draft, KEY).await {
            Ok(Some(text)) => match json::read::<Draft>(&text) {
                Ok(draft) => Some(draft),
                Err(error) => {
                    // Another version wrote it: it is laid aside for that, and not written over.
                    web_sys::console::warn_1(&error.to_string().into());
                    if let Err(fault) = disk
                        .put(Drawer::Draft, UNREADABLE, &text, Durability::Strict)
                        .await
                    {
                        warn(fault);
                    }
                    None
                }
            },
            Ok(None) => None,
            Err(fault) => {
                warn(fault);
                None
            }
        };
        let is_blank = draft.try_with_untracked(|draft| *draft == Draft::default());
        if let (Some(kept), Some(true)) = (kept, is_blank) {
            draft.set(kept);
        }
        go_on(draft, disk);
    });
}

/// Drops what is being written of somebody who was erased: it would be refused, and should not lie on the device.
fn drop_of_erased(intake: &Intake) {
    let draft = intake.draft;
    let erased = intake.live.board(|board| board.erased.clone());
    Effect::new(move || {
        let is_of_one = erased.with(|erased| {
            let is_erased = |party| erased.as_ref().is_some_and(|erased| erased.contains(&party));
            draft.with_untracked(|draft| draft.parties().any(is_erased))
        });
        if is_of_one {
            draft.set(Draft::default());
        }
    });
}

fn warn(fault: Fault) {
    web_sys::console::warn_1(&format!("the draft is not kept: {fault:?}").into());
}

fn go_on(draft: RwSignal<Draft>, disk: Disk) {
    let losing = disk.clone();
    let write = move || {
        let text =
            draft.with_untracked(|draft| serde_json::to_string(draft).expect("a draft has string keys"));
        let disk = disk.clone();
        spawn_local(async move {
            if let Err(fault) = disk.put(Drawer::Draft, KEY, &text, Durability::Strict).await {
                warn(fault);
            }
        });
    };
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
        if before.is_none() {
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
