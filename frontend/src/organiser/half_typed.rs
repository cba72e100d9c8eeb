//! What is typed into fields that are saved one by one, as they are left, and is not saved yet. It stays with what it is of, on whichever
//! page and in whichever words, and the page asks before it is left with it. What somebody else wrote in the same field meanwhile is told of
//! before it is written over; what is of one that was merged goes along to the one that was kept, and what is of one that is gone is given
//! to whoever tells of it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::mem;

use borsklokka_shared::text::tidy;
use leptos::prelude::*;

use crate::typed::fields::ask_before_leaving;

/// What can be held for all pages.
pub trait Held: Clone + PartialEq + Send + Sync + 'static {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Held for T {}

/// Why what is typed into a field is not saved, though the field was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark<Fault> {
    /// It cannot be.
    Fault(Fault),
    /// Somebody else has changed the field since, and it says this now. Whoever presses Enter once more has her way.
    Changed(String),
}

/// What became of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate<Field> {
    /// It is there, and says this; none if the server alone knows what.
    Stands(Option<String>),
    /// What it is of was merged into another one, whose field is this.
    Merged(Field),
    /// What it is of is gone.
    Gone,
    /// What it is of was erased: nothing is told of it.
    Erased,
}

/// What is typed into a field.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Typed<Fault> {
    text: String,
    /// What the field says, as far as whoever types knows.
    over: String,
    /// What is on its way of it.
    sent: Option<String>,
    /// What is said of it beside the field.
    remark: Option<Remark<Fault>>,
}

impl<Fault> Typed<Fault> {
    /// Nothing yet, over what the field says.
    fn begin(over: &str) -> Self {
        Self {
            text: String::new(),
            over: over.to_owned(),
            sent: None,
            remark: None,
        }
    }

    /// The field says so. Whether something else is typed.
    fn hear(&mut self, says: &str) -> bool {
        if self.sent.as_deref() != Some(says) {
            return self.text != says;
        }
        self.settle(says, says)
    }

    /// What was sent is saved, and the field says this since. Whether something else is typed.
    fn settle(&mut self, sent: &str, says: &str) -> bool {
        self.take_back(sent);
        says.clone_into(&mut self.over);
        tidy(&self.text) != sent
    }

    /// What was sent may be sent again.
    fn take_back(&mut self, sent: &str) {
        if self.sent.as_deref() == Some(sent) {
            self.sent = None;
        }
    }

    /// What the field is to say, if not what it says; or why it cannot.
    fn judged(
        &self,
        says: Option<&str>,
        check: impl FnOnce(&str) -> Result<(), Fault>,
    ) -> Result<Option<String>, Remark<Fault>> {
        let says = says.unwrap_or(&self.over);
        let text = tidy(&self.text);
        if text == says {
            return Ok(None);
        }
        check(&text).map_err(Remark::Fault)?;
        if says != self.over {
            return Err(Remark::Changed(says.to_owned()));
        }
        Ok(Some(text))
    }

    /// Says why it is not what the field says. What somebody else wrote there she knows from now on.
    fn tell(&mut self, remark: Remark<Fault>) {
        if let Remark::Changed(says) = &remark {
            self.over.clone_from(says);
        }
        self.remark = Some(remark);
    }
}

/// What is typed, by the field.
type AllTyped<Field, Fault> = BTreeMap<Field, Typed<Fault>>;

/// Keeps what is typed, over what the field says.
fn write<Field: Held + Ord, Fault: Held>(
    all: &mut AllTyped<Field, Fault>,
    field: &Field,
    text: String,
    says: &str,
) {
    // What is typed away again is nothing typed.
    if text == says {
        all.remove(field);
        return;
    }
    let begun = all.entry(field.clone()).or_insert_with(|| Typed::begin(says));
    begun.text = text;
    begun.remark = None;
}

/// [`HalfTyped::leave`]. Returns the text that is to be sent. To leave is no answer to what is told there.
fn leave<Field: Held + Ord, Fault: Held>(
    all: &mut AllTyped<Field, Fault>,
    field: &Field,
    says: Option<&str>,
    is_meant: bool,
    check: impl FnOnce(&str) -> Result<(), Fault>,
) -> Option<String> {
    let typed = all.get_mut(field)?;
    if !is_meant && matches!(typed.remark, Some(Remark::Changed(_))) {
        return None;
    }
    match typed.judged(says, check) {
        Ok(None) => {
            all.remove(field);
            None
        }
        Ok(text) => {
            typed.remark = None;
            if typed.sent == text {
                return None;
            }
            typed.sent.clone_from(&text);
            text
        }
        Err(remark) => {
            typed.tell(remark);
            None
        }
    }
}

/// [`HalfTyped::hear`].
fn hear<Field: Held + Ord, Fault: Held>(
    all: &mut AllTyped<Field, Fault>,
    fate: impl Fn(&Field) -> Fate<Field>,
) -> Vec<(Field, String)> {
    let (mut gone, mut merged) = (Vec::new(), Vec::new());
    for (field, mut typed) in mem::take(all) {
        match fate(&field) {
            Fate::Stands(says) => {
                if says.is_none_or(|says| typed.hear(&says)) {
                    all.insert(field, typed);
                }
            }
            Fate::Merged(kept) => merged.push((field, kept, typed)),
            Fate::Gone => gone.push((field, typed.text)),
            Fate::Erased => {}
        }
    }
    for (field, kept, typed) in merged {
        let says_so = matches!(fate(&kept), Fate::Stands(Some(says)) if says == typed.text);
        if says_so {
            continue;
        }
        match all.entry(kept) {
            // What was on its way was so to the one that is gone.
            Entry::Vacant(free) => {
                free.insert(Typed {
                    sent: None,
                    remark: None,
                    ..typed
                });
            }
            Entry::Occupied(_) => gone.push((field, typed.text)),
        }
    }
    gone
}

/// What is typed into all fields of a kind, and what can be wrong with it. Copied freely; made once for all pages.
pub struct HalfTyped<Field, Fault>(RwSignal<AllTyped<Field, Fault>>);

impl<Field, Fault> Clone for HalfTyped<Field, Fault> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Field, Fault> Copy for HalfTyped<Field, Fault> {}

impl<Field: Held + Ord, Fault: Held> HalfTyped<Field, Fault> {
    /// Nothing yet. From now on the page asks before it is left with something.
    pub fn start() -> Self {
        let typed = Self(RwSignal::new(BTreeMap::new()));
        ask_before_leaving(move || typed.0.try_with_untracked(BTreeMap::is_empty) == Some(false));
        typed
    }

    /// The fields that something is typed into; follows that.
    pub fn fields(self) -> Vec<Field> {
        self.0.with(|all| all.keys().cloned().collect())
    }

    /// What is typed into a field; follows it.
    pub fn text(self, field: &Field) -> Option<String> {
        self.0.with(|all| Some(all.get(field)?.text.clone()))
    }

    /// What is said of that; follows it.
    pub fn remark(self, field: &Field) -> Option<Remark<Fault>> {
        self.0.with(|all| all.get(field)?.remark.clone())
    }

    /// Keeps what is typed into a field that says `says`.
    pub fn write(self, field: &Field, text: String, says: &str) {
        self.0.update(|all| write(all, field, text, says));
    }

    /// A field was left that says `says`, none if the server is to be asked what; if `is_meant`, Enter was pressed in it. Returns what is to
    /// be sent, if anything is.
    pub fn leave(
        self,
        field: &Field,
        says: Option<&str>,
        is_meant: bool,
        check: impl FnOnce(&str) -> Result<(), Fault>,
    ) -> Option<Sending<Field, Fault>> {
        let text = self.0.try_maybe_update(|all| {
            let is_typed = all.contains_key(field);
            (is_typed, leave(all, field, says, is_meant, check))
        });
        let text = text.flatten()?;
        Some(Sending {
            typed: self,
            field: field.clone(),
            text,
            is_accepted: false,
        })
    }

    /// This became of the fields. Returns what was typed of what is gone, and in which field.
    pub fn hear(self, fate: impl Fn(&Field) -> Fate<Field>) -> Vec<(Field, String)> {
        let gone = self.0.try_maybe_update(|all| {
            let before = all.clone();
            let gone = hear(all, fate);
            (*all != before, gone)
        });
        gone.unwrap_or_default()
    }

    /// Changes what is typed into a field, if anything is; `act` says whether anything is still.
    fn change(self, field: &Field, act: impl FnOnce(&mut Typed<Fault>) -> bool) {
        // The page may be gone.
        let _gone = self.0.try_update(|all| {
            let is_left = all.get_mut(field).is_none_or(act);
            if !is_left {
                all.remove(field);
            }
        });
    }
}

/// What was typed into a field and is on its way. Unless it is accepted, it may be sent again.
pub struct Sending<Field: Held + Ord, Fault: Held> {
    typed: HalfTyped<Field, Fault>,
    field: Field,
    text: String,
    is_accepted: bool,
}

impl<Field: Held + Ord, Fault: Held> Sending<Field, Fault> {
    /// What is sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the field says, as far as whoever typed it knows.
    pub fn over(&self) -> String {
        let of = |all: &AllTyped<Field, Fault>| Some(all.get(&self.field)?.over.clone());
        let over = self.typed.0.try_with_untracked(of);
        over.flatten().unwrap_or_default()
    }

    /// It took effect, and the board says so by now or soon.
    pub fn accept(mut self) {
        self.is_accepted = true;
    }

    /// It took effect, and the field says this now. What was typed since stays.
    pub fn settle(mut self, says: &str) {
        self.is_accepted = true;
        self.typed
            .change(&self.field, |typed| typed.settle(&self.text, says));
    }

    /// It did not take effect, and may be sent again. Whether it is still what is typed there.
    pub fn give_back(self) -> bool {
        let is_typed = |all: &AllTyped<Field, Fault>| {
            all.get(&self.field)
                .is_some_and(|typed| tidy(&typed.text) == self.text)
        };
        self.typed.0.try_with_untracked(is_typed) == Some(true)
    }

    /// It did not take effect, and this is said of it.
    pub fn tell(self, remark: Remark<Fault>) {
        self.typed.change(&self.field, |typed| {
            typed.tell(remark);
            true
        });
    }
}

impl<Field: Held + Ord, Fault: Held> Drop for Sending<Field, Fault> {
    fn drop(&mut self) {
        if !self.is_accepted {
            self.typed.change(&self.field, |typed| {
                typed.take_back(&self.text);
                true
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// There is nothing to write.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Empty;

    type All = AllTyped<&'static str, Empty>;

    fn check(text: &str) -> Result<(), Empty> {
        if text.is_empty() { Err(Empty) } else { Ok(()) }
    }

    /// What is typed into a field that says *Utlån*.
    fn typed(text: &str) -> All {
        let mut all = All::new();
        write(&mut all, &"lent", text.to_owned(), "Utlån");
        all
    }

    /// It is left while it says this.
    fn go(all: &mut All, says: &str) -> Option<String> {
        leave(all, &"lent", Some(says), false, check)
    }

    /// Enter is pressed in it while it says this.
    fn press(all: &mut All, says: &str) -> Option<String> {
        leave(all, &"lent", Some(says), true, check)
    }

    fn stands(says: &str) -> Fate<&'static str> {
        Fate::Stands(Some(says.to_owned()))
    }

    /// Every field says this.
    fn all_say(all: &mut All, says: &str) {
        assert_eq!(hear(all, |_| stands(says)), []);
    }

    #[test]
    fn what_is_typed_of_what_goes_is_told_of_once_and_of_nothing_that_was_erased() {
        let mut all = typed("Utlån av telt");
        write(&mut all, &"care", "Omsorg og trøst".to_owned(), "Omsorg");
        let fate = |field: &&'static str| match *field {
            "lent" => Fate::Gone,
            _ => Fate::Erased,
        };
        assert_eq!(hear(&mut all, fate), [("lent", "Utlån av telt".to_owned())]);
        assert_eq!(all, All::new());
        assert_eq!(hear(&mut all, fate), []);
        // A field that says so a moment later has nothing to send.
        assert_eq!(press(&mut all, "Utlån"), None);
    }

    #[test]
    fn what_is_typed_of_one_that_is_merged_goes_along_to_the_one_that_is_kept() {
        let merge = |says: &'static str| {
            move |field: &&'static str| match *field {
                "lent" => Fate::Merged("kept"),
                _ => stands(says),
            }
        };
        let mut all = typed("Utlån av telt");
        assert_eq!(press(&mut all, "Utlån").as_deref(), Some("Utlån av telt"));
        assert_eq!(hear(&mut all, merge("Til låns")), []);
        assert_eq!(all.keys().collect::<Vec<_>>(), [&"kept"]);
        // It is not on its way there, and writes over nothing unseen.
        let mut press_kept = || leave(&mut all, &"kept", Some("Til låns"), true, check);
        assert_eq!(press_kept(), None);
        assert_eq!(press_kept().as_deref(), Some("Utlån av telt"));
        // What is typed of that one too stays, and the other is told of.
        let mut both = typed("Utlån av telt");
        write(&mut both, &"kept", "Til lån".to_owned(), "Til låns");
        let told = [("lent", "Utlån av telt".to_owned())];
        assert_eq!(hear(&mut both, merge("Til låns")), told);
        assert_eq!(both["kept"].text, "Til lån");
        // What that one says already is no news.
        let mut same = typed("Til låns");
        assert_eq!(hear(&mut same, merge("Til låns")), []);
        assert_eq!(same, All::new());
    }

    #[test]
    fn what_somebody_else_wrote_is_told_of_before_it_is_written_over() {
        let mut all = typed("Utlån av telt");
        all_say(&mut all, "Til låns");
        assert_eq!(all["lent"].text, "Utlån av telt");
        assert_eq!(go(&mut all, "Til låns"), None);
        let told = Some(Remark::Changed("Til låns".to_owned()));
        assert_eq!(all["lent"].remark, told);
        assert_eq!(go(&mut all, "Til låns"), None, "that is no answer");
        let mut typed_on = all.clone();
        assert_eq!(press(&mut all, "Til låns").as_deref(), Some("Utlån av telt"));
        // Whoever types on has read it.
        write(&mut typed_on, &"lent", "Til lån".to_owned(), "Til låns");
        assert_eq!(go(&mut typed_on, "Til låns").as_deref(), Some("Til lån"));
        // What both wrote is no news.
        let mut same = typed("Til låns");
        all_say(&mut same, "Til låns");
        assert_eq!(same, All::new());
        let mut same = typed("Til låns ");
        assert_eq!(go(&mut same, "Til låns"), None);
        assert_eq!(same, All::new());
    }

    #[test]
    fn a_text_is_sent_once_and_stays_in_its_field_until_the_board_has_it() {
        let mut all = typed("Utlån  av telt ");
        let sent = "Utlån av telt";
        assert_eq!(press(&mut all, "Utlån").as_deref(), Some(sent));
        assert_eq!(go(&mut all, "Utlån"), None, "it is on its way");
        let mut typed_on = all.clone();
        all_say(&mut all, sent);
        assert_eq!(all, All::new());
        // What is typed meanwhile is over what was saved.
        let more = "Utlån av telt og stoler";
        write(&mut typed_on, &"lent", more.to_owned(), "Utlån");
        all_say(&mut typed_on, sent);
        assert_eq!(go(&mut typed_on, sent).as_deref(), Some(more));
    }

    #[test]
    fn what_cannot_be_saved_is_said_and_stays() {
        let mut all = typed(" ");
        assert_eq!(press(&mut all, "Utlån"), None);
        assert_eq!(all["lent"].remark, Some(Remark::Fault(Empty)));
        assert_eq!(all["lent"].text, " ");
        assert_eq!(typed("Utlån"), All::new(), "it says so");
    }

    /// A page with what is typed there, and what sends it.
    fn page(text: &str) -> (Owner, HalfTyped<&'static str, Empty>) {
        let page = Owner::new_root(None);
        let typed = page.with(|| HalfTyped(RwSignal::new(typed(text))));
        (page, typed)
    }

    #[test]
    fn what_does_not_come_through_can_be_sent_again() {
        let (_page, typed) = page("Utlån av telt");
        let send = || typed.leave(&"lent", Some("Utlån"), true, check);
        let sending = send().unwrap();
        assert_eq!(sending.text(), "Utlån av telt");
        assert!(send().is_none());
        drop(sending);
        let sending = send().unwrap();
        sending.accept();
        assert!(send().is_none(), "the board is about to say so");
    }

    #[test]
    fn what_others_were_quicker_with_is_told_or_comes_first_and_what_is_typed_since_waits() {
        let (_page, typed) = page("Utlån av telt");
        let leave = |says: &str, is_meant| typed.leave(&"lent", Some(says), is_meant, check);
        // They changed something else: it is sent once more.
        assert!(leave("Utlån", true).unwrap().give_back());
        let sending = leave("Utlån", false).unwrap();
        // They changed the same: that is told, and Enter is an answer.
        assert!(sending.give_back());
        assert!(leave("Til låns", false).is_none());
        let told = untrack(|| typed.remark(&"lent"));
        assert_eq!(told, Some(Remark::Changed("Til låns".to_owned())));
        let sending = leave("Til låns", true).unwrap();
        typed.write(&"lent", "Utlån av stoler".to_owned(), "Til låns");
        assert!(!sending.give_back(), "something else is typed");
        assert!(leave("Til låns", false).is_some(), "and nothing is on its way");
    }

    #[test]
    fn where_the_server_is_asked_what_stands_it_is_told_by_the_answer() {
        let (_page, typed) = page("Ola");
        let send = || typed.leave(&"lent", None, true, check);
        let sending = send().unwrap();
        assert_eq!(sending.over(), "Utlån");
        sending.tell(Remark::Changed("Kari".to_owned()));
        let told = untrack(|| typed.remark(&"lent"));
        assert_eq!(told, Some(Remark::Changed("Kari".to_owned())));
        assert!(typed.leave(&"lent", None, false, check).is_none());
        let sending = send().unwrap();
        assert_eq!(sending.over(), "Kari");
        // What is typed before the answer stays, over what was saved.
        typed.write(&"lent", "Ola og Kari".to_owned(), "");
        sending.settle("Ola");
        let sending = send().unwrap();
        assert_eq!((sending.text(), &*sending.over()), ("Ola og Kari", "Ola"));
        sending.settle("Ola og Kari");
        assert_eq!(untrack(|| typed.text(&"lent")), None);
    }
}
