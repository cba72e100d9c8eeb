//! Row by row: what each would do, what is wrong with it and in which cell, and who it may be. What waits for a decision stands
//! first, and few are drawn at once.

use borsklokka_shared::roster::{At, Change, Double, RowSeen, RowState, Said};
use leptos::prelude::*;

use super::choice;
use super::intake::{Intake, Seen, of_seen};
use crate::components::Button;
use crate::texts::organiser::import_words;

/// Rows that are drawn before more are asked for, and each time.
const DRAWN: usize = 60;

/// Which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    In(RowState),
    /// Those that may be somebody who is registered.
    Alike,
}

impl Shown {
    const ALL: [Shown; 7] = [
        Shown::All,
        Shown::In(RowState::Problem),
        Shown::Alike,
        Shown::In(RowState::New),
        Shown::In(RowState::Changed),
        Shown::In(RowState::Same),
        Shown::In(RowState::LeftOut),
    ];

    fn as_str(self) -> &'static str {
        match self {
            Shown::All => "all",
            Shown::In(state) => state.as_str(),
            Shown::Alike => "alike",
        }
    }

    fn name(self) -> &'static str {
        let t = import_words();
        match self {
            Shown::All => t.everything,
            Shown::In(state) => t.state_name(state),
            Shown::Alike => t.alike,
        }
    }

    fn has(self, row: &RowSeen) -> bool {
        match self {
            Shown::All => true,
            Shown::In(state) => row.state == state,
            Shown::Alike => !row.doubles.is_empty(),
        }
    }

    fn count(self, seen: &Seen) -> usize {
        match self {
            Shown::All => seen.preview.rows.len(),
            Shown::In(state) => seen.preview.states.of(state),
            Shown::Alike => seen.preview.rows.iter().filter(|row| self.has(row)).count(),
        }
    }
}

/// The rows that are shown, in order.
fn listed(seen: &Seen, shown: Shown) -> Vec<At> {
    let fitting = || seen.preview.rows.iter().filter(|row| shown.has(row));
    let asked = fitting().filter(|row| seen.is_asked(row));
    let rest = fitting().filter(|row| !seen.is_asked(row));
    asked.chain(rest).map(RowSeen::at).collect()
}

/// The rows.
#[component]
pub fn Rows() -> impl IntoView {
    let t = import_words();
    let shown = RwSignal::new(Shown::All);
    let drawn = RwSignal::new(DRAWN);
    let all = of_seen(move |seen| Some(listed(seen, shown.get())));
    let count = Memo::new(move |_| all.with(|all| all.as_ref().map_or(0, Vec::len)));
    let some = move || {
        let mut all = all.get().unwrap_or_default();
        all.truncate(drawn.get());
        all
    };
    let tab = move |one: Shown| {
        let count = of_seen(move |seen| Some(one.count(seen)));
        let is_shown = move || shown.get() == one;
        view! {
            <button
                type="button"
                class="tab"
                data-testid=format!("import-show-{}", one.as_str())
                aria-pressed=move || is_shown().to_string()
                hidden=move || count.get().unwrap_or_default() == 0 && !is_shown() && one != Shown::All
                on:click=move |_| {
                    drawn.set(DRAWN);
                    shown.set(one);
                }
            >
                {one.name()}
                " "
                {move || count.get()}
            </button>
        }
    };
    view! {
        <section class="card">
            <div class="card-head">
                <h2 class="form-heading" id="import-rows">
                    {t.rows}
                </h2>
                <div class="tabs" role="group" aria-labelledby="import-rows">
                    {Shown::ALL.map(tab).collect_view()}
                </div>
            </div>
            <p class="office-note" role="status">
                {move || (count.get() == 0).then_some(t.no_rows)}
            </p>
            <div class="wide">
                <table class="participants import-rows" aria-labelledby="import-rows" hidden=move || count.get() == 0>
                    <thead>
                        <tr>
                            <th scope="col">{t.at}</th>
                            <th scope="col">{t.name}</th>
                            <th scope="col" colspan="2">
                                {t.happens}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=some key=|at| *at let(at)>
                            <Row at />
                        </For>
                    </tbody>
                </table>
            </div>
            <p class="form-acts" hidden=move || { count.get() <= drawn.get() }>
                <Button testid="import-more-rows" press=move || drawn.update(|drawn| *drawn += DRAWN)>
                    {move || t.more(count.get().saturating_sub(drawn.get()).min(DRAWN))}
                </Button>
            </p>
        </section>
    }
}

/// One of them.
#[component]
fn Row(at: At) -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let row = of_seen(move |seen| seen.row(at).cloned());
    let is_said_same = of_seen(move |seen| Some(seen.is_said_same(at)));
    let place = of_seen(move |seen| {
        let is_one_of_several = seen.preview.sheets.iter().filter(|sheet| sheet.is_read).count() > 1;
        let sheet = seen.preview.sheets.get(at.sheet).filter(|_| is_one_of_several);
        Some(match sheet {
            Some(sheet) => t.row_of(at.row, &sheet.name),
            None => at.row.to_string(),
        })
    });
    let state = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.state)));
    let name = move || row.with(|row| row.as_ref().map(|row| row.name.clone()).unwrap_or_default());
    let is_left_out = move || state.get() == Some(RowState::LeftOut);
    let can_be_left_out = move || state.get() != Some(RowState::Same);
    let happens = move || row.get().map(happens);
    view! {
        <tr data-testid="import-row" data-row=at.row data-state=move || state.get().map(RowState::as_str)>
            <td>{move || place.get()}</td>
            <th scope="row" dir="auto">
                {name}
                <span class="row-state">{move || state.get().map(|state| t.state_name(state))}</span>
            </th>
            <td>
                {happens}
                <p class="import-alike" hidden=move || is_said_same.get() != Some(true)>
                    <span>{t.counts_as}</span>
                    <button
                        type="button"
                        class="row-act"
                        on:click=move |_| intake.say(|mapping, _| choice::same_as(mapping, at, None))
                    >
                        {t.another_one}
                    </button>
                </p>
            </td>
            <td>
                <button
                    type="button"
                    class="row-act"
                    data-testid="import-leave-out"
                    hidden=move || !can_be_left_out()
                    aria-label=move || {
                        if is_left_out() { t.take_row(name(), at.row) } else { t.leave_out_row(name(), at.row) }
                    }
                    on:click=move |_| {
                        let is_left_out = untrack(is_left_out);
                        intake.say(|mapping, _| choice::leave_out(mapping, at, !is_left_out));
                    }
                >
                    {move || if is_left_out() { t.take } else { t.leave_out }}
                </button>
            </td>
        </tr>
    }
}

/// What a row does: what is wrong with it first.
fn happens(row: RowSeen) -> impl IntoView {
    let at = row.at();
    // What is wrong with a cell says all that there is to say of it.
    let is_wrong = |cell: &str| row.problems.iter().any(|said| said.cell.as_deref() == Some(cell));
    let mut notes = row.notes;
    notes.retain(|said| !said.cell.as_deref().is_some_and(is_wrong));
    let problems = row.problems.into_iter().map(|said| sentence(said, "field-error"));
    let notes = notes.into_iter().map(|said| sentence(said, "office-note"));
    let doubles = row.doubles.into_iter().map(|double| alike(at, double));
    let changes = row.changes.into_iter().map(change).collect::<Vec<_>>();
    let changes = (!changes.is_empty())
        .then(|| view! { <ul class="changes">{changes.into_iter().collect_view()}</ul> });
    view! {
        {problems.collect_view()}
        {doubles.collect_view()}
        {changes}
        {notes.collect_view()}
    }
}

/// Something in words, after its cell.
fn sentence(said: Said, class: &'static str) -> impl IntoView {
    let Said { cell, code, message } = said;
    view! {
        <p class=class data-code=code>
            {cell.map(|cell| view! { <b class="cell-name">{cell}</b> })}
            " "
            {message}
        </p>
    }
}

/// A field that changes, and what was there.
fn change(change: Change) -> impl IntoView {
    let Change { what, before, after } = change;
    view! {
        <li>
            <small>{import_words().field_name(what)}</small>
            " "
            {before.map(|before| view! { <s dir="auto">{before}</s> })}
            " "
            <span dir="auto">{after}</span>
        </li>
    }
}

/// Somebody who may be the same, and the button that says so.
fn alike(at: At, double: Double) -> impl IntoView {
    let t = import_words();
    let intake = Intake::of_page();
    let Double {
        participant,
        name,
        symbol,
    } = double;
    view! {
        <p class="import-alike">
            <span class="lacks" dir="auto">{t.looks_like(name, symbol.to_string())}</span>
            <button
                type="button"
                class="row-act"
                data-testid="import-same"
                on:click=move |_| intake.say(|mapping, _| choice::same_as(mapping, at, Some(participant)))
            >
                {t.same}
            </button>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::roster::Preview;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_waits_for_a_decision_stands_first_and_stays_there() {
        let row = |row: u32, state: &str| json!({"sheet": 0, "row": row, "state": state, "name": "Kor"});
        let mut like = row(5, "new");
        let id = "01970000-0000-7000-8000-00000000a001";
        like["doubles"] = json!([{"participant": id, "name": "Elvestad kor", "symbol": "ELVE"}]);
        let preview: Preview = serde_json::from_value(json!({
            "plan": "", "kept": false, "recognised": {"format": "text"}, "sheets": [],
            "mapping": {"same_as": [{"sheet": 0, "row": 4, "participant": id}]},
            "rows": [row(2, "new"), row(3, "same"), row(4, "changed"), like, row(6, "problem"), row(7, "left_out")],
            "states": {"new": 2, "changed": 1, "same": 1, "problem": 1, "left_out": 1},
            "counts": {"registered": 2, "amended": 1, "listings_added": 0, "listings_amended": 0, "contacts": 0,
                       "without_category": 0},
        }))
        .unwrap();
        let seen = Seen::of(preview);
        let rows = |shown| -> Vec<u32> { listed(&seen, shown).iter().map(|at| at.row).collect() };
        assert_eq!(rows(Shown::All), [4, 5, 6, 7, 2, 3]);
        assert_eq!(rows(Shown::In(RowState::New)), [5, 2]);
        assert_eq!(rows(Shown::Alike), [5]);
        for shown in Shown::ALL {
            assert_eq!(shown.count(&seen), rows(shown).len(), "{shown:?}");
        }
        assert_eq!(
            seen.row(At { sheet: 0, row: 6 }).unwrap().state,
            RowState::Problem
        );
    }
}
