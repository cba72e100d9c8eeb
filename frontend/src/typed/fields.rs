//! What is typed into the fields of a page and not sent yet, by the fields' names: it outlives the words and the part of the page that a
//! field stands on, and the page asks before it is left with it.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::thread::LocalKey;

use leptos::prelude::*;

/// What is typed on a page. Copied freely; made once for all of it, in whichever words.
#[derive(Clone, Copy)]
pub struct Fields(StoredValue<Held>);

/// What a page holds.
struct Held {
    /// Under which it is made.
    owner: Owner,
    by_name: BTreeMap<String, One>,
}

/// What is held under a name.
struct One {
    made: Box<dyn Any + Send + Sync>,
    /// What is typed there, if something can be.
    typed: Option<Box<dyn Typed>>,
}

/// A field, whatever it holds.
trait Typed: Send + Sync {
    /// Whether it is asked about, and holds something else than before somebody typed.
    fn is_unsent(&self) -> bool;
    /// Makes it hold what it held before.
    fn clear(&self);
    /// What it holds is what it begins with from now on.
    fn settle(&self);
}

/// A field, and what was in it before somebody typed.
struct Field<T> {
    value: RwSignal<T>,
    first: StoredValue<T>,
    is_asked_about: bool,
}

impl<T: Send + Sync + 'static> Clone for Field<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Field<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Field<T> {
    fn new(first: &T, is_asked_about: bool) -> Self {
        Self {
            value: RwSignal::new(first.clone()),
            first: StoredValue::new(first.clone()),
            is_asked_about,
        }
    }

    fn is_touched(self) -> bool {
        self.first
            .with_value(|first| self.value.with_untracked(|value| value != first))
    }

    /// What nobody has touched follows what stands there now: the usual in other words, or what was saved since.
    fn follow(self, first: T) {
        let is_old = self.first.with_value(|before| *before != first);
        let is_what_stands = self.value.with_untracked(|value| *value == first);
        if is_old && !self.is_touched() {
            self.value.set(first.clone());
        } else if !(is_old && is_what_stands) {
            return;
        }
        self.first.set_value(first);
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Typed for Field<T> {
    fn is_unsent(&self) -> bool {
        self.is_asked_about && self.is_touched()
    }

    fn clear(&self) {
        if self.is_touched() {
            self.value.set(self.first.get_value());
        }
    }

    fn settle(&self) {
        self.first.set_value(self.value.get_untracked());
    }
}

impl Held {
    /// Nothing yet. What is made is made under whoever owns this.
    fn nothing() -> Self {
        Self {
            owner: Owner::current().expect("made under an owner"),
            by_name: BTreeMap::new(),
        }
    }

    /// What can be typed into, of every name that begins so.
    fn typed(&self, beginning: &str) -> impl Iterator<Item = &dyn Typed> {
        let named = self
            .by_name
            .iter()
            .filter(move |(name, _)| name.starts_with(beginning));
        named.filter_map(|(_, one)| one.typed.as_deref())
    }
}

impl Fields {
    /// Nothing yet. From now on the page asks before it is left with something that is not sent.
    pub fn start() -> Self {
        let fields = Self::nothing();
        ask_before_leaving(move || fields.are_unsent());
        fields
    }

    fn nothing() -> Self {
        Self(StoredValue::new(Held::nothing()))
    }

    /// What is typed on this page.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What is in a field, and `first` before somebody types: found again under its name, and asked about until it is sent or given up.
    pub fn field<T>(self, name: impl Into<String>, first: T) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        self.find_or_begin(name.into(), first, true)
    }

    /// What is chosen beside a field, opened, or of no use to anybody once the page is left: found again, and not asked about.
    pub fn kept<T>(self, name: impl Into<String>, first: T) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        self.find_or_begin(name.into(), first, false)
    }

    fn find_or_begin<T>(self, name: String, first: T, is_asked_about: bool) -> RwSignal<T>
    where
        T: Clone + PartialEq + Send + Sync + 'static,
    {
        if let Some(known) = self.find::<Field<T>>(&name) {
            known.follow(first);
            return known.value;
        }
        let field = self.make(|| Field::new(&first, is_asked_about));
        self.hold(name, Box::new(field), Some(Box::new(field)));
        field.value
    }

    /// What is made when it is asked for under this name for the first time, and the same from then on. It is made out of reach of the
    /// part of the page that asks, so that it asks for nothing that this provides.
    pub fn outliving<T>(self, name: impl Into<String>, make: impl FnOnce() -> T) -> T
    where
        T: Copy + Send + Sync + 'static,
    {
        let name = name.into();
        if let Some(known) = self.find(&name) {
            return known;
        }
        let made = self.make(make);
        self.hold(name, Box::new(made), None);
        made
    }

    /// What is typed into the fields whose names begin so is given up, or sent by whoever goes on to type there.
    pub fn clear(self, beginning: &str) {
        // The page may be gone: somebody waited for an answer.
        let _gone = self
            .0
            .try_with_value(|held| held.typed(beginning).for_each(Typed::clear));
    }

    /// What is typed anywhere on the page is somebody's who is not there any more.
    pub fn clear_all(self) {
        self.clear("");
    }

    /// What is typed into the fields whose names begin so is saved, and stands there.
    pub fn settle(self, beginning: &str) {
        let _gone = self
            .0
            .try_with_value(|held| held.typed(beginning).for_each(Typed::settle));
    }

    fn are_unsent(self) -> bool {
        let is_any = self.0.try_with_value(|held| held.typed("").any(Typed::is_unsent));
        is_any == Some(true)
    }

    fn find<T: Copy + 'static>(self, name: &str) -> Option<T> {
        self.0
            .with_value(|held| held.by_name.get(name)?.made.downcast_ref::<T>().copied())
    }

    fn make<T>(self, make: impl FnOnce() -> T) -> T {
        let owner = self.0.with_value(|held| held.owner.clone());
        owner.with(|| untrack(make))
    }

    fn hold(self, name: String, made: Box<dyn Any + Send + Sync>, typed: Option<Box<dyn Typed>>) {
        self.0
            .update_value(|held| drop(held.by_name.insert(name, One { made, typed })));
    }
}

/// Lets the page ask before it is left while something is not saved.
pub fn ask_before_leaving(is_unsaved: impl Fn() -> bool + 'static) {
    let leaving = window_event_listener_untyped("beforeunload", move |event| {
        if is_unsaved() {
            event.prevent_default();
            // Browsers of before 2023 ask for this.
            let _set = js_sys::Reflect::set(&event, &"returnValue".into(), &"…".into());
        }
    });
    on_cleanup(move || leaving.remove());
}

/// What is typed into a field that stands alone, in an app that is kept small: `place` takes it when its part of the page goes, and gives it
/// to the next. It is not asked about.
pub fn lone(place: &'static LocalKey<RefCell<String>>) -> RwSignal<String> {
    let field = RwSignal::new(place.take());
    on_cleanup(move || {
        if let Some(text) = field.try_get_untracked() {
            place.set(text);
        }
    });
    field
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    /// Where a text that is typed is kept otherwise, or need not be: beside the ink of a signature, in a form that remembers all of it, and
    /// as the name that confirms an erasure.
    const KEPT_OTHERWISE: [&str; 3] = [
        "broker/agreement/pad.rs",
        "organiser/listings/form.rs",
        "organiser/privacy/erasing.rs",
    ];

    #[test]
    fn no_part_of_a_page_holds_what_is_typed_alone() {
        let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut alone = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs")
                    && !KEPT_OTHERWISE.iter().any(|file| path.ends_with(file))
                {
                    let text = fs::read_to_string(&path).unwrap();
                    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                    let made = "RwSignal::new(String::new())";
                    // One of a struct is made where that is.
                    let is_alone = |line: &&str| {
                        line.contains(made)
                            && !line.contains("lasting(")
                            && !line.contains(&format!(": {made}"))
                    };
                    let lines = code.lines().filter(is_alone);
                    alone.extend(lines.map(|line| format!("{}: {}", path.display(), line.trim())));
                }
            }
        }
        assert_eq!(
            alone,
            Vec::<String>::new(),
            "`Fields`, `lasting` or `lone` keeps it"
        );
    }

    /// A page, and what is typed on it.
    fn page() -> (Owner, Fields) {
        let page = Owner::new_root(None);
        let fields = page.with(Fields::nothing);
        (page, fields)
    }

    #[test]
    fn what_is_typed_outlives_the_part_of_the_page_that_it_is_typed_on() {
        let (page, fields) = page();
        let open = || {
            let part = page.child();
            let typed = part.with(|| {
                let number = fields.kept("device/number", 1_u32);
                (number, fields.field("device/name", String::new()))
            });
            (part, typed)
        };
        let (part, (number, name)) = open();
        assert_eq!((number.get_untracked(), name.get_untracked()), (1, String::new()));
        number.set(2);
        name.set("Nettbrett 4".to_owned());
        part.cleanup();
        let (_part, (number, name)) = open();
        assert_eq!(
            (number.get_untracked(), name.get_untracked()),
            (2, "Nettbrett 4".to_owned())
        );
    }

    #[test]
    fn what_outlives_its_part_of_the_page_is_made_once_under_its_own_name() {
        let (page, fields) = page();
        let made = page.with(|| StoredValue::new(0));
        let open = |name: &str| {
            let make = || {
                made.update_value(|made| *made += 1);
                RwSignal::new(String::new())
            };
            page.child().with(|| fields.outliving(name, make))
        };
        open("programme").set("Pause".to_owned());
        assert_eq!(open("programme").get_untracked(), "Pause");
        assert_eq!(open("listing").get_untracked(), "");
        assert_eq!(made.get_value(), 2);
    }

    #[test]
    fn a_page_asks_about_what_is_typed_until_it_is_sent_or_given_up() {
        let (_page, fields) = page();
        let goal = fields.field("new/goal", "60".to_owned());
        let sought = fields.kept("sought", String::new());
        assert!(!fields.are_unsent());
        sought.set("Bakkerud".to_owned());
        assert!(!fields.are_unsent(), "nothing is lost with a search");
        goal.set("80".to_owned());
        assert!(fields.are_unsent());
        fields.clear("copy/");
        assert!(fields.are_unsent(), "that is another form");
        fields.clear("new/");
        assert!(!fields.are_unsent());
        assert_eq!(
            (goal.get_untracked(), sought.get_untracked()),
            ("60".to_owned(), "Bakkerud".to_owned())
        );
        goal.set("90".to_owned());
        fields.settle("new/");
        assert!(!fields.are_unsent());
        assert_eq!(goal.get_untracked(), "90", "it is saved");
        // Typed away again is nothing typed.
        goal.set("91".to_owned());
        goal.set("90".to_owned());
        assert!(!fields.are_unsent());
        goal.set("91".to_owned());
        fields.clear_all();
        assert_eq!(
            (goal.get_untracked(), sought.get_untracked()),
            ("90".to_owned(), String::new())
        );
    }

    #[test]
    fn what_nobody_touched_follows_what_stands_there() {
        let (_page, fields) = page();
        let open = |first: &str| fields.field("round/title", first.to_owned());
        let title = open("Ekstrarunde");
        assert_eq!(open("Zusatzrunde").get_untracked(), "Zusatzrunde");
        title.set("Bonusrunde".to_owned());
        assert_eq!(open("Extra round").get_untracked(), "Bonusrunde");
        assert!(fields.are_unsent());
        // It was saved as it was typed.
        assert_eq!(open("Bonusrunde").get_untracked(), "Bonusrunde");
        assert!(!fields.are_unsent());
        assert_eq!(open("Sluttrunde").get_untracked(), "Sluttrunde");
    }

    #[test]
    fn what_stands_alone_is_handed_on() {
        thread_local! {
            static SOUGHT: RefCell<String> = const { RefCell::new(String::new()) };
        }
        let page = Owner::new_root(None);
        let part = page.child();
        part.with(|| lone(&SOUGHT)).set("Bakkerud".to_owned());
        part.cleanup();
        let part = page.child();
        let sought = part.with(|| lone(&SOUGHT));
        assert_eq!(sought.get_untracked(), "Bakkerud");
        sought.set(String::new());
        part.cleanup();
        assert_eq!(page.child().with(|| lone(&SOUGHT)).get_untracked(), "");
    }

    #[test]
    fn a_page_that_is_gone_asks_about_nothing() {
        let (page, fields) = page();
        fields.field("name", String::new()).set("Kari".to_owned());
        page.cleanup();
        assert!(!fields.are_unsent());
        fields.clear_all();
    }
}
