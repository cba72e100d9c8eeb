//! What is asked before a deal goes out: figures that cannot both be true, and a deal that somebody else may have written
//! already. Nothing is decided without the broker, and nothing that was written is lost by an answer.

use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::likeness;
use leptos::prelude::*;

use super::Intake;
use crate::components::focus::focus;
use crate::draft::question::{DealRef, Question};
use crate::draft::wording::Clash;
use crate::draft::{Draft, Half};
use crate::line;
use crate::live::outbox::queue::{Item, Stage};
use crate::texts::texts;

/// The first thing to ask of what goes out, unless it was answered.
pub(super) fn first(intake: &Intake, draft: &Draft, command: &Command) -> Option<Question> {
    let clashes = draft
        .halves()
        .filter_map(|half| Some(Question::Clash(half, draft.half(half).clash()?)));
    let alike = match command {
        Command::PostDeal { terms, .. } => of_another(intake, terms).map(Question::Alike),
        _ => None,
    };
    let answered = intake.answered.get_value();
    clashes.chain(alike).find(|question| !answered.contains(question))
}

/// A deal of another tablet that is almost the same.
fn of_another(intake: &Intake, terms: &Terms) -> Option<DealRef> {
    let own = intake.device();
    let found = intake.live.peek(|board| {
        let alike = likeness::first_alike(board, terms, |deal| Some(deal.broker.device) != own)?;
        Some(DealRef::of(board, alike))
    });
    found.flatten()
}

/// The text and the number of a deal of this tablet that is almost the same, be it still in the outbox.
fn of_own(intake: &Intake, terms: &Terms) -> Option<(Option<u32>, String)> {
    let own = intake.device();
    let found = intake.live.read(|board| {
        likeness::first_alike(board, terms, |deal| Some(deal.broker.device) == own).map(|deal| {
            let number = deal.number.map(|number| number.0);
            (number, deal.terms.bargain.service().text.clone())
        })
    });
    found.flatten().or_else(|| {
        intake.outbox.peek(|items| {
            items.iter().find_map(|item| match waiting(item)? {
                Command::PostDeal { terms: its, .. } if likeness::alike(&its, terms) => {
                    Some((None, its.bargain.service().text.clone()))
                }
                _ => None,
            })
        })
    })
}

fn waiting(item: &Item) -> Option<Command> {
    match item.stage {
        Stage::Refused(_) => None,
        Stage::Waiting | Stage::Claiming { .. } | Stage::Sending { .. } | Stage::Accepted { .. } => {
            line::command(item)
        }
    }
}

/// Says so while a deal is written that this tablet has written already. It asks for no tap: whoever wrote it sees it beside
/// the form.
#[component]
pub fn LikeOwn() -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let like = Memo::new(move |_| {
        let usual = intake.usual.get();
        let terms = intake.draft.with(|draft| {
            let is_whole = draft.is_new() && draft.missing().is_empty();
            is_whole.then(|| draft.terms(&usual, |_| true).ok())
        })??;
        of_own(&intake, &terms)
    });
    view! {
        <p class="like-own" role="status" data-testid="like-own">
            {move || like.with(|like| like.as_ref().map(|(number, text)| t.like_own(*number, text)))}
        </p>
    }
}

/// The question and its answers.
#[component]
pub fn Asked(
    /// Sends what the form holds.
    #[prop(into)]
    send: Callback<()>,
) -> impl IntoView {
    let intake = Intake::of_page();
    let t = texts().broker();
    let send_so = move |question: Question| {
        intake.answered.update_value(|answered| answered.push(question));
        intake.question.set(None);
        send.run(());
    };
    move || {
        let question = intake.question.get()?;
        let words = t.question(&question);
        let heading = NodeRef::<leptos::html::P>::new();
        Effect::new(move || {
            if let Some(heading) = heading.get() {
                focus(&heading);
            }
        });
        let figures = match &question {
            Question::Clash(half, clash) => figures_of(*half, clash).into_any(),
            Question::Alike(_) => ().into_any(),
        };
        let (asked, so) = (question.clone(), question);
        Some(view! {
            <div class="question" role="group" aria-labelledby="question" data-testid="question">
                <p id="question" node_ref=heading tabindex="-1">{words}</p>
                <div class="question-answers">
                    {figures}
                    <button
                        type="button"
                        class="paper-button"
                        data-testid="send-anyway"
                        on:click=move |_| send_so(asked.clone())
                    >
                        {t.send_anyway(&so)}
                    </button>
                    <button
                        type="button"
                        class="paper-button"
                        data-testid="do-not-send"
                        on:click=move |_| intake.question.set(None)
                    >
                        {t.do_not_send}
                    </button>
                </div>
            </div>
        })
    }
}

/// One button for each figure that may hold; it is written everywhere.
fn figures_of(half: Half, clash: &Clash) -> impl IntoView + use<> {
    let intake = Intake::of_page();
    let t = texts().broker();
    clash
        .figures()
        .map(|figure| {
            let words = t.figure(clash, figure);
            let clash = clash.clone();
            let settle = move |_| {
                intake.write(half.text_field(), |draft| draft.half_mut(half).settle(&clash, figure));
            };
            view! {
                <button type="button" class="paper-button paper-button-main" data-testid="settle" on:click=settle>
                    {words}
                </button>
            }
        })
        .collect_view()
}
