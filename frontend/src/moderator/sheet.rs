//! Sheets over the desk: the keys, the check before doors, what has been done, a deal to correct. One at a time; Escape
//! puts it away, and the focus goes back to where it was.

use borsklokka_shared::ids::DealId;
use leptos::prelude::*;

use super::amend::{AmendSheet, PaperSheet};
use super::audit::AuditSheet;
use super::doors::DoorsSheet;
use super::faults::FaultsSheet;
use super::keys::KeysSheet;
use super::more_rounds::RoundsSheet;
use super::pair::PairSheet;
use super::steps::StepsSheet;
use crate::components::{Button, Modal, ModalRef};
use crate::desk::Desk;
use crate::texts::desk_texts;

/// What lies over the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The keys.
    Keys,
    /// The check before doors.
    Doors,
    /// What has been done, by whom and when.
    Audit,
    /// What can be taken back.
    Steps,
    /// Every round, and one more.
    Rounds,
    /// A deal to correct.
    Deal(DealId),
    /// Two deals that are alike, the earlier first.
    Pair(DealId, DealId),
    /// A deal that was written on paper.
    Paper,
    /// What is wrong just now, and the late deals that wait.
    Faults,
}

/// The sheet over the desk, if there is one. Copied freely; made once, by [`Sheets::start`].
#[derive(Clone, Copy)]
pub struct Sheets {
    subject: RwSignal<Option<Subject>>,
    modal: ModalRef,
}

impl Sheets {
    /// None yet.
    pub fn start() -> Self {
        let sheets = Self {
            subject: RwSignal::new(None),
            modal: ModalRef::new(),
        };
        provide_context(sheets);
        sheets
    }

    /// The desk's.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Lays a sheet over the desk.
    pub fn open(self, subject: Subject) {
        self.subject.set(Some(subject));
    }

    /// Whether one lies there.
    pub fn is_open(self) -> bool {
        self.subject.get_untracked().is_some()
    }

    /// Puts it away. The browser closes the dialog, so that the focus goes back.
    pub fn close(self) {
        self.modal.close();
    }
}

/// The sheet over the desk.
#[component]
pub fn SheetPlace() -> impl IntoView {
    let subject = Sheets::of_page().subject;
    move || {
        subject.get().map(|subject| match subject {
            Subject::Keys => view! { <KeysSheet /> }.into_any(),
            Subject::Doors => view! { <DoorsSheet /> }.into_any(),
            Subject::Audit => view! { <AuditSheet /> }.into_any(),
            Subject::Steps => view! { <StepsSheet /> }.into_any(),
            Subject::Rounds => view! { <RoundsSheet /> }.into_any(),
            Subject::Deal(deal) => view! { <AmendSheet deal /> }.into_any(),
            Subject::Pair(earlier, later) => view! { <PairSheet earlier later /> }.into_any(),
            Subject::Paper => view! { <PaperSheet /> }.into_any(),
            Subject::Faults => view! { <FaultsSheet /> }.into_any(),
        })
    }
}

/// A sheet: its title, what is on it, and the way out.
#[component]
pub fn Sheet(
    /// What tests call it.
    testid: &'static str,
    /// What it is about.
    title: &'static str,
    /// What is on it.
    children: Children,
) -> impl IntoView {
    let sheets = Sheets::of_page();
    view! {
        <Modal class="sheet" testid titled_by="sheet-title" modal=sheets.modal closed=move || sheets.subject.set(None)>
            <div class="sheet-head">
                <h2 class="sheet-title" id="sheet-title">
                    {title}
                </h2>
                <Button testid="sheet-close" press=move || sheets.close()>
                    {desk_texts().desk.dismiss}
                </Button>
            </div>
            // What the header says lies under the sheet.
            <p class="sheet-wrong" role="alert">{Desk::of_page().alert}</p>
            {children()}
        </Modal>
    }
}
