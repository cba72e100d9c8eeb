//! Several participants at once: they are given places in the hall, printed, or marked as arrived. Each is asked for by itself, and
//! what came of each is said.

use std::collections::BTreeSet;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::limits::PLACE_CHARS_MAX;
use borsklokka_shared::participant::{Participant, ParticipantEntry};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::Button;
use crate::live::Live;
use crate::live::answer::Answer;
use crate::organiser::fields::Text;
use crate::organiser::office::Office;
use crate::organiser::unsaved::Unsaved;
use crate::texts::organiser::{print_words, several_words};
use crate::texts::texts;

/// Most digits of a place's number.
const DIGITS_MAX: usize = 4;

/// The participants that are chosen. Copied freely.
#[derive(Clone, Copy)]
pub struct Chosen(RwSignal<BTreeSet<ParticipantId>>);

impl Chosen {
    /// Nobody yet.
    pub fn new() -> Self {
        Self(RwSignal::default())
    }

    /// Whether somebody is.
    pub fn has(self, id: ParticipantId) -> bool {
        self.0.with(|chosen| chosen.contains(&id))
    }

    /// Chooses somebody, or not.
    pub fn set(self, id: ParticipantId, is_chosen: bool) {
        self.0.update(|chosen| {
            if is_chosen {
                chosen.insert(id);
            } else {
                chosen.remove(&id);
            }
        });
    }
}

impl Default for Chosen {
    fn default() -> Self {
        Self::new()
    }
}

/// How far it has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Course {
    all: usize,
    changed: usize,
    unchanged: usize,
    /// Who was refused, and why.
    refused: Vec<String>,
    is_over: bool,
    /// Says how many were changed.
    of: Deed,
}

/// What is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Deed {
    /// Places are given.
    #[default]
    Place,
    /// They have come.
    Arrival,
}

impl Course {
    fn done(&self) -> usize {
        self.changed + self.unchanged + self.refused.len()
    }

    /// What came of it, in words.
    fn sentences(&self) -> Vec<String> {
        let s = several_words();
        let mut said = Vec::new();
        if self.changed > 0 || self.refused.is_empty() {
            said.push(match self.of {
                Deed::Place => s.placed(self.changed),
                Deed::Arrival => s.marked(self.changed),
            });
        }
        if self.unchanged > 0 {
            said.push(s.unchanged(self.unchanged));
        }
        said
    }
}

/// A command for somebody; none if there is nothing to do.
type Errand = (String, Option<Command>);

/// Those that are chosen, and what can be done with them.
#[component]
pub fn Several(
    /// Those that the table shows, in its order.
    all: Memo<Vec<ParticipantId>>,
    /// Those that are chosen.
    chosen: Chosen,
) -> impl IntoView {
    let s = several_words();
    let office = Office::of_page();
    let cut_off = office.desk.is_cut_off();
    // What a search hides is not meant.
    let meant = Memo::new(move |_| -> Vec<ParticipantId> {
        let shown = all.get();
        chosen
            .0
            .with(|chosen| shown.into_iter().filter(|id| chosen.contains(id)).collect())
    });
    let count = Memo::new(move |_| meant.with(Vec::len));
    let is_any = Memo::new(move |_| count.get() > 0);
    let has_all = move || is_any.get() && all.with(Vec::len) == count.get();
    let gives_place = RwSignal::new(false);
    let course = RwSignal::new(None::<Course>);
    let is_at_work =
        Memo::new(move |_| course.with(|course| course.as_ref().is_some_and(|course| !course.is_over)));
    let cannot = Signal::derive(move || cut_off.get() || is_at_work.get());
    let symbols = Memo::new(move |_| {
        let (whole, symbols) = office.desk.live.read(|board| symbols(board, &meant.get()))?;
        // Everyone needs no list of names.
        (!whole).then_some(symbols)
    });
    let print = move |path: &'static str, words: &'static str| {
        let href = move || {
            let symbols = symbols.get();
            let symbols = symbols.map(|symbols| format!("?symbols={symbols}"));
            office.url(&format!("{path}{}", symbols.unwrap_or_default()))
        };
        view! {
            <a class="button" target="_blank" rel="noopener" data-testid="several-print" href=href>
                {words}
            </a>
        }
    };
    let mark = move || {
        let errands = office.desk.live.peek(|board| {
            let known = meant.get_untracked();
            let known = known.iter().filter_map(|id| board.participant(*id));
            let errands = known.map(|known| {
                let command = Command::MarkArrived {
                    participant: known.id,
                };
                let is_left = !board.arrived.contains(&known.id);
                (known.name.clone(), is_left.then_some(command))
            });
            errands.collect()
        });
        run(
            office.desk.live,
            course,
            Deed::Arrival,
            errands.unwrap_or_default(),
        );
    };
    view! {
        <div class="several" data-testid="several">
            <div class="several-acts" hidden=move || all.with(Vec::is_empty)>
                <label class="choice">
                    <input
                        type="checkbox"
                        data-testid="choose-all"
                        prop:checked=has_all
                        on:change=move |event| {
                            let is_chosen = event_target_checked(&event);
                            for id in all.try_get_untracked().unwrap_or_default() {
                                chosen.set(id, is_chosen);
                            }
                        }
                    />
                    {s.all}
                </label>
                <span role="status">
                    {move || is_any.get().then(|| s.chosen(count.get()))}
                </span>
                <div class="form-acts" hidden=move || !is_any.get()>
                    <button
                        type="button"
                        class="button"
                        data-testid="several-place"
                        aria-expanded=move || gives_place.get().to_string()
                        on:click=move |_| gives_place.update(|gives| *gives = !*gives)
                    >
                        {s.give}
                    </button>
                    {print("badges.pdf", print_words().badges)}
                    {print("table-signs.pdf", print_words().signs)}
                    <Button testid="several-arrived" disabled=cannot press=mark>
                        {s.arrived}
                    </Button>
                </div>
            </div>
            {move || (gives_place.get() && is_any.get()).then(|| view! { <Places meant cannot course gives_place /> })}
            <CourseSaid course is_at_work />
        </div>
    }
}

/// Whether these are everyone, and their symbols with a comma between.
fn symbols(board: &Board, meant: &[ParticipantId]) -> (bool, String) {
    let known = meant.iter().filter_map(|id| board.participant(*id));
    let symbols: Vec<&str> = known.map(|known| known.symbol.as_str()).collect();
    (symbols.len() == board.participants.len(), symbols.join(","))
}

/// How far it has come, and what came of it.
#[component]
fn CourseSaid(course: RwSignal<Option<Course>>, is_at_work: Memo<bool>) -> impl IntoView {
    let s = several_words();
    let said = move || {
        let said = course.get()?;
        Some(if said.is_over {
            said.sentences().join(" ")
        } else {
            s.course(said.all, said.done())
        })
    };
    let refused = move || course.get().map(|course| course.refused).unwrap_or_default();
    view! {
        <div class="form-acts" hidden=move || course.with(Option::is_none)>
            <span role="status" data-testid="several-said">
                {said}
            </span>
            <button
                type="button"
                class="row-act"
                hidden=move || !is_at_work.get()
                on:click=move |_| {
                    course.update(|course| {
                        if let Some(course) = course {
                            course.is_over = true;
                        }
                    });
                }
            >
                {s.stop}
            </button>
        </div>
        <div role="alert">
            <ul>{move || refused().into_iter().map(|why| view! { <li class="field-error">{why}</li> }).collect_view()}</ul>
        </div>
    }
}

/// Gives each of them a place: counted on, or the same for all.
#[component]
fn Places(
    meant: Memo<Vec<ParticipantId>>,
    cannot: Signal<bool>,
    course: RwSignal<Option<Course>>,
    gives_place: RwSignal<bool>,
) -> impl IntoView {
    let s = several_words();
    let office = Office::of_page();
    // It stays for those who are chosen next, and so is not asked about.
    let text = Unsaved::kept("several-text", String::new);
    let number = Unsaved::kept("several-number", || "1".to_owned());
    let (text_wrong, number_wrong) = (RwSignal::new(None), RwSignal::new(None));
    let would_be = move || {
        let count = meant.with(Vec::len);
        let places = text
            .with(|text| number.with(|number| places(text, number, count)))
            .ok()?;
        let (first, last) = (places.first()?.clone(), places.last()?.clone());
        Some(if first == last {
            s.all_at(first)
        } else {
            s.from_to(first, last)
        })
    };
    let give = move |event: SubmitEvent| {
        event.prevent_default();
        text_wrong.set(None);
        number_wrong.set(None);
        let ids = meant.get_untracked();
        let places =
            text.with_untracked(|text| number.with_untracked(|number| places(text, number, ids.len())));
        let places = match places {
            Ok(places) => places,
            Err(NoPlace::Text) => return text_wrong.set(Some(s.no_text.to_owned())),
            Err(NoPlace::Number) => return number_wrong.set(Some(s.no_number.to_owned())),
            Err(NoPlace::TooLong(chars)) => {
                return text_wrong.set(Some(texts().common().chars_too_many(chars)));
            }
        };
        let errands = office.desk.live.peek(|board| {
            let known = ids.iter().map(|id| board.participant(*id)).zip(places);
            let errands = known.filter_map(|(known, place)| Some(placing(known?, place)));
            errands.collect()
        });
        gives_place.set(false);
        run(office.desk.live, course, Deed::Place, errands.unwrap_or_default());
    };
    view! {
        <form class="form-inset several-place" data-testid="several-places" on:submit=give>
            <Text id="several-text" label=s.text hint=s.text_hint focused=true chars_max=PLACE_CHARS_MAX error=text_wrong value=text />
            <Text
                id="several-number"
                label=s.number
                keyboard="numeric"
                chars_max=DIGITS_MAX
                error=number_wrong
                value=number
            />
            <button type="submit" class="button button-primary" data-testid="several-give" disabled=cannot>
                {s.give}
            </button>
            <p class="office-note" role="status">
                {move || would_be().unwrap_or_else(|| s.number_how.to_owned())}
            </p>
        </form>
    }
}

/// Why there are no places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoPlace {
    /// The place has no name.
    Text,
    /// The number is none.
    Number,
    /// By so many characters.
    TooLong(usize),
}

/// So many places: counted on from a number, or the same for all if there is none.
fn places(text: &str, number: &str, count: usize) -> Result<Vec<String>, NoPlace> {
    let (text, number) = (text.trim(), number.trim());
    if text.is_empty() {
        return Err(NoPlace::Text);
    }
    let places: Vec<String> = if number.is_empty() {
        vec![text.to_owned(); count]
    } else if number.len() > DIGITS_MAX {
        return Err(NoPlace::Number);
    } else {
        let first: usize = number.parse().map_err(|_| NoPlace::Number)?;
        (first..first + count)
            .map(|number| format!("{text} {number}"))
            .collect()
    };
    let longest = places.iter().map(|place| place.chars().count()).max();
    match longest.unwrap_or(0).checked_sub(PLACE_CHARS_MAX) {
        Some(chars) if chars > 0 => Err(NoPlace::TooLong(chars)),
        Some(_) | None => Ok(places),
    }
}

fn placing(known: &Participant, place: String) -> Errand {
    let is_left = known.place.as_ref() != Some(&place);
    let command = Command::AmendParticipant {
        participant: ParticipantEntry {
            place: Some(place),
            ..known.entry()
        },
        expected: Some(Box::new(known.clone())),
    };
    (known.name.clone(), is_left.then_some(command))
}

/// Asks for one after the other, until all are asked for, somebody stops it, or nobody answers.
fn run(live: Live, course: RwSignal<Option<Course>>, of: Deed, errands: Vec<Errand>) {
    let (s, words) = (several_words(), texts().desk());
    course.set(Some(Course {
        all: errands.len(),
        of,
        ..Course::default()
    }));
    spawn_local(async move {
        for (name, command) in errands {
            let answer = match &command {
                Some(command) => Some(live.answer_to(live.write(command)).await),
                None => None,
            };
            let mut goes_on = true;
            let seen = course.try_update(|course| {
                let Some(course) = course else { return };
                match answer {
                    None => course.unchanged += 1,
                    Some(Answer::Accepted { .. }) => course.changed += 1,
                    Some(Answer::Refused { message, .. }) => course.refused.push(s.refused(name, message)),
                    Some(Answer::NotSent) => {
                        course.refused.push(words.not_sent.to_owned());
                        goes_on = false;
                    }
                    Some(Answer::Lost) => {
                        course.refused.push(s.refused(name, words.lost));
                        goes_on = false;
                    }
                }
                goes_on &= !course.is_over;
            });
            // Whoever left the page has stopped it too.
            if seen.is_none() || !goes_on {
                break;
            }
        }
        let _gone = course.try_update(|course| {
            if let Some(course) = course {
                course.is_over = true;
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_on_or_the_same_for_all() {
        assert_eq!(
            places(" bord ", "9", 3).unwrap(),
            ["bord 9", "bord 10", "bord 11"]
        );
        assert_eq!(places("scenen", " ", 2).unwrap(), ["scenen", "scenen"]);
        for (text, number, why) in [
            ("  ", "1", NoPlace::Text),
            ("bord", "en", NoPlace::Number),
            ("bord", "-1", NoPlace::Number),
            ("bord", "99999999999999999999", NoPlace::Number),
        ] {
            assert_eq!(places(text, number, 1), Err(why), "{text} {number}");
        }
        // The last number has two digits.
        let text = "å".repeat(PLACE_CHARS_MAX - 2);
        assert!(places(&text, "9", 1).is_ok());
        assert_eq!(places(&text, "9", 2), Err(NoPlace::TooLong(1)));
    }
}
