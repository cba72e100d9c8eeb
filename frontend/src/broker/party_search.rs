//! The field that a party is chosen in: a touch opens the list, a tap chooses, typing narrows it down.
//!
//! A touch does not bring up the keyboard on the glass, which would hide half the list: one more touch does, or the button
//! beside the field. A keyboard of keys types at once.

use borsklokka_shared::ids::ParticipantId;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::Intake;
use super::choice::{Choice, Hall, Heading, Section};
use super::side::{label, whereabouts};
use crate::components::SymbolChip;
use crate::components::focus::focus;
use crate::draft::Side;
use crate::texts::texts;

/// Most parties that are shown for how they fit.
const FITS_MAX: usize = 4;

/// How the field stands, shared by its parts.
#[derive(Clone, Copy)]
struct Search {
    intake: Intake,
    side: Side,
    /// What is typed: it stays until somebody is chosen, also over a reload.
    query: Memo<String>,
    is_open: RwSignal<bool>,
    /// The option that the keyboard stands on, counted from the top.
    at: RwSignal<Option<usize>>,
    sections: Memo<Vec<Section>>,
    picked: Callback<()>,
}

impl Search {
    fn count(self) -> usize {
        self.sections
            .with(|sections| sections.iter().map(|section| section.choices.len()).sum())
    }

    fn option_id(self, index: usize) -> String {
        format!("{}-option-{index}", self.side.id())
    }

    fn typed(self) -> String {
        self.query.with(|query| query.trim().to_owned())
    }

    fn write(self, typed: String) {
        self.intake
            .write(self.side.field(), |draft| *draft.typed_mut(self.side) = typed);
    }

    fn close(self) {
        self.is_open.set(false);
        self.at.set(None);
    }

    /// Closes the list and empties the field; what was typed can be had back.
    fn give_up(self) {
        self.close();
        if !untrack(|| self.typed()).is_empty() {
            let side = self.side;
            self.intake
                .replace_with(side.field(), move |draft| draft.typed_mut(side).clear());
        }
    }

    fn choose(self, party: ParticipantId) {
        self.close();
        self.write(String::new());
        self.intake.take(self.side, party);
        self.picked.run(());
    }

    fn register(self) {
        let name = untrack(|| self.typed());
        self.close();
        self.intake.begin_newcomer(self.side, name);
    }

    /// Chooses what the keyboard stands on.
    fn enter(self) {
        let Some(at) = self.at.get_untracked() else {
            return;
        };
        let party = self.sections.with_untracked(|sections| {
            let mut choices = sections.iter().flat_map(|section| &section.choices);
            choices.nth(at).map(|choice| choice.party.id)
        });
        match party {
            Some(party) => self.choose(party),
            None => self.register(),
        }
    }

    fn on_key(self, event: &web_sys::KeyboardEvent) {
        let last = untrack(|| self.count());
        let at = self.at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => {
                self.is_open.set(true);
                self.go_to(at.map_or(0, |at| (at + 1).min(last)));
            }
            "ArrowUp" => self.go_to(at.map_or(last, |at| at.saturating_sub(1))),
            "Escape" if self.is_open.get_untracked() => self.give_up(),
            // What is being composed is not written yet.
            "Enter" if event.is_composing() => return,
            "Enter" if self.at.get_untracked().is_some() => self.enter(),
            _ => return,
        }
        event.prevent_default();
    }

    fn go_to(self, index: usize) {
        self.at.set(Some(index));
        let option = document().get_element_by_id(&self.option_id(index));
        if let Some(option) = option.and_then(|option| option.dyn_into::<web_sys::HtmlElement>().ok()) {
            bring_into_view(&option);
        }
    }
}

/// Scrolls the list, and nothing else, as far as an option needs.
fn bring_into_view(option: &web_sys::HtmlElement) {
    let Some(list) = option.offset_parent() else {
        return;
    };
    let (top, bottom) = (option.offset_top(), option.offset_top() + option.offset_height());
    // The last option stays at the lower edge.
    let seen = list.client_height() - option.offset_height();
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + seen {
        list.set_scroll_top(bottom - seen);
    }
}

fn sections(intake: &Intake, side: Side, query: &str) -> Vec<Section> {
    let draft = intake.draft.get();
    let taken: Vec<ParticipantId> = draft.parties().collect();
    let fits = match draft.side(side.other()).first() {
        Some(other) => intake.fits_for(*other, side, FITS_MAX),
        None => Vec::new(),
    };
    let here = intake
        .live
        .read(|board| board.arrived.clone())
        .unwrap_or_default();
    intake.parties.with(|parties| {
        intake.people.with(|people| {
            intake.recent.with(|recent| {
                Hall {
                    parties,
                    people,
                    recent,
                    fits: &fits,
                    here: &here,
                    taken: &taken,
                }
                .sections(query)
            })
        })
    })
}

/// The field and its list.
#[component]
pub fn PartySearch(
    /// Which side's.
    side: Side,
    /// Called when someone was chosen.
    #[prop(into)]
    picked: Callback<()>,
    /// Whether a person asked for the field, so that it takes the focus.
    asked: bool,
) -> impl IntoView {
    let intake = Intake::of_page();
    let query = Memo::new(move |_| intake.draft.with(|draft| draft.typed(side).to_owned()));
    let is_open = RwSignal::new(false);
    let search = Search {
        intake,
        side,
        query,
        is_open,
        at: RwSignal::new(None),
        sections: Memo::new(move |_| {
            if is_open.get() {
                query.with(|query| sections(&intake, side, query))
            } else {
                Vec::new()
            }
        }),
        picked,
    };
    let root = NodeRef::<html::Div>::new();
    let is_outside = move |target: Option<web_sys::EventTarget>| {
        let inside = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        root.get_untracked()
            .is_some_and(|root| !root.contains(inside.as_ref()))
    };
    // A touch on the page's ground moves no focus on some tablets.
    let touched = window_event_listener(ev::pointerdown, move |event| {
        if is_open.try_get_untracked() == Some(true) && is_outside(event.target()) {
            search.close();
        }
    });
    on_cleanup(move || touched.remove());
    view! {
        <div
            class="party-search"
            node_ref=root
            on:focusout=move |event| {
                if event.related_target().is_some() && is_outside(event.related_target()) {
                    search.close();
                }
            }
        >
            <Control search asked />
            {move || is_open.get().then(|| view! { <Options search /> })}
        </div>
    }
}

/// What is touched, and typed in.
#[component]
fn Control(search: Search, asked: bool) -> impl IntoView {
    let t = texts().broker();
    let id = search.side.id();
    let control = NodeRef::<html::Input>::new();
    let types = RwSignal::new(false);
    let open_by_itself = search.intake.opens;
    if asked {
        Effect::new(move || {
            if let Some(control) = control.get() {
                focus(&control);
            }
        });
    }
    Effect::new(move || {
        if let Some(control) = control.get()
            && open_by_itself.get() == Some(search.side)
        {
            open_by_itself.set(None);
            focus(&control);
        }
    });
    let begin_typing = move || {
        types.set(true);
        if let Some(control) = control.get_untracked() {
            // Only what gains the focus brings up the keyboard.
            if control.blur().is_ok() {
                focus(&control);
            }
        }
    };
    view! {
        <input
            class="field-input"
            node_ref=control
            id=id
            data-testid=id
            role="combobox"
            aria-autocomplete="list"
            aria-expanded=move || search.is_open.get().to_string()
            aria-controls=format!("{id}-options")
            aria-activedescendant=move || search.at.get().map(|at| search.option_id(at))
            inputmode=move || if types.get() { "search" } else { "none" }
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            placeholder=t.search
            prop:value=move || search.query.get()
            on:focus=move |_| search.is_open.set(true)
            on:pointerdown=move |_| {
                if search.is_open.get_untracked() && !types.get_untracked() {
                    begin_typing();
                }
                search.is_open.set(true);
            }
            on:blur=move |_| {
                // A field that is taken off the page loses the focus too, when its signals are gone.
                if search.is_open.try_get_untracked() == Some(false) {
                    types.set(false);
                }
            }
            on:input=move |event| {
                search.write(event_target_value(&event));
                search.is_open.set(true);
                search.at.set(Some(0));
            }
            on:keydown=move |event| search.on_key(&event)
        />
        <button
            type="button"
            class="party-type"
            data-testid=format!("{id}-empty")
            hidden=move || search.is_open.get() || search.query.with(String::is_empty)
            on:click=move |_| search.write(String::new())
        >
            {t.empty_it}
        </button>
        <button
            type="button"
            class="party-type"
            data-testid=format!("{id}-type")
            hidden=move || types.get() || !search.is_open.get()
            on:click=move |_| begin_typing()
        >
            {t.type_it}
        </button>
    }
}

/// The list: its sections, and at its end the registration of somebody new.
#[component]
fn Options(search: Search) -> impl IntoView {
    let t = texts().broker();
    let id = search.side.id();
    let numbered = move || {
        let mut first = 0;
        search.sections.get().into_iter().map(move |section| {
            let start = first;
            first += section.choices.len();
            (start, section)
        })
    };
    view! {
        <div
            class="party-options"
            role="listbox"
            id=format!("{id}-options")
            aria-label=label(search.side, texts())
            // The focus stays in the field.
            on:mousedown=move |event| event.prevent_default()
        >
            {move || numbered().map(|(first, section)| view! { <Group search first section /> }).collect_view()}
            {move || {
                let index = search.count();
                let typed = search.typed();
                let words = if typed.is_empty() { t.register_new.to_owned() } else { t.register(&typed) };
                view! {
                    <div
                        class="party-option party-register"
                        role="option"
                        data-testid="register"
                        id=search.option_id(index)
                        aria-selected=move || (search.at.get() == Some(index)).to_string()
                        on:click=move |_| search.register()
                    >
                        {(index == 0).then_some(t.nobody)}
                        " "
                        {words}
                    </div>
                }
            }}
        </div>
    }
}

#[component]
fn Group(search: Search, first: usize, section: Section) -> impl IntoView {
    let t = texts().broker();
    let heading = match section.heading {
        Heading::Fits => {
            let other = search.side.other();
            let party = search
                .intake
                .draft
                .with_untracked(|draft| draft.side(other).first().copied());
            let party = party.and_then(|id| search.intake.party(id));
            t.fits(party.map(|party| party.symbol.to_string()).as_deref())
        }
        Heading::Recent => t.recent.to_owned(),
        Heading::Here => t.who_is_here.to_owned(),
        Heading::Away => t.who_is_away.to_owned(),
        Heading::Everyone => t.everyone.to_owned(),
        Heading::Found => String::new(),
    };
    let label_id = (section.heading != Heading::Found).then(|| format!("{}-group-{first}", search.side.id()));
    let title = label_id
        .clone()
        .map(|id| view! { <p class="party-heading" id=id>{heading}</p> });
    view! {
        <div class="party-group" role="group" aria-labelledby=label_id>
            {title}
            {(first..)
                .zip(section.choices)
                .map(|(index, choice)| view! { <OptionRow search index choice /> })
                .collect_view()}
        </div>
    }
}

#[component]
fn OptionRow(search: Search, index: usize, choice: Choice) -> impl IntoView {
    let t = texts().broker();
    let Choice {
        party,
        person,
        fit,
        is_here,
    } = choice;
    let id = party.id;
    let mut where_ = whereabouts(&party);
    if let Some(person) = person {
        where_ = format!("{where_} · {person}");
    }
    let fit = fit.map(|fit| t.about(fit.listing.kind, &fit.listing.text));
    view! {
        <div
            class="party-option"
            role="option"
            data-testid="option"
            id=search.option_id(index)
            aria-selected=move || (search.at.get() == Some(index)).to_string()
            on:click=move |_| search.choose(id)
        >
            <SymbolChip symbol=party.symbol.to_string() sector=party.sector />
            <span class="party-name" dir="auto">
                {party.name} {is_here.then(|| view! { <small class="party-here" data-testid="here">{t.is_here}</small> })}
                <small>{where_}</small> {fit.map(|fit| view! { <small class="party-fit">{fit}</small> })}
            </span>
        </div>
    }
}
