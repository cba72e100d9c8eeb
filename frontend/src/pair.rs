//! Pairing: a code and a name make this device one of the exchange's. Screens of staff stand behind [`Gate`].

pub mod form;
pub mod gate;
mod session;

use borsklokka_shared::role::Role;
use leptos::prelude::*;

use self::form::{PairForm, code_of_address, screen_address, texts_tag};
pub use self::gate::Gate;
use self::gate::PairedAs;
use crate::browser;
use crate::live::Live;

/// The page that a pairing link leads to. A device that is paired already is told so, and has a way to its screen; one that
/// came here by going back is sent there.
#[component]
pub fn Pair() -> impl IntoView {
    let live = Live::of_page();
    let session = live.session();
    let has_code = !code_of_address(&browser::query(), &browser::fragment()).is_empty();
    let is_paired_as = Memo::new(move |_| {
        let role = session.with(|session| session.as_ref().map(|session| session.role))?;
        Role::OF_DEVICES.contains(&role).then_some(role)
    });
    Effect::new(move || {
        if let Some(role) = is_paired_as.get()
            && !has_code
            && browser::was_gone_back_to()
        {
            browser::go_instead(&screen_address(&live.slug(), role, texts_tag()));
        }
    });
    view! {
        <main class="pair">
            {move || is_paired_as.get().map(|role| view! { <PairedAs role /> })}
            <PairForm />
        </main>
    }
}
