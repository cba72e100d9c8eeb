//! The frame of a sheet that lies over a desk. It knows none of them: whoever opens one lays it. One at a time; Escape puts it
//! away, and the focus goes back to where it was. It goes on lying there when the desk is made anew in another language.

use leptos::prelude::*;

use crate::components::{Button, Modal, ModalRef};
use crate::desk::Desk;
use crate::texts::texts;
use crate::typed::lasting;

/// The sheet over the desk, if there is one. Copied freely; made once, by [`Sheets::start`].
#[derive(Clone, Copy)]
pub struct Sheets {
    laid: RwSignal<Option<ViewFn>>,
    modal: ModalRef,
}

/// What lies there, in whichever words.
#[derive(Clone, Copy)]
struct Laid(RwSignal<Option<ViewFn>>);

impl Sheets {
    /// None yet, or what lies there in other words.
    pub fn start() -> Self {
        let Laid(laid) = lasting(|| Laid(RwSignal::new(None)));
        let sheets = Self {
            laid,
            modal: ModalRef::new(),
        };
        provide_context(sheets);
        sheets
    }

    /// The desk's.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Lays a sheet over the desk. It is made anew in other words, and knows nothing of the part of the desk that laid it.
    pub fn lay<V>(self, sheet: impl Fn() -> V + Send + Sync + 'static)
    where
        V: RenderHtml + Send + 'static,
    {
        self.laid.set(Some(ViewFn::from(sheet)));
    }

    /// Whether one lies there.
    pub fn is_open(self) -> bool {
        self.laid.with_untracked(Option::is_some) && !self.modal.is_closed()
    }

    /// Puts it away. The browser closes the dialog, so that the focus goes back.
    pub fn close(self) {
        self.modal.close();
    }
}

/// Where it lies.
#[component]
pub fn SheetPlace() -> impl IntoView {
    let laid = Sheets::of_page().laid;
    move || laid.get().map(|laid| laid.run())
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
        <Modal class="sheet" testid titled_by="sheet-title" modal=sheets.modal closed=move || sheets.laid.set(None)>
            <div class="sheet-head">
                <h2 class="sheet-title" id="sheet-title">
                    {title}
                </h2>
                <Button testid="sheet-close" press=move || sheets.close()>
                    {texts().desk().dismiss}
                </Button>
            </div>
            // What the header says lies under the sheet.
            <p class="sheet-wrong" role="alert">{Desk::of_page().alert}</p>
            {children()}
        </Modal>
    }
}
