//! A walk-in at the door: registered, and noted as come, by one button.

use borsklokka_shared::contact::Contact;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::participant::Sector;
use leptos::prelude::*;

use super::entrance::Entrance;
use super::presence::about;
use crate::components::{HandForm, Modal, ModalRef};
use crate::line;
use crate::newcomer::fields::{Called, Named, Placed, ReachedBy, Sectors};
use crate::texts::texts;

/// The form.
#[component]
pub fn WalkIn(
    /// Under which id: what was refused keeps its own.
    id: ParticipantId,
) -> impl IntoView {
    let entrance = Entrance::of_page();
    let t = texts().broker();
    let (live, outbox) = (entrance.live, entrance.outbox);
    let new = entrance.new;
    let modal = ModalRef::new();
    // Who was refused is not somebody else.
    let parties = Signal::derive(move || {
        let parties = entrance.parties.get();
        parties.into_iter().filter(|one| one.id != id).collect::<Vec<_>>()
    });
    let proposed = Signal::derive(move || {
        let written = new.written();
        let name = match written.sector {
            Sector::Individual => written.on_the_wall(),
            Sector::Business | Sector::Public | Sector::Voluntary => written.name,
        };
        if name.trim().is_empty() {
            return String::new();
        }
        parties.with(|parties| {
            live.read(|board| line::hall(Some(board), parties).symbol(&name))
                .map(|symbol| symbol.to_string())
                .unwrap_or_default()
        })
    });
    let register = move || {
        let Some(mut registration) = new.judged(id, &parties.get_untracked()) else {
            return;
        };
        let refused = outbox.peek(|items| about(items, id));
        // What was written of how to reach them went its own way the first time.
        if !refused.is_empty() && new.contact.with_untracked(|line| line.trim().is_empty()) {
            registration.contact = Contact::default();
        }
        registration.post(outbox);
        for refused in refused {
            outbox.delete(refused);
        }
        entrance.note(id, true);
        modal.close();
    };
    let is = move |party| {
        entrance.came(party);
        modal.close();
    };
    view! {
        <Modal class="dialog walk-in" titled_by="walk-in-title" modal closed=move || entrance.put_away()>
            <HandForm class="dialog-form">
                <h2 class="dialog-title" id="walk-in-title">{t.new_party}</h2>
                <Named new parties taken=is />
                <Sectors new />
                <div class="walk-in-pair">
                    <Called new proposed />
                    <Placed new />
                </div>
                <ReachedBy new />
                <div class="dialog-actions">
                    <button type="button" class="paper-button" on:click=move |_| modal.close()>{t.cancel}</button>
                    <button
                        type="button"
                        class="paper-button paper-button-main"
                        data-testid="walk-in-submit"
                        on:click=move |_| register()
                    >
                        {texts().door().register}
                    </button>
                </div>
            </HandForm>
        </Modal>
    }
}
