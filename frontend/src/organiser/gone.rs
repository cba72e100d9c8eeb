//! What somebody had typed about what others took away meanwhile: of a participant that was merged it is told on the page of the one that
//! was kept, of one that was taken out where participants are written about, of a category or a line of the programme where those are that
//! there are. Until it has been read it outlives a reload, and the page asks before it is left with it. Of whoever is erased nothing is told.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka_shared::board::Board;
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::screen::Screen;
use borsklokka_shared::text::tidy;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::components::Button;
use crate::live::Live;
use crate::texts::organiser::{guest_words, plan_words};
use crate::typed;
use crate::typed::fields::ask_before_leaving;

/// What is told on a participant's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Who was merged into it: by name if they were looked at before that, else by their address alone.
    pub merged: Vec<Option<String>>,
    /// What was typed about those, and not saved.
    pub typed: Vec<String>,
}

/// All that is told of participants, by the one on whose page.
pub type AllTold = BTreeMap<ParticipantId, Told>;

/// What was typed about a participant who is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Who it was.
    participant: ParticipantId,
    /// What they were called.
    name: String,
    /// What was typed.
    text: String,
}

/// What those are called about whom something is typed: once they are taken out the board says nothing of them. Copied freely; made once for
/// all that is typed in one way.
#[derive(Clone, Copy)]
pub struct Called(StoredValue<BTreeMap<ParticipantId, String>>);

impl Called {
    /// Nobody yet.
    pub fn start() -> Self {
        Self(StoredValue::new(BTreeMap::new()))
    }

    /// About these something is typed: they are called as the board says, or said last.
    pub fn hear(self, board: &Board, participants: &BTreeSet<ParticipantId>) {
        self.0.update_value(|called| {
            called.retain(|id, _| participants.contains(id));
            for id in participants {
                if let Some(known) = board.participants.get(id) {
                    called.insert(*id, known.name.clone());
                }
            }
        });
    }

    /// What was typed about one who is gone.
    pub fn about(self, participant: ParticipantId, text: String) -> About {
        let name = self.0.with_value(|called| called.get(&participant).cloned());
        About {
            participant,
            name: name.unwrap_or_default(),
            text,
        }
    }
}

/// What the tab keeps of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    participants: Vec<(ParticipantId, Told)>,
    taken_out: Vec<About>,
    categories: Vec<String>,
    programme: Vec<String>,
}

/// What is told until it has been read, whichever page is there. Copied freely; made once for all pages, in whichever words they are.
#[derive(Clone, Copy)]
pub struct Gone {
    /// Of participants that were merged.
    pub participants: RwSignal<AllTold>,
    /// What was typed about participants who were taken out; in their table also about those who were merged into one that was written about
    /// too.
    pub taken_out: RwSignal<Vec<About>>,
    /// What was typed as the names of categories that are gone.
    pub categories: RwSignal<Vec<String>>,
    /// What was typed into lines of the programme that are gone, or have been held.
    pub programme: RwSignal<Vec<String>>,
}

impl Gone {
    /// What the tab kept, which it goes on keeping as long as the device may.
    pub fn start(live: Live) -> Self {
        let slug = live.slug();
        let gone = Self::of(typed::kept(&slug, Screen::Organiser).unwrap_or_default());
        gone.follow(live);
        let may_keep = live.may_keep();
        let place = slug.clone();
        Effect::new(move || {
            let kept = gone.kept();
            let is_kept = may_keep.get() && kept != Kept::default();
            typed::keep(&place, Screen::Organiser, is_kept.then_some(&kept));
        });
        on_cleanup(move || typed::keep::<Kept>(&slug, Screen::Organiser, None));
        ask_before_leaving(move || gone.holds_typed());
        gone
    }

    /// What is told on this page and the others.
    pub fn of_page() -> Self {
        expect_context()
    }

    fn of(kept: Kept) -> Self {
        Self {
            participants: RwSignal::new(kept.participants.into_iter().collect()),
            taken_out: RwSignal::new(kept.taken_out),
            categories: RwSignal::new(kept.categories),
            programme: RwSignal::new(kept.programme),
        }
    }

    /// What the tab is to keep; follows it.
    fn kept(self) -> Kept {
        Kept {
            participants: self.participants.get().into_iter().collect(),
            taken_out: self.taken_out.get(),
            categories: self.categories.get(),
            programme: self.programme.get(),
        }
    }

    /// Whoever was kept may be merged or taken out too, and whoever was taken out erased.
    fn follow(self, live: Live) {
        let (participants, taken_out) = (self.participants, self.taken_out);
        Effect::new(move || {
            if participants.with(AllTold::is_empty) {
                return;
            }
            let today = live.read(|board| participants.with_untracked(|all| of_today(all, board)));
            if let Some(today) = today {
                participants.maybe_update(|all| {
                    let is_other = *all != today;
                    *all = today;
                    is_other
                });
            }
        });
        Effect::new(move || {
            if taken_out.with(Vec::is_empty) {
                return;
            }
            live.read(|board| {
                taken_out.maybe_update(|all| {
                    let before = all.len();
                    all.retain(|about| !is_erased(board, about.participant));
                    all.len() != before
                });
            });
        });
    }

    /// Tells of what was typed about participants who are gone, if anything was.
    pub fn tell_of(self, typed: impl IntoIterator<Item = About>) {
        let all = typed.into_iter().map(|about| About {
            text: tidy(&about.text),
            ..about
        });
        let all: Vec<About> = all.filter(|about| !about.text.is_empty()).collect();
        if !all.is_empty() {
            self.taken_out.update(|told| told.extend(all));
        }
    }

    /// Whether something that was typed has not been read.
    fn holds_typed(self) -> bool {
        let is_any = |all: &AllTold| all.values().any(|told| !told.typed.is_empty());
        let lists = [self.categories, self.programme];
        self.participants.try_with_untracked(is_any) == Some(true)
            || self.taken_out.try_with_untracked(Vec::is_empty) == Some(false)
            || lists
                .iter()
                .any(|texts| texts.try_with_untracked(Vec::is_empty) == Some(false))
    }
}

/// Whether a participant was erased, or the one that they were merged into: nothing is kept of what was typed about them.
pub fn is_erased(board: &Board, participant: ParticipantId) -> bool {
    let today = board.participant(participant).map(|known| known.id);
    board.is_erased(today.unwrap_or(participant))
}

/// Tells of what was typed about what is gone, if anything was.
pub fn tell(told: RwSignal<Vec<String>>, typed: impl IntoIterator<Item = String>) {
    let texts = typed.into_iter().map(|text| tidy(&text));
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    if !texts.is_empty() {
        told.update(|told| told.extend(texts));
    }
}

/// What was typed about what others took away: it can be read, and written elsewhere.
#[component]
pub fn WhatIsGone<T>(
    /// What tests call it.
    testid: &'static str,
    /// What they call what closes it.
    read: &'static str,
    /// What was typed.
    typed: RwSignal<Vec<T>>,
    /// Tells of one of them.
    words: impl Fn(T) -> String + Send + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let lines = move || {
        let all = typed.get().into_iter();
        all.map(|one| view! { <p dir="auto">{words(one)}</p> })
            .collect_view()
    };
    view! {
        <div class="form-inset" role="alert" data-testid=testid hidden=move || typed.with(Vec::is_empty)>
            {lines}
            <p class="form-acts">
                <Button testid=read press=move || typed.update(Vec::clear)>
                    {plan_words().gone_read}
                </Button>
            </p>
        </div>
    }
}

/// What was typed about participants who were taken out, wherever they are written about.
#[component]
pub fn WhoIsGone() -> impl IntoView {
    let t = guest_words();
    let typed = Gone::of_page().taken_out;
    let words = move |about: About| t.taken_out(about.name, about.text);
    view! { <WhatIsGone testid="participant-gone" read="participant-gone-read" typed words /> }
}

/// Whoever looks at one that is `gone` looks at the one that was `kept` from now on, and is told so there.
pub fn follow(all: &mut AllTold, gone: ParticipantId, kept: ParticipantId, name: Option<String>) {
    let before = all.remove(&gone).unwrap_or_default();
    let now = all.entry(kept).or_default();
    now.merged.extend(before.merged);
    now.merged.push(name);
    now.typed.extend(before.typed);
}

/// It, by those who are there today. Nothing is told of whoever was taken out or erased.
fn of_today(all: &AllTold, board: &Board) -> AllTold {
    let mut today = AllTold::new();
    for (id, told) in all {
        let known = board.participant(*id).filter(|known| !board.is_erased(known.id));
        if let Some(known) = known {
            let there = today.entry(known.id).or_default();
            there.merged.extend(told.merged.iter().cloned());
            there.typed.extend(told.typed.iter().cloned());
        }
    }
    today
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::audience::Audience;
    use borsklokka_shared::participant::{Participant, Sector, Symbol};
    use uuid::Uuid;

    use super::*;
    use crate::json;

    fn id(number: u128) -> ParticipantId {
        ParticipantId(Uuid::from_u128(number))
    }

    fn participant(number: u128, name: &str) -> Participant {
        Participant {
            id: id(number),
            name: name.to_owned(),
            sector: Sector::Business,
            symbol: Symbol::parse("NORD").unwrap(),
            place: None,
            was: Vec::new(),
            was_symbols: Vec::new(),
            is_erased: false,
        }
    }

    fn told(merged: &[Option<&str>], typed: &[&str]) -> Told {
        let owned = |text: &str| text.to_owned();
        Told {
            merged: merged.iter().map(|name| name.map(owned)).collect(),
            typed: typed.iter().copied().map(owned).collect(),
        }
    }

    #[test]
    fn what_was_not_read_yet_goes_along() {
        let mut all = AllTold::new();
        follow(&mut all, id(1), id(2), Some("NORD AS".to_owned()));
        let before = all.get_mut(&id(2)).unwrap();
        before.typed.push("bord 9".to_owned());
        follow(&mut all, id(2), id(3), None);
        let told = told(&[Some("NORD AS"), None], &["bord 9"]);
        assert_eq!(all, AllTold::from([(id(3), told)]));
    }

    #[test]
    fn it_is_told_of_whoever_is_there_today_and_of_nobody_who_is_gone() {
        let mut board = Board::empty(Audience::Staff);
        let kept = Participant {
            was: vec![id(2)],
            ..participant(3, "Nordre Bakeri AS")
        };
        board.participants.insert(kept.id, kept);
        // The second was merged while nobody looked at it; the fourth was taken out.
        let all = AllTold::from([
            (id(2), told(&[Some("NORD AS")], &["bord 9"])),
            (id(3), told(&[None], &["bord 3"])),
            (id(4), told(&[None], &["bord 4"])),
        ]);
        let there = told(&[Some("NORD AS"), None], &["bord 9", "bord 3"]);
        let today = of_today(&all, &board);
        assert_eq!(today, AllTold::from([(id(3), there)]));
        assert_eq!(of_today(&today, &board), today);
        board.erased.push(id(3));
        assert_eq!(of_today(&today, &board), AllTold::new());
    }

    fn about(number: u128, name: &str, text: &str) -> About {
        About {
            participant: id(number),
            name: name.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn whoever_is_taken_out_is_told_of_by_the_name_that_they_had_last() {
        let page = Owner::new_root(None);
        page.with(|| {
            let mut board = Board::empty(Audience::Staff);
            board.participants.insert(id(1), participant(1, "Nordre Bakeri"));
            let (called, written) = (Called::start(), BTreeSet::from([id(1)]));
            called.hear(&board, &written);
            board
                .participants
                .insert(id(1), participant(1, "Nordre Bakeri AS"));
            called.hear(&board, &written);
            board.participants.clear();
            called.hear(&board, &written);
            let nord = about(1, "Nordre Bakeri AS", "bord 9");
            assert_eq!(called.about(id(1), "bord 9".to_owned()), nord);
            // Nothing is typed about them any more.
            called.hear(&board, &BTreeSet::new());
            assert_eq!(called.about(id(1), String::new()), about(1, "", ""));
        });
    }

    #[test]
    fn of_whoever_is_erased_nothing_is_told() {
        let mut board = Board::empty(Audience::Staff);
        let kept = Participant {
            was: vec![id(2)],
            ..participant(3, "Nordre Bakeri AS")
        };
        board.participants.insert(kept.id, kept);
        let erased = |board: &Board| [2, 3, 4].map(|number| is_erased(board, id(number)));
        assert_eq!(erased(&board), [false; 3]);
        board.erased = vec![id(3), id(4)];
        assert_eq!(erased(&board), [true; 3]);
    }

    #[test]
    fn the_tab_reads_what_it_kept() {
        let kept = Kept {
            participants: vec![(id(3), told(&[Some("NORD AS"), None], &["bord 9"]))],
            taken_out: vec![about(4, "Vestre Kafé", "bord 4")],
            categories: vec!["Utlån av telt".to_owned()],
            programme: vec!["Vafler".to_owned()],
        };
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(json::read::<Kept>(&text).unwrap(), kept);
        // Of an app that told of fewer things what it kept is read too.
        let older = json::read::<Kept>(r#"{"participants":[],"categories":["Utlån"]}"#).unwrap();
        assert_eq!(older.categories, ["Utlån"]);
    }

    #[test]
    fn the_page_asks_about_whatever_was_typed_until_it_has_been_read() {
        let page = Owner::new_root(None);
        page.with(|| {
            let gone = Gone::of(Kept::default());
            gone.tell_of([about(1, "Vestre Kafé", " ")]);
            assert!(!gone.holds_typed(), "nothing was typed");
            gone.tell_of([about(1, "Vestre Kafé", " bord  9")]);
            assert_eq!(
                gone.taken_out.get_untracked(),
                [about(1, "Vestre Kafé", "bord 9")]
            );
            assert!(gone.holds_typed());
            gone.taken_out.update(Vec::clear);
            for texts in [gone.categories, gone.programme] {
                assert!(!gone.holds_typed());
                tell(texts, [" ".to_owned()]);
                assert!(!gone.holds_typed(), "nothing was typed");
                tell(texts, [" bord  9".to_owned()]);
                assert_eq!(texts.get_untracked(), ["bord 9"]);
                assert!(gone.holds_typed());
                texts.update(Vec::clear);
            }
        });
    }
}
