//! What the programme's page holds: what is typed and has not been sent, what is on its way, and what can be taken back. One change is
//! under way at a time, and each is made on top of the programme as it stands by then; a field that somebody else has changed since it was
//! begun to be written in is not written over before that was told. It outlives the page: what is half typed is there again when somebody
//! comes back to it, in whichever words, and what waits is sent from any page.

use std::collections::BTreeMap;
use std::sync::Arc;

use borsklokka_shared::command::Command;
use borsklokka_shared::ids::Seq;
use borsklokka_shared::language::Language;
use borsklokka_shared::refusal::Refusal;
use leptos::prelude::*;

use crate::live::Live;
use crate::live::answer::Answer;
use crate::live::connection::LinkState;
use crate::organiser::gone::{Gone, tell};
use crate::organiser::half_typed::Remark;
use crate::organiser::plan::{Change, Fault, LineId, Plan, time_of};
use crate::organiser::unsaved::Unsaved;
use crate::texts::Texts;
use crate::texts::organiser::Plan as PlanWords;
use crate::typed::fields::ask_before_leaving;

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
    /// What the field says, as far as whoever types knows.
    over: String,
    /// Whether whoever types has left the field, so that it is to be sent.
    is_left: bool,
    /// What is said of it beside the field.
    remark: Option<Remark<Fault>>,
}

impl Typed {
    /// Nothing yet, over what the field says.
    fn begin(over: String) -> Self {
        Self {
            text: String::new(),
            over,
            is_left: false,
            remark: None,
        }
    }

    /// The field was left, and this is said of it. What is not in the programme then is not sent by itself; of what somebody else wrote
    /// there she knows from now on.
    fn tell(&mut self, remark: Option<Remark<Fault>>) {
        if let Some(Remark::Changed(says)) = &remark {
            self.over.clone_from(says);
        }
        self.is_left &= remark.is_none();
        self.remark = remark;
    }
}

/// Something that is done to the programme, and once more if others were quicker.
#[derive(Clone)]
enum Act {
    /// By a button.
    Press(Arc<dyn Fn(&mut Plan) + Send + Sync>),
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
    /// Somebody else was quicker, which the board does not say yet at this position.
    Overtaken(Seq),
}

/// The page's state. Copied freely; made once for all pages, by [`Editor::of_pages`].
#[derive(Clone, Copy)]
pub(super) struct Editor {
    live: Live,
    /// Whether nothing can be asked just now.
    pub(super) cut_off: Signal<bool>,
    /// The programme as it stands.
    pub(super) plan: Memo<Plan>,
    /// What could not be done, in words.
    pub(super) refused: RwSignal<Option<String>>,
    /// Whether the last change is saved.
    saved: RwSignal<bool>,
    /// The last change, if it can be taken back.
    back: RwSignal<Option<Change>>,
    /// What is typed.
    typed: RwSignal<BTreeMap<Field, Typed>>,
    under_way: RwSignal<UnderWay>,
    is_free: Memo<bool>,
    /// What waits for its turn.
    acts: StoredValue<Vec<Act>>,
    /// What was done by buttons and is on its way.
    asked: StoredValue<Vec<Act>>,
    /// What is typed and is on its way.
    sent: StoredValue<Vec<(Field, String)>>,
    /// What was asked for last, until it is known what became of it.
    own: StoredValue<Option<Change>>,
    /// The programme by which lines are known again: as it stands, or as it is about to stand.
    known: StoredValue<Plan>,
    /// What the page speaks.
    language: Signal<Language>,
}

impl Editor {
    /// That of all pages, which begins when the programme is looked at for the first time.
    pub(super) fn of_pages(live: Live) -> Self {
        let gone = Gone::of_page().programme;
        let editor = Unsaved::outliving("programme", || Self::start(live, gone));
        // What was saved before somebody left the page is no news.
        editor.saved.set(false);
        editor
    }

    /// Begins to follow the programme, and to send what is typed. What was typed into lines that are gone is told of in `gone`.
    fn start(live: Live, gone: RwSignal<Vec<String>>) -> Self {
        let link = live.link();
        let caught_up = live.caught_up();
        let cut_off = Memo::new(move |_| link.get() != LinkState::Connected || !caught_up.get());
        let stands = live.board(Plan::of);
        let known = StoredValue::new(Plan::default());
        let own = StoredValue::new(None::<Change>);
        let plan = Memo::new(move |_| {
            let stands = stands.get().unwrap_or_default();
            let before = own.with_value(|own| own.as_ref().map(|own| own.before.clone()));
            let known_now = known.get_value();
            let stands = match before {
                Some(before) => stands.following_either(&Change {
                    before,
                    after: known_now,
                }),
                None => stands.following(&known_now),
            };
            known.set_value(stands.clone());
            stands
        });
        let under_way = RwSignal::new(UnderWay::Nothing);
        let is_free = Memo::new(move |_| match under_way.get() {
            UnderWay::Nothing => true,
            UnderWay::Asked => false,
            // The answer may come before what it is about.
            UnderWay::Until(seq) => live.read(|_| ()).is_some() && live.position() >= seq,
            UnderWay::Overtaken(seq) => live.read(|_| ()).is_some() && live.position() != seq,
        });
        let editor = Self {
            live,
            cut_off: cut_off.into(),
            plan,
            refused: RwSignal::new(None),
            saved: RwSignal::new(false),
            back: RwSignal::new(None),
            typed: RwSignal::new(BTreeMap::new()),
            under_way,
            is_free,
            acts: StoredValue::new(Vec::new()),
            asked: StoredValue::new(Vec::new()),
            sent: StoredValue::new(Vec::new()),
            own,
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
            let fields = plan.with(|plan| editor.typed.with_untracked(|typed| without_a_line(typed, plan)));
            editor.forget(&fields);
            tell(gone, fields.into_iter().map(|(_, text)| text));
        });
        ask_before_leaving(move || editor.typed.try_with_untracked(BTreeMap::is_empty) == Some(false));
        editor
    }

    /// Whether something that is typed waits for the connection.
    pub(super) fn is_unsaved(self) -> bool {
        self.cut_off.get() && self.typed.with(|typed| !typed.is_empty())
    }

    /// Whether the last change is saved, and nothing that was typed is left out of it.
    pub(super) fn is_saved(self) -> bool {
        let is_told = |typed: &Typed| typed.remark.is_some();
        self.saved.get() && self.typed.with(|typed| !typed.values().any(is_told))
    }

    /// What a field shows: what is typed into it, or else what it is in the programme.
    pub(super) fn shows(self, field: Field) -> String {
        let typed = self
            .typed
            .with(|typed| typed.get(&field).map(|typed| typed.text.clone()));
        typed.unwrap_or_else(|| self.plan.with(|plan| said(plan, field)).unwrap_or_default())
    }

    /// What is said beside a field.
    pub(super) fn remark(self, field: Field) -> Option<Remark<Fault>> {
        self.typed.with(|typed| typed.get(&field)?.remark.clone())
    }

    /// Keeps what is typed.
    pub(super) fn write(self, field: Field, text: String) {
        let says = self.plan.with_untracked(|plan| said(plan, field));
        self.typed.update(|typed| {
            let begun = typed
                .entry(field)
                .or_insert_with(|| Typed::begin(says.unwrap_or_default()));
            begun.text = text;
            begun.is_left = false;
        });
    }

    /// Sends what was typed into a field, now or once it can be. Whoever goes to another page leaves the field by that, and what cannot be
    /// taken is there again when she comes back. To leave is no answer to what is told there: that is not sent. If nobody sits here any
    /// more, nothing is.
    pub(super) fn leave(self, field: Field) {
        self.send_typed(field, |typed| !matches!(typed.remark, Some(Remark::Changed(_))));
    }

    /// The same, whatever is told there: by Enter, which is meant.
    pub(super) fn press(self, field: Field) {
        self.send_typed(field, |_| true);
    }

    fn send_typed(self, field: Field, is_meant: impl FnOnce(&Typed) -> bool) {
        let is_sent = self.typed.try_maybe_update(|typed| {
            let typed = typed.get_mut(&field).filter(|typed| is_meant(typed));
            let is_sent = typed.is_some();
            if let Some(typed) = typed {
                typed.is_left = true;
            }
            (false, is_sent)
        });
        if is_sent == Some(true) {
            self.go_on();
        }
    }

    /// Changes the programme, and sends it.
    pub(super) fn change(self, act: impl Fn(&mut Plan) + Send + Sync + 'static) {
        self.acts
            .update_value(|acts| acts.push(Act::Press(Arc::new(act))));
        self.go_on();
    }

    /// Changes a line by where it stands, if it still does.
    pub(super) fn change_line(self, id: LineId, act: impl Fn(&mut Plan, usize) + Send + Sync + 'static) {
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

    /// Whether there is nothing to take back any more, and the board has what came of it; follows both.
    pub(super) fn has_taken_back(self) -> bool {
        self.is_free.get() && !self.can_take_back()
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
        if let Some(own) = self.own.try_update_value(Option::take).flatten() {
            // What is shown stays as it is.
            let _gone = self.typed.try_maybe_update(|typed| {
                follow_own(typed, &own, &before);
                (false, ())
            });
        }
        let mut after = before.clone();
        let acts = self.acts.try_update_value(std::mem::take).unwrap_or_default();
        self.asked.set_value(acts.clone());
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
        let entered = self.enter(&before, &mut after);
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

    /// Enters what was typed into fields that were left; says beside the field why it is not. The programme `stands` so without it.
    fn enter(self, stands: &Plan, plan: &mut Plan) -> Vec<(Field, String)> {
        let left = self.typed.with_untracked(|typed| {
            let left = typed.iter().filter(|(_, typed)| typed.is_left);
            left.map(|(field, typed)| (*field, typed.clone()))
                .collect::<Vec<_>>()
        });
        let mut entered = Vec::new();
        for (field, typed) in left {
            if plan.line(field.0).is_none() {
                continue;
            }
            let remark = enter_one(&typed, field, stands, plan).err();
            if remark.is_none() {
                entered.push((field, typed.text));
            }
            self.typed.update(|typed| {
                if let Some(typed) = typed.get_mut(&field) {
                    typed.tell(remark);
                }
            });
        }
        entered
    }

    fn send(self, change: Change, is_own: bool) {
        self.saved.set(false);
        self.refused.set(None);
        self.under_way.set(UnderWay::Asked);
        self.known.set_value(change.after.clone());
        self.own.set_value(Some(change.clone()));
        let position = self.live.position();
        let command = Command::SetProgramme {
            items: change.after.items(),
            expected: self.live.peek(|board| board.programme.clone()),
        };
        let words = Texts::of(self.language.get_untracked()).desk();
        self.live.ask(&command, move |answer| {
            let (under_way, trouble) = match answer {
                Answer::Accepted { seq } => (UnderWay::Until(seq), None),
                Answer::Refused { code, .. } if code == Refusal::ChangedMeanwhile.code() => {
                    self.begin_again(position);
                    return;
                }
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

    /// Somebody else was quicker than what was asked at this position: all of it is done once more, on top of that, once the board has it.
    /// What is typed is still in its fields.
    fn begin_again(self, position: Seq) {
        let asked = self.asked.try_update_value(std::mem::take).unwrap_or_default();
        let _gone = self.acts.try_update_value(|acts| acts.splice(..0, asked).count());
        let _gone = self.sent.try_update_value(Vec::clear);
        let _gone = self.own.try_update_value(Option::take);
        if let Some(stands) = self.plan.try_get_untracked() {
            let _gone = self.known.try_update_value(|known| *known = stands);
        }
        let _gone = self.under_way.try_set(UnderWay::Overtaken(position));
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

/// What a field says in a programme; none if its line is gone.
fn said(plan: &Plan, (id, column): Field) -> Option<String> {
    let line = plan.line(id)?;
    Some(match column {
        Column::Start => time_of(line.start),
        Column::Title => line.title.clone(),
        Column::Length => line
            .minutes
            .map_or_else(String::new, |minutes| minutes.to_string()),
    })
}

/// Writes into a field, if its line is there.
fn put(plan: &mut Plan, (id, column): Field, text: &str) -> Result<(), Fault> {
    let Some(line) = plan.place(id) else {
        return Ok(());
    };
    match column {
        Column::Start => plan.begin(line, text),
        Column::Title => plan.rename(line, text),
        Column::Length => plan.lengthen(line, text),
    }
}

/// Enters what was typed into a field, unless it cannot be, or somebody else has changed the field without that she knows: the programme
/// `stands` so.
fn enter_one(typed: &Typed, field: Field, stands: &Plan, plan: &mut Plan) -> Result<(), Remark<Fault>> {
    let mut written = plan.clone();
    put(&mut written, field, &typed.text).map_err(Remark::Fault)?;
    let says = said(stands, field).filter(|says| *says != typed.over);
    match says {
        Some(says) if said(&written, field).as_ref() != Some(&says) => Err(Remark::Changed(says)),
        Some(_) | None => {
            *plan = written;
            Ok(())
        }
    }
}

/// Whoever types knows what was changed from here, also of fields that it moved, if the programme `stands` so.
fn follow_own(all: &mut BTreeMap<Field, Typed>, own: &Change, stands: &Plan) {
    for (field, typed) in all {
        let was = said(&own.before, *field);
        let made = said(&own.after, *field);
        if was.as_ref() == Some(&typed.over) && made == said(stands, *field) {
            typed.over = made.unwrap_or_default();
        }
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

    /// A programme of three lines.
    fn three() -> Plan {
        let mut plan = Plan::default();
        for title in ["en", "to", "tre"] {
            plan.add(Addition::Break, title.to_owned());
        }
        plan
    }

    /// What is typed over what a field says, and left.
    fn typed(text: &str, over: &str) -> Typed {
        Typed {
            text: text.to_owned(),
            is_left: true,
            ..Typed::begin(over.to_owned())
        }
    }

    #[test]
    fn what_somebody_else_wrote_in_the_same_field_is_told_before_it_is_written_over() {
        let plan = three();
        let field = (plan.lines[1].id, Column::Title);
        let mut mine = typed("to og en halv", "to");
        let mut written = plan.clone();
        assert_eq!(enter_one(&mine, field, &plan, &mut written), Ok(()));
        assert_eq!(written.lines[1].title, "to og en halv");

        let mut theirs = plan;
        theirs.rename(1, "to komma fem").unwrap();
        let mut written = theirs.clone();
        let told = enter_one(&mine, field, &theirs, &mut written);
        assert_eq!(told, Err(Remark::Changed("to komma fem".to_owned())));
        assert_eq!(written, theirs, "nothing is written");
        mine.tell(told.err());
        assert!(!mine.is_left, "it is not sent by itself");
        assert_eq!(mine.text, "to og en halv");
        assert_eq!(enter_one(&mine, field, &theirs, &mut written), Ok(()));
        assert_eq!(written.lines[1].title, "to og en halv", "she has seen it");

        // Who changes it once more is told of once more; what says the same is no news.
        theirs.rename(1, "nesten tre").unwrap();
        let told = enter_one(&mine, field, &theirs, &mut theirs.clone());
        assert_eq!(told, Err(Remark::Changed("nesten tre".to_owned())));
        let same = typed(" nesten tre ", "to");
        assert_eq!(enter_one(&same, field, &theirs, &mut theirs.clone()), Ok(()));
    }

    #[test]
    fn what_cannot_be_taken_is_said_and_is_not_sent_by_itself() {
        let plan = three();
        let mut ten = typed("ti", "10");
        let field = (plan.lines[1].id, Column::Length);
        let told = enter_one(&ten, field, &plan, &mut plan.clone());
        assert_eq!(told, Err(Remark::Fault(Fault::NotMinutes)));
        ten.tell(told.err());
        assert_eq!((ten.is_left, ten.over.as_str()), (false, "10"));
    }

    #[test]
    fn what_was_changed_from_here_is_nobody_elses() {
        let plan = three();
        let field = (plan.lines[2].id, Column::Start);
        let over = said(&plan, field).unwrap();
        // A time is typed while a change that moves its line is on the way.
        let begun = BTreeMap::from([(field, typed("19:30", &over))]);
        let mut after = plan.clone();
        after.begin(0, "18:10").unwrap();
        let own = Change { before: plan, after };
        let moved = said(&own.after, field).unwrap();
        assert_ne!(moved, over);

        let mut all = begun.clone();
        let told = enter_one(&all[&field], field, &own.after, &mut own.after.clone());
        assert_eq!(told, Err(Remark::Changed(moved.clone())));
        follow_own(&mut all, &own, &own.after);
        assert_eq!(all[&field].over, moved);
        let entered = enter_one(&all[&field], field, &own.after, &mut own.after.clone());
        assert_eq!(entered, Ok(()));

        // Another has changed it on top of that, or it did not arrive.
        let mut theirs = own.after.clone();
        theirs.begin(2, "19:00").unwrap();
        for stands in [&theirs, &own.before] {
            let mut all = begun.clone();
            follow_own(&mut all, &own, stands);
            assert_eq!(all, begun);
        }
    }

    #[test]
    fn what_is_typed_stays_with_its_line_and_is_told_of_if_the_line_goes() {
        let mut plan = three();
        let ids = [0, 1, 2].map(|place| plan.lines[place].id);
        let typed = BTreeMap::from([
            ((ids[1], Column::Title), typed("to og en halv", "to")),
            ((ids[2], Column::Title), typed("tre og en halv", "tre")),
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
