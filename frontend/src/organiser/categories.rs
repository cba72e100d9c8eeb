//! The categories of offers and wishes: renamed, shown with an icon, ordered, added, and two laid together.

pub mod icons;
pub mod merge;
pub mod names;

use std::collections::BTreeMap;

use borsklokka_shared::board::Board;
use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Category;
use borsklokka_shared::icon::Icon;
use borsklokka_shared::ids::CategoryId;
use borsklokka_shared::limits::{CATEGORIES_MAX, NAME_CHARS_MAX};
use leptos::prelude::*;
use web_sys::Element;

use self::icons::{Chosen, IconButton, IconChoice};
use self::merge::{MergeChoice, Merging, Sure};
use self::names::{Fault, Names, is_taken};
use super::fields::Text;
use super::gone::{Gone, WhatIsGone};
use super::half_typed::Remark;
use super::office::Office;
use super::rail::Onward;
use super::unsaved::Unsaved;
use super::ways::{Way, Ways};
use crate::components::focus::AfterRow;
use crate::desk::Desk;
use crate::desk::surety::Surety;
use crate::readiness::pages::Page;
use crate::texts::organiser::{category_words, plan_words, work_words};

/// A category and how it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    category: Category,
    /// How many offers and wishes are in it.
    listings: usize,
    /// How many deals name it: then it may be renamed, but stays.
    deals: usize,
}

fn rows(board: &Board) -> Vec<Row> {
    let mut listings: BTreeMap<&CategoryId, usize> = BTreeMap::new();
    for listing in board.listings.values() {
        *listings.entry(&listing.category).or_default() += 1;
    }
    let dealt = board.dealt_categories();
    let categories = board.settings.iter().flat_map(|settings| &settings.categories);
    let row = |category: &Category| Row {
        category: category.clone(),
        listings: listings.get(&category.id).copied().unwrap_or_default(),
        deals: dealt.get(&category.id).copied().unwrap_or_default(),
    };
    categories.map(row).collect()
}

/// A key that no category has.
fn free_key(categories: &[Category]) -> CategoryId {
    let is_free = |key: &String| categories.iter().all(|category| category.id.0 != *key);
    let key = (1..=categories.len() + 1)
        .map(|number| format!("c{number}"))
        .find(is_free);
    CategoryId(key.unwrap_or_default())
}

/// What the rows share.
#[derive(Clone, Copy)]
struct Editor {
    desk: Desk,
    /// What is typed into their names.
    names: Names,
    refused: RwSignal<Option<String>>,
    /// The category whose icons lie open: one's at a time.
    open: RwSignal<Option<CategoryId>>,
}

impl Editor {
    fn categories(self) -> Vec<Category> {
        self.desk.live.peek(Board::categories).unwrap_or_default()
    }

    /// Changes the categories, with all other settings as they are.
    fn change(self, act: impl FnOnce(&mut Vec<Category>)) {
        self.change_then(act, || ());
    }

    /// Goes on with `accepted` once it is changed.
    fn change_then(self, act: impl FnOnce(&mut Vec<Category>), accepted: impl FnOnce() + 'static) {
        if let Some(command) = self.changing(act) {
            self.desk
                .ask_beside(self.refused, Surety::Pressed, &command, accepted);
        }
    }

    /// What changes them over what stands there.
    fn changing(self, act: impl FnOnce(&mut Vec<Category>)) -> Option<Command> {
        let stands = self.desk.live.peek(|board| board.settings.clone()).flatten();
        let stands = Box::new(stands?);
        let mut settings = stands.clone();
        act(&mut settings.categories);
        Some(Command::Configure {
            settings,
            expected: Some(stands),
        })
    }

    fn change_one(self, id: &CategoryId, act: impl FnOnce(&mut Category)) {
        self.change(|categories| {
            if let Some(own) = categories.iter_mut().find(|category| category.id == *id) {
                act(own);
            }
        });
    }

    /// The field of a name was left; if `is_meant`, Enter was pressed in it. The category is called so from now on, if it can be.
    fn rename(self, own: &CategoryId, is_meant: bool) {
        let named = self.names.leave(own, &self.categories(), is_meant);
        let Some(sending) = named else { return };
        let command = self.changing(|categories| {
            if let Some(one) = categories.iter_mut().find(|one| one.id == *own) {
                sending.text().clone_into(&mut one.name);
            }
        });
        let Some(command) = command else { return };
        let own = own.clone();
        let again = move || self.rename(&own, false);
        self.names.overtaken.send(&command, self.refused, sending, again);
    }

    fn swap(self, place: usize) {
        self.change(|categories| {
            if place + 1 < categories.len() {
                categories.swap(place, place + 1);
            }
        });
    }
}

/// The page.
#[component]
pub fn Categories() -> impl IntoView {
    let t = category_words();
    let desk = Office::of_page().desk;
    let rows = desk.live.board(rows);
    let rows = Memo::new(move |_| rows.get().unwrap_or_default());
    let editor = Editor {
        desk,
        names: Names::of_pages(desk.live),
        refused: Unsaved::kept("categories-refused", || None),
        open: RwSignal::new(None),
    };
    // Of a name that did not come through it is said why when she comes back to it; all else is no news by then.
    if untrack(|| editor.names.typed.fields().is_empty()) {
        editor.refused.set(None);
    }
    let (name, wrong) = (Unsaved::field("category-new"), RwSignal::new(None));
    let ids = move || {
        let ids = rows.get().into_iter().map(|row| row.category.id);
        ids.collect::<Vec<_>>()
    };
    let is_full = move || rows.with(Vec::len) >= CATEGORIES_MAX;
    let add = move || {
        let written = name.get_untracked().trim().to_owned();
        if written.is_empty() {
            return wrong.set(Some(t.no_name.to_owned()));
        }
        if is_taken(&editor.categories(), None, &written) {
            return wrong.set(Some(t.same_name.to_owned()));
        }
        wrong.set(None);
        let another = |categories: &mut Vec<Category>| {
            let id = free_key(categories);
            categories.push(Category {
                id,
                name: written.clone(),
                icon: None,
            });
        };
        editor.change_then(another, {
            let written = written.clone();
            move || {
                // What was typed meanwhile is the next one. The page may be gone.
                let _gone = name.try_update(|name| {
                    if name.trim() == written {
                        name.clear();
                    }
                });
            }
        });
    };
    view! {
        <div class="page-head">
            <h1 class="page-title" tabindex="-1">
                {work_words().page_name(Page::Categories)}
            </h1>
        </div>
        <section class="card page-narrow">
            <p class="office-note">{t.lead}</p>
            <ol class="categories" data-testid="categories">
                <For each=ids key=CategoryId::clone children=move |id| view! { <CategoryRow editor rows id /> } />
            </ol>
            <WhatIsGone
                testid="category-gone"
                read="category-gone-read"
                typed=Gone::of_page().categories
                words=move |text: String| t.gone(text)
            />
            <p class="field-error" role="alert" hidden=move || editor.refused.with(Option::is_none)>
                {move || editor.refused.get()}
            </p>
            <form
                class="form category-new"
                on:submit=move |event| {
                    event.prevent_default();
                    add();
                }
            >
                <Text id="category-new" label=t.new chars_max=NAME_CHARS_MAX error=wrong value=name />
                <button
                    type="submit"
                    class="button"
                    data-testid="category-add"
                    disabled=move || is_full() || desk.is_cut_off().get()
                >
                    {t.add}
                </button>
            </form>
        </section>
        <Onward page=Page::Categories />
    }
}

/// What a row reads of its category. Copied freely; made once a row.
#[derive(Clone, Copy)]
struct Known {
    place: Memo<usize>,
    name: Signal<String>,
    icon: Signal<Option<Icon>>,
    /// How many offers and wishes are in it.
    used: Memo<usize>,
    /// How many deals name it.
    deals: Memo<usize>,
    others: Memo<Vec<Category>>,
}

impl Known {
    fn of(rows: Memo<Vec<Row>>, id: StoredValue<CategoryId>) -> Self {
        let is_own = move |row: &Row| id.with_value(|id| row.category.id == *id);
        let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| is_own(row)).cloned()));
        let others = move || {
            let others = rows.get().into_iter().filter(|row| !is_own(row));
            others.map(|row| row.category).collect::<Vec<_>>()
        };
        let name = move || {
            row.with(|row| {
                row.as_ref()
                    .map(|row| row.category.name.clone())
                    .unwrap_or_default()
            })
        };
        Self {
            place: Memo::new(move |_| rows.with(|rows| rows.iter().position(is_own)).unwrap_or_default()),
            name: Signal::derive(name),
            icon: Signal::derive(move || row.with(|row| row.as_ref().and_then(|row| row.category.icon))),
            used: Memo::new(move |_| row.with(|row| row.as_ref().map_or(0, |row| row.listings))),
            deals: Memo::new(move |_| row.with(|row| row.as_ref().map_or(0, |row| row.deals))),
            others: Memo::new(move |_| others()),
        }
    }
}

/// A category with its name, its place and the ways to be rid of it.
#[component]
fn CategoryRow(editor: Editor, rows: Memo<Vec<Row>>, id: CategoryId) -> impl IntoView {
    let t = category_words();
    let id = StoredValue::new(id);
    let Known {
        place,
        name,
        icon,
        used,
        deals,
        others,
    } = Known::of(rows, id);
    let after = AfterRow::start();
    let merging = Merging::of(id, after);
    let refused = merging.refused();
    let is_only = Memo::new(move |_| others.with(Vec::is_empty));
    let can_merge = Memo::new(move |_| used.get() > 0 && deals.get() == 0 && !is_only.get());
    let can_remove = Memo::new(move |_| used.get() == 0 && deals.get() == 0);
    let is_last = Memo::new(move |_| others.with(Vec::len) == place.get());
    let cut_off = editor.desk.is_cut_off();
    let chosen = Chosen {
        name,
        icon,
        open: editor.open,
        id,
    };
    let choose = move |icon| editor.change_one(&id.get_value(), |own| own.icon = icon);
    let act = move |act: &str| t.act_on(act, name.get());
    let up = Way {
        testid: "category-up",
        words: Signal::derive(move || act(t.up)),
        can: Signal::derive(move || place.get() > 0 && !cut_off.get()),
        go: Box::new(move || editor.swap(place.get_untracked().saturating_sub(1))),
    };
    let down = Way {
        testid: "category-down",
        words: Signal::derive(move || act(t.down)),
        can: Signal::derive(move || !is_last.get() && !cut_off.get()),
        go: Box::new(move || editor.swap(place.get_untracked())),
    };
    view! {
        <li class="category" data-testid="category">
            <IconButton chosen disabled=cut_off />
            <NameField editor id place name />
            <small class="office-note">{move || t.used(used.get())}</small>
            <span class="category-acts">
                <Ways place=Memo::new(move |_| Some(place.get())) up down />
                <button
                    type="button"
                    class="row-act"
                    data-testid="category-remove"
                    aria-label=move || act(t.remove)
                    hidden=move || !can_remove.get()
                    disabled=move || is_only.get() || cut_off.get()
                    on:click=move |event| {
                        after.leave(&event_target::<Element>(&event), "category-remove");
                        let id = id.get_value();
                        editor.change(|categories| categories.retain(|category| category.id != id));
                    }
                >
                    {t.remove}
                </button>
                <MergeChoice merging name others can=can_merge />
                <small
                    class="office-note category-stays"
                    data-testid="category-stays"
                    hidden=move || deals.get() == 0
                >
                    {move || t.stays(deals.get())}
                </small>
            </span>
            <Sure merging name others can=can_merge />
            <p class="field-error" role="alert" data-testid="category-refused">
                {move || refused.get()}
            </p>
            <IconChoice chosen choose />
            <NameError editor id place />
        </li>
    }
}

/// Joins the field of a name and what is wrong with it.
fn error_of(place: usize) -> String {
    format!("category-{place}-error")
}

/// The field of a category's name.
#[component]
fn NameField(
    /// What the rows share.
    editor: Editor,
    /// Which category.
    id: StoredValue<CategoryId>,
    /// Where it stands.
    place: Memo<usize>,
    /// What it is called.
    name: Signal<String>,
) -> impl IntoView {
    let t = category_words();
    let typed = editor.names.typed;
    let shown = Memo::new(move |_| id.with_value(|id| typed.text(id)).unwrap_or_else(|| name.get()));
    let is_wrong = move || id.with_value(|id| typed.remark(id)).is_some();
    // The row may be gone: a field that is taken out of the page may say that it is left.
    let own = id.get_value();
    view! {
        <input
            class="field-input"
            id=id.with_value(|id| format!("category-name-{}", id.0))
            autocomplete="off"
            dir="auto"
            data-testid="category-name"
            aria-label=move || t.name(place.get() + 1)
            aria-invalid=move || is_wrong().to_string()
            aria-describedby=move || error_of(place.get())
            disabled=editor.desk.is_cut_off()
            prop:value=move || shown.get()
            on:input=move |event| {
                let text = event_target_value(&event);
                id.with_value(|id| typed.write(id, text, &name.get_untracked()));
            }
            // Not by `change`, which comes beside either: leaving once more has a meaning of its own.
            on:blur=move |_| editor.rename(&own, false)
            on:keydown=move |event| {
                if event.key() == "Enter" && !event.repeat() {
                    id.with_value(|id| editor.rename(id, true));
                }
            }
        />
    }
}

/// What is wrong with what is typed there.
#[component]
fn NameError(editor: Editor, id: StoredValue<CategoryId>, place: Memo<usize>) -> impl IntoView {
    let (t, plan) = (category_words(), plan_words());
    let words = move || {
        let remark = id.with_value(|id| editor.names.typed.remark(id))?;
        Some(match remark {
            Remark::Fault(Fault::NoName) => t.no_name.to_owned(),
            Remark::Fault(Fault::SameName) => t.same_name.to_owned(),
            Remark::Changed(name) => plan.changed_meanwhile(name),
        })
    };
    view! {
        <p class="field-error" role="alert" dir="auto" id=move || error_of(place.get())>
            {words}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn categories(names: &[(&str, &str)]) -> Vec<Category> {
        let category = |(id, name): &(&str, &str)| Category {
            id: CategoryId((*id).to_owned()),
            name: (*name).to_owned(),
            icon: None,
        };
        names.iter().map(category).collect()
    }

    #[test]
    fn a_new_category_has_a_key_and_a_name_of_its_own() {
        let some = categories(&[("care", "Varme hjerter"), ("c1", "Sjåfører")]);
        assert_eq!(free_key(&some).0, "c2");
        assert_eq!(free_key(&[]).0, "c1");
        let own = some[1].id.clone();
        for (own, name, taken) in [
            (None, "SJAFORER", true),
            (Some(&own), "sjåfører", false),
            (Some(&own), "varme hjerter", true),
            (None, "Utstyr", false),
        ] {
            assert_eq!(is_taken(&some, own, name), taken, "{name}");
        }
    }
}
