//! The pad: a finger, a pen or a mouse draws on it, and what was drawn goes into the outbox.

use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::NAME_CHARS_MAX;
use leptos::ev::PointerEvent;
use leptos::html;
use leptos::prelude::*;

use super::ink::{HEIGHT, Ink, Point, WIDTH};
use super::paper::Paper;
use crate::components::{HandForm, TextField};
use crate::live::outbox::personal::{Matter, Signature};
use crate::signed::Signatory;
use crate::texts::texts;

/// Signs for a party.
#[component]
pub fn Pad(
    /// For which.
    party: ParticipantId,
    /// What it says.
    says: String,
) -> impl IntoView {
    let paper = Paper::of_page();
    let t = texts();
    let who = RwSignal::new(String::new());
    let ink = RwSignal::new(Ink::default());
    let (no_name, no_ink) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let take = move || {
        let signatory = who.get_untracked().trim().to_owned();
        let is_blank = ink.with_untracked(Ink::is_blank);
        no_name.set(signatory.is_empty().then(|| t.agreement().no_name.to_owned()));
        no_ink.set(is_blank);
        if !signatory.is_empty() && !is_blank {
            sign(&paper, party, signatory, ink.get_untracked());
            paper.pad.set(None);
        }
    };
    view! {
        <HandForm class="signing">
            <TextField
                id="signs"
                testid="signs"
                label=t.agreement().who
                hint=t.agreement().who_hint
                focused=true
                chars_max=NAME_CHARS_MAX
                value=who
                error=no_name
                write=move |text| {
                    who.set(text);
                    no_name.set(None);
                }
            />
            <Drawing ink says />
            <Show when=move || no_ink.get() && ink.with(Ink::is_blank)>
                <p class="field-error" role="alert">{t.agreement().no_ink}</p>
            </Show>
            <div class="signing-acts">
                <button
                    type="button"
                    class="paper-button"
                    data-testid="pad-clear"
                    on:click=move |_| ink.set(Ink::default())
                >
                    {t.agreement().clear}
                </button>
                <button type="button" class="paper-button" on:click=move |_| paper.pad.set(None)>
                    {t.broker().cancel}
                </button>
                <button
                    type="button"
                    class="paper-button paper-button-main"
                    data-testid="pad-done"
                    on:click=move |_| take()
                >
                    {t.agreement().done}
                </button>
            </div>
        </HandForm>
    }
}

/// The field to draw in. One finger draws; what else touches it meanwhile is a palm.
#[component]
fn Drawing(ink: RwSignal<Ink>, says: String) -> impl IntoView {
    let field = NodeRef::<html::Div>::new();
    let label = says.clone();
    let finger = RwSignal::new(None::<i32>);
    let at = move |event: &PointerEvent| -> Option<Point> {
        let field = field.get_untracked()?.get_bounding_client_rect();
        let unit = f64::from(WIDTH) / field.width().max(1.0);
        let across = (f64::from(event.client_x()) - field.left()) * unit;
        let down = (f64::from(event.client_y()) - field.top()) * unit;
        Some([
            across.clamp(0.0, f64::from(WIDTH)) as u16,
            down.clamp(0.0, f64::from(HEIGHT)) as u16,
        ])
    };
    let press = move |event: PointerEvent| {
        let Some(point) = at(&event).filter(|_| event.button() == 0 && finger.get_untracked().is_none())
        else {
            return;
        };
        finger.set(Some(event.pointer_id()));
        if let Some(field) = field.get_untracked() {
            // Refused where the finger is up again already: the line just ends at the edge.
            let _held = field.set_pointer_capture(event.pointer_id());
        }
        ink.update(|ink| ink.press(point));
    };
    let go = move |event: PointerEvent| {
        if finger.get_untracked() == Some(event.pointer_id())
            && let Some(point) = at(&event)
        {
            ink.update(|ink| ink.go(point));
        }
    };
    let lift = move |event: PointerEvent| {
        if finger.get_untracked() == Some(event.pointer_id()) {
            finger.set(None);
            ink.update(Ink::lift);
        }
    };
    view! {
        <div
            class="pad"
            node_ref=field
            data-testid="pad"
            role="img"
            aria-label=label
            style:aspect-ratio=format!("{WIDTH} / {HEIGHT}")
            on:pointerdown=press
            on:pointermove=go
            on:pointerup=lift
            on:pointercancel=lift
            // A finger that is lifted in mid-stroke leaves no fling behind that swallows the next tap.
            on:touchmove=move |event| event.prevent_default()
            on:contextmenu=move |event| event.prevent_default()
        >
            <Show when=move || ink.with(Ink::is_blank)>
                <span class="pad-says">{says.clone()}</span>
            </Show>
            <svg class="pad-ink" viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">
                <path d=move || ink.with(Ink::finished) />
                <path d=move || ink.with(Ink::unfinished) />
            </svg>
        </div>
    }
}

/// Puts a signature in the outbox, in place of what the party signed here before.
fn sign(paper: &Paper, participant: ParticipantId, name: String, ink: Ink) {
    let Paper {
        intake: super::Intake { outbox, live, .. },
        deal,
        ..
    } = *paper;
    let Some(terms) = paper.terms.get_untracked() else {
        return;
    };
    for earlier in paper.waiting.get_untracked() {
        if earlier.participant == participant {
            outbox.delete(earlier.id);
        }
    }
    paper.there.update(|there| {
        there.retain(|other| other.participant != participant);
        there.push(Signatory {
            participant,
            name: name.clone(),
            signed_at: live.now(),
            stale: false,
        });
    });
    outbox.post_personal(Matter::Signature {
        deal,
        participant,
        signature: Signature {
            name,
            strokes: ink.strokes(),
            terms: Some(Box::new(terms)),
        },
    });
}
