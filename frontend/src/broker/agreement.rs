//! The agreement of one deal: what was agreed in plain words, who has signed, copies to take home, and a photo.
//!
//! Signing works without a network: [`ink`] is what a finger drew, [`crate::signed`] who has signed; both are plain Rust. A
//! signature waits in the outbox, after its deal. Copies are the server's to make.

pub mod copies;
pub mod ink;
pub mod pad;
mod paper;

use borsklokka_shared::deal::Terms;
use borsklokka_shared::ids::{DealId, ParticipantId};
use borsklokka_shared::numbers;
use leptos::html;
use leptos::prelude::*;

use self::copies::Copies;
use self::pad::Pad;
use self::paper::Paper;
use super::Intake;
use crate::civil_time;
use crate::components::{Modal, ModalRef, SymbolChip, focus_returns};
use crate::deed;
use crate::line::Subject;
use crate::line::done::Done;
use crate::photo::part::{Look, Photo};
use crate::signed::Mark;
use crate::texts::texts;

/// The buttons of the photo, on paper: to sign comes first.
const LOOK: Look = Look {
    button: "paper-button",
    main: "paper-button",
};

/// Opens the agreement of a deal, if there is one to sign.
#[component]
pub fn OpenAgreement(
    /// Of which deal.
    deal: Option<DealId>,
) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().agreement();
    deal.map(|deal| {
        view! {
            <button
                type="button"
                class="paper-button"
                data-testid="agreement-open"
                on:click=move |_| intake.agreement.set(Some(deal))
            >
                {t.open}
            </button>
        }
    })
}

/// Opens the agreement of the deal that was written last.
#[component]
pub fn SignLast() -> impl IntoView {
    let intake = Intake::of_page();
    let last = Memo::new(move |_| {
        let last = match intake.last.get()? {
            Done::Sent(deal) | Done::Amended(deal) | Done::Mended(deal) | Done::LetBe(deal) => deal,
            Done::Withdrawn(_) | Done::Reinstated(_) => return None,
        };
        intake.lines.with(|lines| {
            lines
                .iter()
                .any(|line| line.subject == Subject::Deal(last) && line.state.can_be_signed())
                .then_some(last)
        })
    });
    move || {
        last.get()
            .map(|deal| view! { <span class="sign-last"><OpenAgreement deal=Some(deal) /></span> })
    }
}

/// The sheet over the tablet.
#[component]
pub fn AgreementSheet(
    /// Of which deal.
    deal: DealId,
) -> impl IntoView {
    let paper = Paper::of_deal(deal);
    provide_context(paper);
    paper.follow();
    let (intake, t) = (paper.intake, texts());
    let number = intake.live.board(move |board| {
        board
            .deals
            .get(&deal)
            .and_then(|deal| deal.number)
            .map(|number| number.0)
    });
    let modal = ModalRef::new();
    view! {
        <Modal
            class="dialog agreement"
            testid="agreement"
            titled_by="agreement-title"
            modal
            closed=move || intake.agreement.set(None)
        >
            <div class="agreement-head">
                <h2 class="dialog-title" id="agreement-title">
                    {move || t.agreement().title(number.get().flatten())}
                </h2>
                <button type="button" class="paper-button" data-testid="agreement-close" on:click=move |_| modal.close()>
                    {t.desk().dismiss}
                </button>
            </div>
            <div class="agreement-columns">
                <div class="agreement-words">
                    {move || paper.terms.get().map(|terms| view! { <Words terms /> })}
                    <Copies />
                </div>
                <div class="agreement-signed">
                    <Signatures />
                    <Picture />
                </div>
            </div>
        </Modal>
    }
}

/// What was agreed, in plain words.
#[component]
fn Words(terms: Terms) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts();
    let name = move |id| intake.party(id).map(|party| party.name);
    let side = |ids: &[ParticipantId]| {
        let names: Vec<String> = ids.iter().filter_map(|id| name(*id)).collect();
        numbers::row(&names, t.language)
    };
    let (givers, receivers) = (side(&terms.givers), side(&terms.receivers));
    let rest = deed::rest(&terms, t, name);
    view! {
        <p class="agreement-lead" dir="auto">{t.agreement().lead(&terms.bargain, &givers, &receivers)}</p>
        <p class="agreement-service" dir="auto" data-testid="agreement-service">{terms.bargain.service().text.clone()}</p>
        <dl class="agreement-rest">
            {rest
                .into_iter()
                // An intention is said already.
                .filter(|(_, words)| !words.is_empty())
                .map(|(label, words)| view! { <div><dt>{label}</dt> <dd dir="auto">{words}</dd></div> })
                .collect_view()}
        </dl>
    }
}

/// Each party, and whether it has signed.
#[component]
fn Signatures() -> impl IntoView {
    let paper = Paper::of_page();
    let t = texts().agreement();
    let parties = Memo::new(move |_| {
        paper
            .terms
            .with(|terms| terms.as_ref().map(|terms| terms.parties().collect::<Vec<_>>()))
            .unwrap_or_default()
    });
    view! {
        <section class="signatures" aria-labelledby="signatures-title">
            <h3 class="agreement-heading" id="signatures-title">{t.signatures}</h3>
            <Show when=move || !paper.connected.get()>
                <p class="dialog-note" role="status" data-testid="agreement-offline">{t.offline}</p>
            </Show>
            <ul class="signature-list">
                <For each=move || parties.get() key=|party| *party let(party)>
                    <Signature party />
                </For>
            </ul>
            <p class="dialog-note">{t.later}</p>
        </section>
    }
}

/// The photo of those who stand there.
#[component]
fn Picture() -> impl IntoView {
    let paper = Paper::of_page();
    let t = texts();
    let lacks = Signal::derive(move || match (paper.connected.get(), paper.is_there.get()) {
        (false, _) => Some(t.photo().needs_network),
        (true, false) => Some(t.photo().needs_sent),
        (true, true) => None,
    });
    view! {
        <section class="photo-of-deal" aria-labelledby="photo-title">
            <h3 class="agreement-heading" id="photo-title">{t.photo().title}</h3>
            <Photo deal=paper.deal look=LOOK lacks />
        </section>
    }
}

/// A party: whether it has signed, and its pad.
#[component]
fn Signature(party: ParticipantId) -> impl IntoView {
    let paper = Paper::of_page();
    let t = texts().agreement();
    let who = paper.intake.party(party);
    let name = who.as_ref().map(|who| who.name.clone()).unwrap_or_default();
    let chip = who.map(|who| view! { <SymbolChip symbol=who.symbol.to_string() sector=who.sector /> });
    let live = paper.intake.live;
    let zone = live.board(|board| board.settings.as_ref().map(|settings| settings.time_zone.clone()));
    let mark = Memo::new(move |_| paper.mark(party));
    let words = move || {
        mark.with(|mark| {
            let at = match mark {
                Mark::There { at, .. } => {
                    civil_time::time_of_day(*at, &zone.get().flatten().unwrap_or_default())
                }
                Mark::Missing | Mark::Here { .. } | Mark::Refused { .. } | Mark::Stale { .. } => {
                    String::new()
                }
            };
            t.mark(mark, &at)
        })
    };
    let is_open = Memo::new(move |_| paper.pad.get() == Some(party));
    let is_missing = Memo::new(move |_| mark.with(|mark| *mark == Mark::Missing));
    let sign = NodeRef::<html::Button>::new();
    focus_returns(is_open, sign);
    let signs = {
        let name = name.clone();
        move || t.signs(&name, if is_missing.get() { t.sign } else { t.sign_again })
    };
    view! {
        <li class="signature" data-testid="signature" data-mark=move || mark.with(Mark::as_str)>
            <div class="signature-top">
                {chip} <b class="signature-party" dir="auto">{name.clone()}</b>
                <span class="signature-mark" role="status" data-testid="mark">{words}</span>
                <Show when=move || !is_open.get()>
                    <button
                        type="button"
                        class="paper-button"
                        class:paper-button-main=is_missing
                        node_ref=sign
                        data-testid="sign"
                        aria-label=signs.clone()
                        on:click=move |_| paper.pad.set(Some(party))
                    >
                        {move || if is_missing.get() { t.sign } else { t.sign_again }}
                    </button>
                </Show>
            </div>
            {move || is_open.get().then(|| view! { <Pad party says=t.pad(&name) /> })}
        </li>
    }
}
