//! A deal to correct, on a sheet: all of it, whoever wrote it.

pub mod correction;
mod unsaved;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::deal::Terms;
use borsklokka_shared::decide::shape;
use borsklokka_shared::ids::{CategoryId, DealId, ListingId, ParticipantId};
use borsklokka_shared::limits::{REMARK_CHARS_MAX, SERVICE_CHARS_MAX, UNIT_CHARS_MAX};
use borsklokka_shared::order;
use borsklokka_shared::refusal::Refusal;
use leptos::prelude::*;

use self::correction::{field_of, put};
use crate::components::field::{FieldError, is_half_typed, show_first_error};
use crate::components::focus::{focus, go_on_next_frame};
use crate::components::{SymbolChip, TextField};
use crate::desk::Desk;
use crate::desk::surety::Surety;
use crate::desk::undo::Undo;
use crate::draft::meanwhile::Names;
use crate::draft::question::Question;
use crate::draft::wording::Clash;
use crate::draft::{Draft, Field, FirstBy, Half, LeftOut, Side, Wording};
use crate::party::Party;
use crate::sheet::{Sheet, Sheets};
use crate::texts::moderator::{Amend, details};
use crate::texts::{Texts, texts};
use crate::typed::lasting;

/// The days: what they are called on the page, and where it is said that one is wrong.
const DUE: (&str, Field) = ("amend-due", Field::Due);
const DEADLINE: (&str, Field) = ("amend-deadline", Field::Deadline);

/// What the form holds, in whichever words. Copied freely.
#[derive(Clone, Copy)]
struct Held {
    draft: RwSignal<Draft>,
    /// Whether it holds what was typed before and not saved.
    is_kept: RwSignal<bool>,
    /// Which figure holds, while that is asked.
    question: RwSignal<Option<Clashing>>,
    /// What was answered with "save it so", until something else is written.
    answered: StoredValue<Vec<Clashing>>,
}

impl Held {
    /// A deal as it stands, or as it was typed before.
    fn new(stands: Draft, typed: Option<Draft>) -> Self {
        Self {
            is_kept: RwSignal::new(typed.is_some()),
            draft: RwSignal::new(typed.unwrap_or(stands)),
            question: RwSignal::new(None),
            answered: StoredValue::new(Vec::new()),
        }
    }
}

/// What the form holds, and what is wrong with it. Copied freely.
#[derive(Clone, Copy)]
struct Form {
    desk: Desk,
    deal: DealId,
    draft: RwSignal<Draft>,
    is_kept: RwSignal<bool>,
    wrong: RwSignal<Vec<(Field, String)>>,
    question: RwSignal<Option<Clashing>>,
    answered: StoredValue<Vec<Clashing>>,
}

/// Two figures that cannot both be true, and in which direction.
type Clashing = (Half, Clash);

impl Form {
    /// Changes the draft; what was wrong with the field is forgotten, and what was asked.
    fn write(self, field: Field, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.draft.with_untracked(|draft| unsaved::keep(self.deal, draft));
        self.question.set(None);
        self.answered.set_value(Vec::new());
        self.wrong
            .update(|wrong| wrong.retain(|(other, _)| *other != field));
    }

    /// Shows the deal as it stands, in the place of what was typed before.
    fn begin_anew(self) {
        unsaved::forget(self.deal);
        let stands = self.desk.live.peek(|board| stands(self.deal, board));
        if let Some(stands) = stands.flatten() {
            self.draft.set(stands);
        }
        self.wrong.set(Vec::new());
        self.question.set(None);
        self.is_kept.set(false);
    }

    /// What somebody else has changed too, in words, field by field. The form holds it on top of what stands now: saved once more,
    /// it is meant.
    fn overtaken(self, terms: &Terms) -> Vec<(Field, String)> {
        let mut draft = self.draft.get_untracked();
        let stands = self.desk.live.peek(|board| {
            let now = &board.deals.get(&self.deal)?.terms;
            Some(draft.put_on(terms, now, board))
        });
        let stands = stands.flatten().unwrap_or_default();
        if !stands.is_empty() {
            unsaved::keep(self.deal, &draft);
            self.draft.set(draft);
        }
        Texts::of(self.desk.live.language().get_untracked())
            .broker()
            .overtaken(stands)
    }

    /// Keeps what is typed true to the board: whoever is merged stands there as the one that was kept, nobody who is erased does, and a
    /// category that goes is asked for anew.
    fn follow_board(self) {
        let live = self.desk.live;
        Effect::new(move |called: Option<Names>| {
            let called = called.unwrap_or_default();
            let typed = self.draft.get();
            let today = live.read(|board| {
                let (today, why) = typed.clone().of_today(board, &called, &|_| false);
                let names = today.names(board);
                (today, why, names)
            });
            // A deal of somebody who was erased is the server's to refuse.
            let today = today.filter(|(today, ..)| today.amends == typed.amends);
            let Some((today, why, names)) = today else {
                return called;
            };
            if today != typed {
                unsaved::keep(self.deal, &today);
                self.draft.set(today);
            }
            if let Some(why) = why {
                let said = why.message(live.language().get_untracked());
                self.wrong.update(|wrong| {
                    wrong.retain(|(field, _)| *field != Field::Form);
                    wrong.push((Field::Form, said));
                });
            }
            names
        });
    }

    /// The first thing to ask before it is saved, unless it was answered.
    fn asks(self) -> Option<Clashing> {
        let answered = self.answered.get_value();
        self.draft.with_untracked(|draft| {
            let mut clashes = draft
                .halves()
                .filter_map(|half| Some((half, draft.half(half).clash()?)));
            clashes.find(|clashing| !answered.contains(clashing))
        })
    }

    /// What is wrong with a field.
    fn wrong_with(self, field: Field) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.wrong.with(|wrong| {
                let mut found = wrong.iter().filter(|(other, _)| *other == field);
                found.next().map(|(_, words)| words.clone())
            })
        })
    }

    /// What stands in a field.
    fn text(self, read: impl Fn(&Draft) -> &str + Send + Sync + 'static) -> Signal<String> {
        Signal::derive(move || self.draft.with(|draft| read(draft).to_owned()))
    }
}

/// A deal of the board as the form shows it.
fn stands(deal: DealId, board: &Board) -> Option<Draft> {
    let deal = board.deals.get(&deal)?;
    Some(Draft::of(&deal.terms, Some(deal.id), None))
}

/// A deal to correct.
#[component]
pub fn AmendSheet(
    /// Which deal.
    deal: DealId,
) -> impl IntoView {
    let (desk, sheets, undo) = (Desk::of_page(), Sheets::of_page(), Undo::of_page());
    let (t, words) = (texts().moderator(), details().amend());
    unsaved::ask(desk.live);
    let before = desk
        .live
        .peek(|board| {
            let number = board.deals.get(&deal)?.number;
            Some((stands(deal, board)?, unsaved::of(deal, board), number))
        })
        .flatten();
    // A snapshot in between may have taken the deal away: there is nothing to correct then.
    let form = before.map(|(stands, typed, number)| {
        let Held {
            draft,
            is_kept,
            question,
            answered,
        } = lasting(|| Held::new(stands, typed));
        let form = Form {
            desk,
            deal,
            draft,
            is_kept,
            wrong: RwSignal::new(Vec::new()),
            question,
            answered,
        };
        form.follow_board();
        let send = move |terms: Terms| {
            let change = |from: &Terms, to: &Terms| Command::AmendDeal {
                deal,
                terms: to.clone(),
                expected: Some(Box::new(from.clone())),
            };
            // What it was opened from: what was typed before may be of an earlier day than what stands.
            let Some(before) = form.draft.with_untracked(|draft| draft.amended.clone()) else {
                return;
            };
            let back = change(&terms, &before);
            // What is refused is still typed.
            desk.ask_as(Surety::CanBeTakenBack, &change(&before, &terms), move || {
                unsaved::forget(deal);
                undo.offer(t.did_amend.to_owned(), back);
            });
            sheets.close();
        };
        let step = texts().broker().first_default;
        let save = move |()| match corrected(&form, (words, step)) {
            Ok(terms) => match form.asks() {
                None => send(terms),
                question => form.question.set(question),
            },
            Err(wrong) => {
                form.wrong.set(wrong);
                go_on_next_frame(|| show_first_error(".sheet-form"));
            }
        };
        let lead = number.map_or_else(|| words.no_number.to_owned(), |number| words.deal(number.0));
        view! { <CorrectionForm form lead save /> }
    });
    view! {
        <Sheet testid="amend" title=words.title>
            {form}
        </Sheet>
    }
}

/// The terms as they are to be, or what is wrong, field by field: what the server would refuse, for its shape or because somebody else
/// changed the same, is said while it can be mended.
fn corrected(form: &Form, (words, step): (&Amend, &'static str)) -> Result<Terms, Vec<(Field, String)>> {
    let (desk, deal) = (form.desk, form.deal);
    let draft = form.draft.get_untracked();
    let parties: Vec<ParticipantId> = draft.parties().collect();
    let keep = |listing: ListingId| {
        let owner = desk
            .live
            .peek(|board| board.listings.get(&listing).map(|listing| listing.participant));
        // What has left the catalogue may stay; what belongs to nobody here is not met.
        owner.flatten().is_none_or(|owner| parties.contains(&owner))
    };
    let terms = correction::terms(&draft, step, keep);
    let half_typed = [DUE, DEADLINE].into_iter().filter(|(id, _)| is_half_typed(id));
    let mut wrong: Vec<Field> = half_typed.map(|(_, field)| field).collect();
    wrong.extend(terms.as_ref().err().into_iter().flatten());
    let terms = match terms {
        Ok(terms) if wrong.is_empty() => terms,
        _ => {
            let said = |field| (field, words.wrong(field).to_owned());
            return Err(wrong.into_iter().map(said).collect());
        }
    };
    let is_gone = |id: &ParticipantId| desk.live.peek(|board| board.participant(*id).is_none()) == Some(true);
    let with_gone = [Side::Givers, Side::Receivers]
        .into_iter()
        .filter(|side| draft.side(*side).iter().any(is_gone));
    let said = Refusal::UnknownParticipant.message(desk.live.language().get_untracked());
    let wrong: Vec<_> = with_gone.map(|side| (side.field(), said.clone())).collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let command = |terms| Command::AmendDeal {
        deal,
        terms,
        expected: None,
    };
    match shape(&command(terms.clone())) {
        Ok(()) => match form.overtaken(&terms) {
            stands if stands.is_empty() => Ok(terms),
            stands => Err(stands),
        },
        Err(refusal) => {
            let field = field_of(&refusal, &terms, |terms| shape(&command(terms)).is_err());
            let said = refusal.message(desk.live.language().get_untracked());
            Err(vec![(field, said)])
        }
    }
}

/// The form.
#[component]
fn CorrectionForm(
    /// What it holds.
    form: Form,
    /// What it says first.
    lead: String,
    /// Called to keep it.
    #[prop(into)]
    save: Callback<()>,
) -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().amend();
    view! {
        <form
            class="sheet-form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                save.run(());
            }
        >
            <p class="sheet-lead">{lead}</p>
            <Show when=move || form.is_kept.get()>
                <p class="sheet-lead" role="status" data-testid="amend-kept">
                    {words.kept} " "
                    <button type="button" class="button" data-testid="amend-anew" on:click=move |_| form.begin_anew()>
                        {words.anew}
                    </button>
                </p>
            </Show>
            <div class="sheet-pair">
                <PartiesOf form side=Side::Givers legend=words.givers id="amend-givers" />
                <PartiesOf form side=Side::Receivers legend=words.receivers id="amend-receivers" />
            </div>
            <label class="sheet-choice">
                <input
                    type="checkbox"
                    data-testid="amend-intention"
                    prop:checked=move || form.draft.with(|draft| draft.intention)
                    on:change=move |event| {
                        let is_on = event_target_checked(&event);
                        form.write(Field::Return, |draft| draft.intention = is_on);
                    }
                />
                <span>{words.intention}</span>
            </label>
            <LeftOutNote form of=|left_out| matches!(left_out, LeftOut::Return(_)) />
            <Direction form ids=SERVICE half=Half::Service legend=words.service />
            <div hidden=move || form.draft.with(|draft| draft.intention)>
                <Direction form ids=RETURN half=Half::Return legend=words.returned />
            </div>
            <Particulars form />
            <Asked form save />
            // Its answers stand in the place of saving.
            <p class="sheet-acts sheet-foot" hidden=move || form.question.with(Option::is_some)>
                <span class="sheet-wrong" role="alert">{form.wrong_with(Field::Form)}</span>
                <button type="submit" class="button button-primary" data-testid="amend-save" disabled=desk.is_cut_off()>
                    {words.save}
                </button>
            </p>
        </form>
    }
}

/// Which of two figures holds: asked before it is saved, as on a tablet.
#[component]
fn Asked(form: Form, save: Callback<()>) -> impl IntoView {
    let (t, words) = (texts().broker(), details().amend());
    move || {
        let (half, clash) = form.question.get()?;
        let heading = NodeRef::<leptos::html::P>::new();
        Effect::new(move || {
            if let Some(heading) = heading.get() {
                focus(&heading);
            }
        });
        let figures = clash.figures().map(|figure| {
            let said = t.figure(&clash, figure);
            let clash = clash.clone();
            let settle = move |_| {
                form.write(half.text_field(), |draft| draft.half_mut(half).settle(&clash, figure));
            };
            view! {
                <button type="button" class="button button-primary" data-testid="amend-settle" on:click=settle>
                    {said}
                </button>
            }
        });
        let question = t.question(&Question::Clash(half, clash.clone()));
        let save_so = move |_| {
            form.answered
                .update_value(|answered| answered.push((half, clash.clone())));
            form.question.set(None);
            save.run(());
        };
        Some(view! {
            <div class="sheet-fields" role="group" aria-labelledby="amend-question" data-testid="amend-question">
                <p class="sheet-legend" id="amend-question" node_ref=heading tabindex="-1">{question}</p>
                <p class="sheet-acts">
                    {figures.collect_view()}
                    <button type="button" class="button" data-testid="amend-save-so" on:click=save_so>
                        {words.save_anyway}
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-testid="amend-do-not-save"
                        on:click=move |_| form.question.set(None)
                    >
                        {words.do_not_save}
                    </button>
                </p>
            </div>
        })
    }
}

/// First step and days.
#[component]
fn Particulars(form: Form) -> impl IntoView {
    let words = details().amend();
    view! {
        <fieldset class="sheet-fields">
            <legend class="sheet-legend">{words.particulars}</legend>
            <div class="sheet-trio">
                <FirstMover form />
                <TextField
                    id="amend-first-what"
                    testid="amend-first-what"
                    label=words.first_what
                    hint=texts().broker().first_default
                    chars_max=REMARK_CHARS_MAX
                    value=form.text(|draft| &draft.first_what)
                    error=form.wrong_with(Field::FirstStep)
                    write=move |text| form.write(Field::FirstStep, |draft| draft.first_what = text)
                />
                <TextField
                    id=DUE.0
                    testid=DUE.0
                    kind="date"
                    label=words.due
                    value=form.text(|draft| draft.due.as_deref().unwrap_or_default())
                    error=form.wrong_with(DUE.1)
                    write=move |day| form.write(DUE.1, |draft| draft.due = Some(day))
                />
                <TextField
                    id=DEADLINE.0
                    testid=DEADLINE.0
                    kind="date"
                    label=words.deadline
                    value=form.text(|draft| draft.deadline.as_deref().unwrap_or_default())
                    error=form.wrong_with(DEADLINE.1)
                    write=move |day| form.write(DEADLINE.1, |draft| draft.deadline = Some(day))
                />
            </div>
            <LeftOutNote form of=|left_out| matches!(left_out, LeftOut::FirstStep(_)) />
        </fieldset>
    }
}

/// What stands in the form and is not kept as things are, in words.
#[component]
fn LeftOutNote(
    form: Form,
    /// Which of it.
    of: fn(&LeftOut) -> bool,
) -> impl IntoView {
    let words = details().amend();
    let left_out = Memo::new(move |_| form.draft.with(|draft| draft.left_out().into_iter().find(of)));
    // The place is there before it speaks, so that a reader of screens hears it.
    view! {
        <p class="left-out" role="status" data-testid="amend-left-out" dir="auto">
            {move || left_out.with(|left_out| left_out.as_ref().map(|left_out| words.left_out(left_out)))}
        </p>
    }
}

/// Everyone who may be a party, by name.
fn everyone(board: &Board) -> Vec<(ParticipantId, String)> {
    let mut all: Vec<(ParticipantId, String)> = board
        .participants
        .values()
        .map(|party| (party.id, format!("{} ({})", party.name, party.symbol)))
        .collect();
    order::sort_by_key(&mut all, |(id, name)| (name.to_lowercase(), *id));
    all
}

/// Who is on a side.
#[derive(Clone, PartialEq)]
struct Present {
    id: ParticipantId,
    /// As it is, or as it was when it was last there.
    party: Option<Party>,
    /// It was taken out of the exchange meanwhile.
    is_gone: bool,
}

/// Who is on a side: each can be taken off, and anybody put there.
#[component]
fn PartiesOf(
    form: Form,
    side: Side,
    legend: &'static str,
    /// Joins the choice and what is wrong with it.
    id: &'static str,
) -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().amend();
    let wrong = form.wrong_with(side.field());
    let all = desk.live.peek(everyone).unwrap_or_default();
    let gone = texts().broker().gone;
    let here = Memo::new(move |before: Option<&Vec<Present>>| {
        let of_board = desk.live.read(|board| {
            form.draft.with(|draft| {
                let ids = draft.side(side).iter();
                ids.map(|id| (*id, board.participant(*id).map(Party::of)))
                    .collect::<Vec<_>>()
            })
        });
        let present = |(id, party): (ParticipantId, Option<Party>)| {
            // Whoever is gone is shown all the same, by what they were called last: what nobody sees nobody takes off.
            let last = || before?.iter().find(|one| one.id == id)?.party.clone();
            let is_gone = party.is_none();
            let party = party.or_else(last);
            Present { id, party, is_gone }
        };
        of_board
            .unwrap_or_default()
            .into_iter()
            .map(present)
            .collect::<Vec<_>>()
    });
    view! {
        <fieldset class="sheet-fields">
            <legend class="sheet-legend">{legend}</legend>
            <ul class="sheet-parties">
                {move || {
                    here.get()
                        .into_iter()
                        .map(|Present { id: party_id, party, is_gone }| {
                            let name = party.as_ref().map(|party| party.name.clone()).unwrap_or_default();
                            let takes_off = words.take_off(&name);
                            let chip = party
                                .map(|party| view! { <SymbolChip symbol=party.symbol sector=party.sector /> });
                            view! {
                                <li>
                                    {chip}
                                    <span dir="auto">{name} {is_gone.then(|| view! { " " <small>{gone}</small> })}</span>
                                    <button
                                        type="button"
                                        class="deal-act"
                                        data-testid="amend-off"
                                        aria-label=takes_off
                                        on:click=move |_| form.write(side.field(), |draft| draft.drop_party(party_id))
                                    >
                                        "×"
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <select
                class="screen-scene"
                data-testid=id
                aria-label=legend
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-error"))
                prop:value=move || {
                    // Once somebody is chosen it asks anew.
                    here.track();
                    ""
                }
                on:change=move |event| {
                    if let Ok(party) = event_target_value(&event).parse() {
                        form.write(side.field(), |draft| put(draft, side, ParticipantId(party)));
                    }
                }
            >
                <option value="">{words.put_on}</option>
                {all
                    .into_iter()
                    .map(|(party, name)| view! { <option value=party.0.to_string() dir="auto">{name}</option> })
                    .collect_view()}
            </select>
            <FieldError id error=wrong />
        </fieldset>
    }
}

/// Who moves first, as things stand: whoever was taken off does again once they are back.
#[component]
fn FirstMover(form: Form) -> impl IntoView {
    let desk = Desk::of_page();
    let words = details().amend();
    let choices = desk.live.board(move |board| {
        form.draft.with(|draft| {
            let named = |id| Some((id, board.participant(id)?.name.clone()));
            draft.parties().filter_map(named).collect::<Vec<_>>()
        })
    });
    let mover = Memo::new(move |_| form.draft.with(Draft::first_mover));
    view! {
        <div class="field">
            <label class="field-label" for="amend-first-by">{words.first_by}</label>
            <select
                class="screen-scene"
                id="amend-first-by"
                data-testid="amend-first-by"
                on:change=move |event| {
                    let party = event_target_value(&event).parse().ok().map(ParticipantId);
                    form.write(
                        Field::FirstStep,
                        |draft| draft.first_by = party.map_or(FirstBy::Nobody, FirstBy::Party),
                    );
                }
            >
                <option value="" prop:selected=move || mover.get().is_none()>
                    {words.nobody}
                </option>
                {move || {
                    choices
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|(party, name)| {
                            view! {
                                <option
                                    value=party.0.to_string()
                                    prop:selected=move || mover.get() == Some(party)
                                    dir="auto"
                                >
                                    {name}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </div>
    }
}

/// What joins the labels of a direction to their fields.
#[derive(Clone, Copy)]
struct Ids {
    text: &'static str,
    category: &'static str,
    amount: &'static str,
    unit: &'static str,
    hours: &'static str,
    worth: &'static str,
}

const SERVICE: Ids = Ids {
    text: "amend-text",
    category: "amend-category",
    amount: "amend-amount",
    unit: "amend-unit",
    hours: "amend-hours",
    worth: "amend-worth",
};
const RETURN: Ids = Ids {
    text: "amend-return-text",
    category: "amend-return-category",
    amount: "amend-return-amount",
    unit: "amend-return-unit",
    hours: "amend-return-hours",
    worth: "amend-return-worth",
};

/// How a figure of a direction is read, and written as on a tablet: figures follow the text, and what a hand wrote is asked about.
type Part = (fn(&Wording) -> &str, fn(&mut Wording, String));

const AMOUNT: Part = (|wording| &wording.amount, Wording::write_amount);
const HOURS: Part = (|wording| &wording.hours, Wording::write_hours);
const WORTH: Part = (|wording| &wording.worth, |wording, worth| wording.worth = worth);

/// What one side does.
#[component]
fn Direction(form: Form, ids: Ids, half: Half, legend: &'static str) -> impl IntoView {
    let t = details().amend();
    let number = move |id: &'static str, label, keyboard, field, (read, write): Part| {
        let value = form.text(move |draft| read(draft.half(half)));
        view! {
            <TextField
                id
                testid=id
                label=label
                keyboard=keyboard
                value
                error=form.wrong_with(field)
                write=move |text| form.write(field, |draft| write(draft.half_mut(half), text))
            />
        }
    };
    view! {
        <fieldset class="sheet-fields">
            <legend class="sheet-legend">{legend}</legend>
            <TextField
                id=ids.text
                testid=ids.text
                label=t.text
                chars_max=SERVICE_CHARS_MAX
                value=form.text(move |draft| &draft.half(half).text)
                error=form.wrong_with(half.text_field())
                write=move |text| form.write(half.text_field(), |draft| draft.half_mut(half).write(text))
            />
            <div class="sheet-trio">
                {number(ids.amount, t.amount, "numeric", half.amount_field(), AMOUNT)}
                <TextField
                    id=ids.unit
                    testid=ids.unit
                    label=t.unit
                    chars_max=UNIT_CHARS_MAX
                    value=form.text(move |draft| &draft.half(half).unit)
                    write=move |text| form.write(half.amount_field(), |draft| draft.half_mut(half).unit = text)
                />
                {number(ids.hours, t.hours, "decimal", half.hours_field(), HOURS)}
                {number(ids.worth, t.worth, "numeric", half.worth_field(), WORTH)}
                <CategoryChoice form half id=ids.category />
            </div>
        </fieldset>
    }
}

/// What one direction counts in.
#[component]
fn CategoryChoice(form: Form, half: Half, id: &'static str) -> impl IntoView {
    let desk = Desk::of_page();
    let t = details().amend();
    let categories = desk.live.board(Board::categories);
    let chosen = Memo::new(move |_| form.draft.with(|draft| draft.half(half).category.clone()));
    let (refused, said) = (form.wrong_with(half.category_field()), texts().broker());
    let wrong = Signal::derive(move || {
        let gone = form.draft.with(|draft| draft.half(half).gone.clone());
        gone.map(|name| said.category_gone(&name))
            .or_else(|| refused.get())
    });
    view! {
        <div class="field">
            <label class="field-label" for=id>{t.category}</label>
            <select
                class="screen-scene"
                id=id
                data-testid=id
                aria-invalid=move || wrong.with(Option::is_some).to_string()
                aria-describedby=move || wrong.with(Option::is_some).then(|| format!("{id}-error"))
                on:change=move |event| {
                    let key = event_target_value(&event);
                    let category = (!key.is_empty()).then_some(CategoryId(key));
                    form.write(half.category_field(), |draft| draft.half_mut(half).choose_category(category));
                }
            >
                <option value="" prop:selected=move || chosen.with(Option::is_none)>
                    {t.no_category}
                </option>
                {move || {
                    categories
                        .get()
                        .unwrap_or_default()
                        .into_iter()
                        .map(|category| {
                            let key = category.id.clone();
                            view! {
                                <option
                                    dir="auto"
                                    value=category.id.0
                                    prop:selected=move || chosen.with(|chosen| chosen.as_ref() == Some(&key))
                                >
                                    {category.name}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
            <FieldError id error=wrong />
        </div>
    }
}
