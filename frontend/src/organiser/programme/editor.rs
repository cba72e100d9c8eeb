//! What the programme's page holds: what is typed and has not been sent, what is on its way, and what can be taken back. One change is
//! under way at a time, and each is made on top of the programme as it stands by then. It outlives the page: what is half typed is there
//! again when somebody comes back to it, in whichever words, and what waits is sent from any page.

use std::collections::BTreeMap;

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::Seq;
use borsklokka_shared::language::Language;
use leptos::prelude::*;

use crate::live::Live;
use crate::live::answer::Answer;
use crate::live::connection::LinkState;
use crate::organiser::plan::{Change, Fault, LineId, Plan};
use crate::organiser::unsaved::{Unsaved, ask_before_leaving};
use crate::texts::Texts;
use crate::texts::organiser::Plan as PlanWords;

/// A field of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Start,
    Title,
    Length,
}

/// A field.
pub(super) type Field = (LineId, Column);

/// What is typed into a field, and is not in the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Typed {
    text: String,
    /// Whether whoever types has left the field, so that it is to be sent.
    is_left: bool,
}

/// Something that is done to the programme.
enum Act {
    /// By a button.
    Press(Box<dyn FnOnce(&mut Plan) + Send + Sync>),
    /// A change is taken back.
    TakeBack(Box<Change>),
}

/// How the change stands that was asked for last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnderWay {
    /// It is answered, and the board has it.
    Nothing,
    /// It is on its way.
    Asked,
    /// It took effect, and the board has it from this position on.
    Until(Seq),
}

/// The page's state. Copied freely; made once for all pages, by [`Editor::of_pages`].
#[derive(Clone, Copy)]
pub(super) struct Editor {
    live: Live,
    /// Whether nothing can be asked just now.
    pub(super) cut_off: Signal<bool>,
    /// The programme as it stands.
    pub(super) plan: Memo<Plan>,
    /// What is wrong, and in which field.
    wrong: RwSignal<Option<(Field, Fault)>>,
    /// What could not be done, in words.
    pub(super) refused: RwSignal<Option<String>>,
    /// Whether the last change is saved.
    pub(super) saved: RwSignal<bool>,
    /// The last change, if it can be taken back.
    back: RwSignal<Option<Change>>,
    /// What is typed.
    typed: RwSignal<BTreeMap<Field, Typed>>,
    /// What was typed into lines that are gone.
    pub(super) gone: RwSignal<Vec<String>>,
    under_way: RwSignal<UnderWay>,
    is_free: Memo<bool>,
    /// What waits for its turn.
    acts: StoredValue<Vec<Act>>,
    /// What is typed and is on its way.
    sent: StoredValue<Vec<(Field, String)>>,
    /// The programme by which lines are known again: as it stands, or as it is about to stand.
    known: StoredValue<Plan>,
    /// What the page speaks.
    language: Signal<Language>,
}

impl Editor {
    /// That of all pages, which begins when the programme is looked at for the first time.
    pub(super) fn of_pages(live: Live) -> Self {
        let editor = Unsaved::outliving("programme", || Self::start(live));
        // What was saved before somebody left the page is no news.
        editor.saved.set(false);
        editor
    }

    /// Begins to follow the programme, and to send what is typed.
    fn start(live: Live) -> Self {
        let link = live.link();
        let cut_off = Memo::new(move |_| link.get() != LinkState::Connected);
        let stands = live.board(Plan::of);
        let known = StoredValue::new(Plan::default());
        let plan = Memo::new(move |_| {
            let stands = stands.get().unwrap_or_default();
            let stands = known.with_value(|known| stands.following(known));
            known.set_value(stands.clone());
            stands
        });
        let under_way = RwSignal::new(UnderWay::Nothing);
        let is_free = Memo::new(move |_| match under_way.get() {
            UnderWay::Nothing => true,
            UnderWay::Asked => false,
            // The answer may come before what it is about.
            UnderWay::Until(seq) => live.read(|_| ()).is_some() && live.position() >= seq,
        });
        let editor = Self {
            live,
            cut_off: cut_off.into(),
            plan,
            wrong: RwSignal::new(None),
            refused: RwSignal::new(None),
            saved: RwSignal::new(false),
            back: RwSignal::new(None),
            typed: RwSignal::new(BTreeMap::new()),
            gone: RwSignal::new(Vec::new()),
            under_way,
            is_free,
            acts: StoredValue::new(Vec::new()),
            sent: StoredValue::new(Vec::new()),
            known,
            language: live.language(),
        };
        Effect::new(move || {
            if is_free.get() && !cut_off.get() {
                editor.forget(&editor.sent.try_update_value(std::mem::take).unwrap_or_default());
                editor.go_on();
            }
        });
        Effect::new(move || {
            let gone = plan.with(|plan| editor.typed.with_untracked(|typed| without_a_line(typed, plan)));
            editor.forget(&gone);
            if !gone.is_empty() {
                editor
                    .gone
                    .update(|told| told.extend(gone.into_iter().map(|(_, text)| text)));
            }
        });
        ask_before_leaving(move || editor.typed.try_with_untracked(BTreeMap::is_empty) == Some(false));
        editor
    }

    /// Whether something that is typed waits for the connection.
    pub(super) fn is_unsaved(self) -> bool {
        self.cut_off.get() && self.typed.with(|typed| !typed.is_empty())
    }

    /// What is typed into a field, if it is not in the programme.
    pub(super) fn typed(self, field: Field) -> Option<String> {
        self.typed
            .with(|typed| typed.get(&field).map(|typed| typed.text.clone()))
    }

    /// What is wrong with a field.
    pub(super) fn wrong(self, field: Field) -> Option<Fault> {
        self.wrong
            .get()
            .filter(|(wrong, _)| *wrong == field)
            .map(|(_, fault)| fault)
    }

    /// Keeps what is typed.
    pub(super) fn write(self, field: Field, text: String) {
        self.typed.update(|typed| {
            typed.insert(field, Typed { text, is_left: false });
        });
    }

    /// Sends what was typed into a field, now or once it can be. Whoever goes to another page leaves the field by that, and what cannot be
    /// taken is there again when she comes back. If nobody sits here any more, nothing is sent.
    pub(super) fn leave(self, field: Field) {
        let is_typed = self.typed.try_maybe_update(|typed| {
            let typed = typed.get_mut(&field);
            let is_typed = typed.is_some();
            if let Some(typed) = typed {
                typed.is_left = true;
            }
            (false, is_typed)
        });
        if is_typed == Some(true) {
            self.go_on();
        }
    }

    /// Changes the programme, and sends it.
    pub(super) fn change(self, act: impl FnOnce(&mut Plan) + Send + Sync + 'static) {
        self.acts
            .update_value(|acts| acts.push(Act::Press(Box::new(act))));
        self.go_on();
    }

    /// Changes a line by where it stands, if it still does.
    pub(super) fn change_line(self, id: LineId, act: impl FnOnce(&mut Plan, usize) + Send + Sync + 'static) {
        self.change(move |plan| {
            if let Some(line) = plan.place(id) {
                act(plan, line);
            }
        });
    }

    /// Takes a line out, and what is typed into it.
    pub(super) fn remove(self, id: LineId) {
        self.typed
            .update(|typed| typed.retain(|(line, _), _| *line != id));
        self.change_line(id, Plan::remove);
    }

    /// Whether there is something to take back.
    pub(super) fn can_take_back(self) -> bool {
        self.back.with(Option::is_some)
    }

    /// Takes the last change back, whatever others have changed since.
    pub(super) fn take_back(self) {
        if let Some(change) = self.back.get_untracked() {
            self.acts
                .update_value(|acts| acts.push(Act::TakeBack(Box::new(change))));
            self.go_on();
        }
    }

    /// Makes what waits of what stands, if nothing is under way, and sends it.
    fn go_on(self) {
        if self.cut_off.get_untracked() || !self.is_free.get_untracked() {
            return;
        }
        let before = self.plan.get_untracked();
        let mut after = before.clone();
        let acts = self.acts.try_update_value(std::mem::take).unwrap_or_default();
        let mut is_own = false;
        for act in acts {
            match act {
                Act::Press(act) => {
                    act(&mut after);
                    is_own = true;
                }
                Act::TakeBack(change) => {
                    is_own = false;
                    if let Some(without) = after.without(&change) {
                        after = without;
                    } else {
                        let words = PlanWords::of(self.language.get_untracked());
                        self.refused.set(Some(words.changed_since.to_owned()));
                    }
                    // There is nothing more to take back of it; what does not arrive can be asked for again.
                    if after.items() == before.items() {
                        self.back.set(None);
                    }
                }
            }
        }
        let entered = self.enter(&mut after);
        if after.items() == before.items() {
            // What was lost on the way may have arrived.
            if !entered.is_empty() {
                self.refused.set(None);
            }
            self.forget(&entered);
            return;
        }
        let is_own = is_own || !entered.is_empty();
        self.sent.set_value(entered);
        let change = Change { before, after };
        self.send(change, is_own);
    }

    /// Enters what was typed into fields that were left; says beside the field what cannot be taken.
    fn enter(self, plan: &mut Plan) -> Vec<(Field, String)> {
        let left = self.typed.with_untracked(|typed| {
            let left = typed.iter().filter(|(_, typed)| typed.is_left);
            left.map(|(field, typed)| (*field, typed.text.clone()))
                .collect::<Vec<_>>()
        });
        let mut entered = Vec::new();
        for (field, text) in left {
            let (id, column) = field;
            let Some(line) = plan.place(id) else { continue };
            let taken = match column {
                Column::Start => plan.begin(line, &text),
                Column::Title => plan.rename(line, &text),
                Column::Length => plan.lengthen(line, &text),
            };
            match taken {
                Ok(()) => {
                    self.wrong.update(|wrong| {
                        wrong.take_if(|(wrong, _)| *wrong == field);
                    });
                    entered.push((field, text));
                }
                Err(fault) => {
                    self.wrong.set(Some((field, fault)));
                    self.stay(&[(field, text)]);
                }
            }
        }
        entered
    }

    fn send(self, change: Change, is_own: bool) {
        self.saved.set(false);
        self.refused.set(None);
        self.under_way.set(UnderWay::Asked);
        self.known.set_value(change.after.clone());
        let items = change.after.items();
        let command = Command::SetProgramme { items };
        let words = Texts::of(self.language.get_untracked()).desk();
        self.live.ask(&command, move |answer| {
            let (under_way, trouble) = match answer {
                Answer::Accepted { seq } => (UnderWay::Until(seq), None),
                Answer::Refused { message, .. } => {
                    // It would be refused again, until something else is typed.
                    let sent = self.sent.try_update_value(std::mem::take);
                    self.stay(&sent.unwrap_or_default());
                    (UnderWay::Nothing, Some(message))
                }
                Answer::NotSent => (UnderWay::Nothing, Some(words.not_sent.to_owned())),
                Answer::Lost => (UnderWay::Nothing, Some(words.lost.to_owned())),
            };
            // What is typed stays then, and is sent again.
            if trouble.is_some() {
                let _gone = self.sent.try_update_value(Vec::clear);
                if let Some(stands) = self.plan.try_get_untracked() {
                    let _gone = self.known.try_update_value(|known| *known = stands);
                }
            } else {
                let _gone = self.back.try_set(is_own.then_some(change));
            }
            let _gone = self.saved.try_set(trouble.is_none());
            let _gone = self.refused.try_set(trouble);
            let _gone = self.under_way.try_set(under_way);
        });
    }

    /// What was typed stays in its field, and is not sent by itself.
    fn stay(self, fields: &[(Field, String)]) {
        let _gone = self.typed.try_maybe_update(|typed| {
            for (field, _) in fields {
                if let Some(typed) = typed.get_mut(field) {
                    typed.is_left = false;
                }
            }
            (false, ())
        });
    }

    /// What was typed is in the programme, or is told of elsewhere. What was typed into a field since stays.
    fn forget(self, fields: &[(Field, String)]) {
        if fields.is_empty() {
            return;
        }
        self.typed.update(|typed| {
            typed.retain(|field, typed| {
                !fields
                    .iter()
                    .any(|(other, text)| other == field && *text == typed.text)
            });
        });
    }
}

/// What is typed into lines that are gone, or have been held since.
fn without_a_line(typed: &BTreeMap<Field, Typed>, plan: &Plan) -> Vec<(Field, String)> {
    typed
        .iter()
        .filter(|((id, _), _)| plan.line(*id).is_none_or(|line| line.is_held))
        .map(|(field, typed)| (*field, typed.text.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organiser::plan::Addition;

    #[test]
    fn what_is_typed_stays_with_its_line_and_is_told_of_if_the_line_goes() {
        let mut plan = Plan::default();
        for title in ["en", "to", "tre"] {
            plan.add(Addition::Break, title.to_owned());
        }
        let ids = [0, 1, 2].map(|place| plan.lines[place].id);
        let text = |text: &str| Typed {
            text: text.to_owned(),
            is_left: false,
        };
        let typed = BTreeMap::from([
            ((ids[1], Column::Title), text("to og en halv")),
            ((ids[2], Column::Title), text("tre og en halv")),
        ]);
        assert_eq!(without_a_line(&typed, &plan), []);
        plan.remove(0);
        assert_eq!(without_a_line(&typed, &plan), [], "another line goes");
        plan.remove(0);
        assert_eq!(
            without_a_line(&typed, &plan),
            [((ids[1], Column::Title), "to og en halv".to_owned())]
        );
        plan.lines[0].is_held = true;
        assert_eq!(without_a_line(&typed, &plan).len(), 2);
    }
}
