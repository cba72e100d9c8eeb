//! The broker's tablet: writes a deal from top to bottom and sends it to the wall, network or not.
//!
//! [`draft`] is what the form holds, [`mod@line`] what the list shows; both are plain Rust. The components around them share
//! one `Table`.

pub mod draft;
pub mod duplicates;
pub mod form;
pub mod header;
mod keep;
pub mod line;
pub mod mine;
pub mod party_field;
pub mod save;
pub mod search;
pub mod service_field;
pub mod walk_in;

use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::participant::Participant;
use borsklokka_shared::role::Role;
use leptos::prelude::*;

use self::draft::{Draft, Field};
use self::form::Form;
use self::header::TabletHeader;
use self::line::Line;
use self::mine::Mine;
use self::walk_in::{Side, WalkIn};
use crate::live::{Live, Outbox};
use crate::offline;
use crate::pair::Gate;

/// Who may write deals.
const WRITERS: &[Role] = &[Role::Broker, Role::Notary, Role::Moderator, Role::Organiser];

/// The broker's screen.
#[component]
pub fn Broker() -> impl IntoView {
    view! {
        <Gate roles=WRITERS>
            <Tablet />
        </Gate>
    }
}

/// What the parts of the screen share.
#[derive(Clone, Copy)]
struct Table {
    live: Live,
    outbox: Outbox,
    draft: RwSignal<Draft>,
    /// What is wrong, field by field, in words.
    wrong: RwSignal<Vec<(Field, String)>>,
    /// Everyone that a deal can name.
    parties: Memo<Vec<Participant>>,
    lines: Memo<Vec<Line>>,
    /// The deal that was sent last.
    last: RwSignal<Option<DealId>>,
    /// The side that a walk-in is registered for, and what was typed.
    walk_in: RwSignal<Option<(Side, String)>>,
}

impl Table {
    fn of_page() -> Self {
        expect_context()
    }

    fn party(self, id: ParticipantId) -> Option<Participant> {
        self.parties
            .with(|parties| parties.iter().find(|party| party.id == id).cloned())
    }

    /// What is wrong with a field.
    fn wrong_with(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.wrong.with(|wrong| {
                wrong
                    .iter()
                    .find(|(other, _)| *other == field)
                    .map(|(_, words)| words.clone())
            })
        })
    }

    /// Changes the draft; what was wrong with the field is forgotten.
    fn write(self, field: Field, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        if self
            .wrong
            .with_untracked(|wrong| wrong.iter().any(|(other, _)| *other == field))
        {
            self.wrong
                .update(|wrong| wrong.retain(|(other, _)| *other != field));
        }
    }

    /// Puts another draft in the form.
    fn begin(self, draft: Draft) {
        self.draft.set(draft);
        self.wrong.set(Vec::new());
    }
}

#[component]
fn Tablet() -> impl IntoView {
    let (live, outbox) = (Live::of_page(), Outbox::of_page());
    live.want_catalogue();
    let items = outbox.items(<[_]>::to_vec);
    let parties = Memo::new(move |_| {
        items.with(|items| {
            live.read(|board| line::parties(Some(board), items))
                .unwrap_or_else(|| line::parties(None, items))
        })
    });
    let session = live.session();
    let lines = Memo::new(move |_| {
        let device = session.with(|session| session.as_ref().and_then(|session| session.device));
        items.with(|items| {
            parties.with(|parties| {
                live.read(|board| line::lines(Some(board), items, parties, device))
                    .unwrap_or_else(|| line::lines(None, items, parties, device))
            })
        })
    });
    let table = Table {
        live,
        outbox,
        draft: RwSignal::new(Draft::default()),
        wrong: RwSignal::new(Vec::new()),
        parties,
        lines,
        last: RwSignal::new(None),
        walk_in: RwSignal::new(None),
    };
    provide_context(table);
    keep::keep(&table);
    let waiting = outbox.waiting();
    provide_context(offline::start(move || {
        waiting.get_untracked() == 0 && table.draft.with_untracked(|draft| *draft == Draft::default())
    }));
    Effect::new(move || {
        let waiting = waiting.get() as u32;
        live.report(|status| {
            "broker".clone_into(&mut status.screen);
            status.outbox = Some(waiting);
        });
    });
    view! {
        <div class="tablet broker">
            <TabletHeader />
            <main class="broker-main">
                <Form />
                <Mine />
            </main>
            {move || table.walk_in.get().map(|(side, name)| view! { <WalkIn side name /> })}
        </div>
    }
}
