//! What the evening came to, the morning after: the figures as the server counts them, and the way to paper and spreadsheet.

use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Phase;
use borsklokka_shared::follow_up::{FollowUpCounts, FollowUpStand};
use borsklokka_shared::numbers::{self, grouped};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::report::{Evening, Report, Unmet};
use leptos::prelude::*;

use super::office::Office;
use super::photos::Gallery;
use super::rail::Title;
use super::reading::Reading;
use crate::components::SymbolChip;
use crate::readiness::pages::Page;
use crate::texts::organiser::{Report as Words, follow_up_words, report_words};
use crate::texts::{Texts, texts};

/// The page.
#[component]
pub fn ReportPage() -> impl IntoView {
    let t = report_words();
    let office = Office::of_page();
    let live = office.desk.live;
    let told = Reading::<Report>::new();
    // Counted again when anything that it counts has changed, and after an outage.
    let counts = live.board(|board| {
        let (deals, wishes) = (board.totals.clone(), board.listings.len());
        let people = (board.participants.len(), board.arrived.len());
        (deals, wishes, people, board.floor.clone(), board.settings.clone())
    });
    let cut_off = office.desk.is_cut_off();
    Effect::new(move || {
        // Read, not only tracked: a memo that nobody reads never hears of anything.
        counts.with(|_| ());
        if !cut_off.get() {
            told.read(office.url("report"), |report: Report| report);
        }
    });
    let phase = live.board(|board| board.floor.settled_phase());
    let is_closed = move || phase.get() == Some(Phase::Closed);
    let link = move |file: &'static str, words: &'static str| {
        view! {
            <a class="button" target="_blank" rel="noopener" data-testid=file href=office.url(file)>
                {words}
            </a>
        }
    };
    let known = told.known();
    view! {
        <Title page=Page::Report />
        <p class="office-note">{t.why}</p>
        <p class="office-note" role="status">
            {move || (phase.get().is_some() && !is_closed()).then_some(t.still_open)}
        </p>
        <p class="form-acts">{link("report.pdf", t.pdf)} {link("report.xlsx", t.xlsx)}</p>
        {move || known.get().map(|report| shown(&report))}
    }
}

/// What stands in a table's cell.
enum Cell {
    Text(String),
    Number(u64),
    Hours(u64),
    Sector(Sector),
    /// A bar beside the number that it repeats: so many of a hundred.
    Bar(u64),
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl Cell {
    fn is_number(&self) -> bool {
        matches!(self, Cell::Number(_) | Cell::Hours(_))
    }

    fn shown(self, t: Texts) -> AnyView {
        match self {
            Cell::Text(text) => view! { <span dir="auto">{text}</span> }.into_any(),
            Cell::Number(number) => grouped(number, t.language).into_any(),
            Cell::Hours(minutes) => hours(minutes, t).into_any(),
            Cell::Sector(sector) => {
                let symbol = t.common().sector(sector).to_owned();
                view! { <SymbolChip symbol sector /> }.into_any()
            }
            Cell::Bar(filled) => {
                view! { <i aria-hidden="true" style:--filled=filled.to_string()></i> }.into_any()
            }
        }
    }
}

/// Minutes in hours without their unit, to the nearest half.
fn hours(minutes: u64, t: Texts) -> String {
    numbers::hours(minutes, t.language).1
}

/// A table with its heading.
struct Table {
    name: &'static str,
    testid: &'static str,
    note: Option<&'static str>,
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    fn shown(self) -> AnyView {
        let t = texts();
        let is_number: Vec<bool> = (0..self.heads.len())
            .map(|column| {
                self.rows
                    .iter()
                    .any(|row| row.get(column).is_some_and(Cell::is_number))
            })
            .collect();
        let heads = self.heads.into_iter().zip(is_number).map(|(name, is_number)| {
            view! {
                <th scope="col" class:report-number=is_number>
                    {name}
                </th>
            }
        });
        let line = |row: Vec<Cell>| {
            let cells = row.into_iter().enumerate().map(|(column, cell)| {
                let is_number = cell.is_number();
                let is_bar = matches!(cell, Cell::Bar(_));
                let inside = cell.shown(t);
                if column == 0 {
                    view! { <th scope="row">{inside}</th> }.into_any()
                } else {
                    view! {
                        <td class:report-number=is_number class:report-bar=is_bar>
                            {inside}
                        </td>
                    }
                    .into_any()
                }
            });
            view! { <tr>{cells.collect_view()}</tr> }
        };
        let testid = format!("report-{}", self.testid);
        let (id, region, table) = (testid.clone(), testid.clone(), testid.clone());
        view! {
            <section class="card">
                <h2 class="form-heading" id=id>
                    {self.name}
                </h2>
                <p class="office-note" hidden=self.note.is_none()>
                    {self.note}
                </p>
                <div class="wide" role="region" tabindex="0" aria-labelledby=region>
                    <table class="participants report-table" data-testid=testid aria-labelledby=table>
                        <thead>
                            <tr>{heads.collect_view()}</tr>
                        </thead>
                        <tbody>{self.rows.into_iter().map(line).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any()
    }
}

/// Which estimates the exchange uses: what is empty all the way down is left out.
#[derive(Clone, Copy)]
struct Used {
    effort: bool,
    worth: bool,
}

impl Used {
    fn of<'a>(evenings: impl Iterator<Item = &'a Evening>) -> Self {
        let (mut effort, mut worth) = (false, false);
        for sums in evenings.filter_map(|evening| evening.sums.as_ref()) {
            effort |= sums.effort_minutes > 0;
            worth |= sums.worth > 0;
        }
        Self { effort, worth }
    }

    fn heads(self, heads: &mut Vec<String>, currency: &str, t: &Words) {
        heads.extend(self.effort.then(|| t.effort.to_owned()));
        heads.extend(self.worth.then(|| t.worth(currency)));
    }

    fn cells(self, row: &mut Vec<Cell>, effort: Cell, worth: Cell) {
        row.extend(self.effort.then_some(effort));
        row.extend(self.worth.then_some(worth));
    }
}

fn currency(report: &Report) -> &str {
    let sums = report.evening.sums.as_ref();
    sums.map_or("", |sums| sums.currency.as_str())
}

fn heads(names: &[&'static str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn shown(report: &Report) -> AnyView {
    let t = report_words();
    let used = Used::of(std::iter::once(&report.evening));
    let unmet = unmet(report, t);
    if report.evening.deals == 0 {
        return view! {
            <div class="report" data-testid="report">
                <p class="office-note">{t.nothing_yet}</p>
                {unmet}
            </div>
        }
        .into_any();
    }
    view! {
        <div class="report" data-testid="report">
            {figures(report, used, t)}
            <div class="page-columns page-halves">
                <div class="page-column">{kinds(report, t).shown()} {sectors(report, t).shown()}</div>
                <div class="page-column">{pairs(report, t).shown()} {most_active(report, t).shown()}</div>
            </div>
            {report.evening.follow_up.map(|counts| became(counts, t).shown())} {categories(report, used, t).shown()}
            {rounds(report, used, t)} {times(report, t).shown()} {evenings(report, t).shown()} <Gallery /> {unmet}
        </div>
    }
    .into_any()
}

/// The figures that are read first.
fn figures(report: &Report, used: Used, t: &'static Words) -> AnyView {
    let all = texts();
    let deals = report.evening.deals;
    let large = |testid: &'static str, figure: String, of: String, remark: Option<String>| {
        view! {
            <div>
                <dt>{of}</dt>
                <dd data-testid=testid>{figure}</dd>
                {remark.map(|remark| view! { <dd class="report-of">{remark}</dd> })}
            </div>
        }
        .into_any()
    };
    let number = |number: u64| grouped(number, all.language);
    let estimated =
        |part: u32| (part < deals).then(|| t.estimated(number(deals.into()), number(part.into())));
    let goal = (report.goal > 0).then(|| t.goal(number(report.goal.into())));
    let mut figures = vec![large(
        "report-deals",
        number(deals.into()),
        t.deals.to_owned(),
        goal,
    )];
    if let Some(sums) = &report.evening.sums {
        if used.effort {
            let remark = estimated(report.with_effort);
            figures.push(large(
                "report-effort",
                hours(sums.effort_minutes, all),
                t.effort.to_owned(),
                remark,
            ));
        }
        if used.worth {
            let remark = estimated(report.with_worth);
            figures.push(large(
                "report-worth",
                number(sums.worth),
                t.worth(&sums.currency),
                remark,
            ));
        }
        let people = number(sums.participants.into());
        figures.push(large("report-people", people, t.participants.to_owned(), None));
    }
    view! {
        <section class="card">
            <dl class="report-figures">{figures}</dl>
            <p class="office-note" hidden=!used.worth>
                {t.worth_note}
            </p>
        </section>
    }
    .into_any()
}

/// What became of the deals.
fn became(counts: FollowUpCounts, t: &Words) -> Table {
    let row = |stand: FollowUpStand| {
        let name = follow_up_words().stand_name(stand).to_owned();
        let length = bar(
            counts.count(stand),
            FollowUpStand::ALL.into_iter().map(|one| counts.count(one)),
        );
        vec![Cell::Text(name), counts.count(stand).into(), length]
    };
    let mut rows: Vec<_> = FollowUpStand::ALL.into_iter().map(row).collect();
    let rate = Cell::Number(counts.rate_percent().into());
    rows.push(vec![
        Cell::Text(t.rate.to_owned()),
        rate,
        Cell::Text(String::new()),
    ]);
    let mut names = heads(&[t.became_state, t.deals]);
    names.push(String::new());
    Table {
        name: t.became,
        testid: "became",
        note: Some(t.became_note),
        heads: names,
        rows,
    }
}

fn kinds(report: &Report, t: &Words) -> Table {
    let row = |name: &str, number: u32| vec![Cell::Text(name.to_owned()), number.into()];
    let mut rows = vec![
        row(t.two_way, report.two_way),
        row(t.one_way, report.one_way),
        row(t.intentions, report.intentions),
    ];
    rows.extend((report.withdrawn > 0).then(|| row(t.withdrawn, report.withdrawn)));
    Table {
        name: t.deals,
        testid: "kinds",
        note: None,
        heads: heads(&[t.kind, t.deals]),
        rows,
    }
}

fn sectors(report: &Report, t: &Words) -> Table {
    // Where nobody is checked in, nobody is said not to have come.
    let has_arrivals = report.sectors.iter().any(|one| one.arrived > 0);
    let mut names = vec![t.sector, t.participants];
    names.extend(has_arrivals.then_some(t.arrived));
    names.extend([t.traded, t.deals]);
    let rows = report.sectors.iter().map(|one| {
        let mut row = vec![Cell::Sector(one.sector), one.participants.into()];
        row.extend(has_arrivals.then(|| one.arrived.into()));
        row.extend([Cell::from(one.traded), one.deals.into()]);
        row
    });
    Table {
        name: t.sectors,
        testid: "sectors",
        note: Some(t.sectors_note),
        heads: heads(&names),
        rows: rows.collect(),
    }
}

fn pairs(report: &Report, t: &Words) -> Table {
    let common = texts().common();
    let between = |giver: Sector, receiver: Sector| {
        let mut pairs = report.pairs.iter();
        let found = pairs.find(|pair| pair.giver == giver && pair.receiver == receiver);
        Cell::from(found.map_or(0, |pair| pair.deals))
    };
    let mut names = vec![t.gives];
    names.extend(Sector::ALL.map(|sector| common.sector(sector)));
    let rows = Sector::ALL.map(|giver| {
        let counts = Sector::ALL.map(|receiver| between(giver, receiver));
        std::iter::once(Cell::Sector(giver)).chain(counts).collect()
    });
    Table {
        name: t.pairs,
        testid: "pairs",
        note: Some(t.pairs_note),
        heads: heads(&names),
        rows: rows.into_iter().collect(),
    }
}

/// A bar of some number among others.
fn bar(number: u32, all: impl Iterator<Item = u32>) -> Cell {
    let longest = all.max().unwrap_or(0).max(1);
    Cell::Bar(u64::from(number) * 100 / u64::from(longest))
}

fn categories(report: &Report, used: Used, t: &Words) -> Table {
    let mut names = heads(&[t.category, t.deals]);
    names.push(String::new());
    used.heads(&mut names, currency(report), t);
    names.push(t.wishes_left.to_owned());
    let rows = report.categories.iter().map(|one| {
        let name = one.name.as_deref().unwrap_or(t.no_category);
        let length = bar(one.deals, report.categories.iter().map(|one| one.deals));
        let mut row = vec![Cell::Text(name.to_owned()), one.deals.into(), length];
        used.cells(&mut row, Cell::Hours(one.effort_minutes), Cell::Number(one.worth));
        row.push(one.unmet.into());
        row
    });
    Table {
        name: t.categories,
        testid: "categories",
        note: Some(t.categories_note),
        rows: rows.collect(),
        heads: names,
    }
}

/// The rounds, if any was held.
fn rounds(report: &Report, used: Used, t: &Words) -> Option<AnyView> {
    if report.rounds.is_empty() {
        return None;
    }
    let mut names = heads(&[t.round, t.minutes, t.deals]);
    names.push(String::new());
    used.heads(&mut names, currency(report), t);
    let rows = report.rounds.iter().map(|one| {
        let name = one.name.as_deref().unwrap_or(t.outside_rounds);
        let minutes = one.minutes.map_or(Cell::Text(String::new()), Cell::from);
        let length = bar(one.deals, report.rounds.iter().map(|one| one.deals));
        let mut row = vec![Cell::Text(name.to_owned()), minutes, one.deals.into(), length];
        used.cells(&mut row, Cell::Hours(one.effort_minutes), Cell::Number(one.worth));
        row
    });
    let table = Table {
        name: t.rounds,
        testid: "rounds",
        note: Some(t.rounds_note),
        rows: rows.collect(),
        heads: names,
    };
    Some(table.shown())
}

fn times(report: &Report, t: &Words) -> Table {
    let mut names = heads(&[t.time, t.deals]);
    names.extend([String::new(), t.by_then.to_owned()]);
    let rows = report.times.iter().map(|one| {
        let stretch = Cell::Text(t.stretch(one.from_minute, one.to_minute));
        let length = bar(one.deals, report.times.iter().map(|one| one.deals));
        vec![stretch, one.deals.into(), length, one.by_then.into()]
    });
    Table {
        name: t.times,
        testid: "times",
        note: Some(t.times_note),
        heads: names,
        rows: rows.collect(),
    }
}

fn most_active(report: &Report, t: &Words) -> Table {
    let rows = report.most_active.iter().map(|one| {
        vec![
            Cell::Text(one.name.clone()),
            Cell::Sector(one.sector),
            one.deals.into(),
        ]
    });
    Table {
        name: t.most_active,
        testid: "active",
        note: None,
        heads: heads(&[t.participant, t.sector, t.deals]),
        rows: rows.collect(),
    }
}

fn day(date: Option<Date>) -> String {
    let common = texts().common();
    date.map(|date| format!("{} {}", common.day(date.day(), date.month()), date.year()))
        .unwrap_or_default()
}

fn evenings(report: &Report, t: &Words) -> Table {
    let all = || std::iter::once(&report.evening).chain(&report.earlier);
    let used = Used::of(all());
    let own = currency(report);
    let mut names = heads(&[t.evening, t.day, t.deals, t.participants]);
    used.heads(&mut names, own, t);
    let is_followed_up = all().any(|evening| evening.follow_up.is_some());
    names.extend(
        is_followed_up
            .then(|| heads(&[t.done, t.rate]))
            .into_iter()
            .flatten(),
    );
    let nothing = || Cell::Text(String::new());
    let rows = all().map(|evening| {
        let sums = evening.sums.as_ref();
        let mut row = vec![
            Cell::Text(evening.name.clone()),
            Cell::Text(day(evening.date)),
            evening.deals.into(),
            sums.map_or_else(nothing, |sums| sums.participants.into()),
        ];
        let effort = sums.map_or_else(nothing, |sums| Cell::Hours(sums.effort_minutes));
        let worth = sums.map_or_else(nothing, |sums| {
            if sums.currency == own {
                Cell::Number(sums.worth)
            } else {
                let amount = grouped(sums.worth, texts().language);
                Cell::Text(format!("{amount} {}", sums.currency))
            }
        });
        used.cells(&mut row, effort, worth);
        if is_followed_up {
            let counts = evening.follow_up;
            row.push(counts.map_or_else(nothing, |counts| counts.done.into()));
            row.push(counts.map_or_else(nothing, |counts| counts.rate_percent().into()));
        }
        row
    });
    Table {
        name: t.evenings,
        testid: "evenings",
        note: Some(t.evenings_note),
        rows: rows.collect(),
        heads: names,
    }
}

/// The wishes that are left, to hand on.
fn unmet(report: &Report, t: &'static Words) -> AnyView {
    let left = |wish: &Unmet| {
        let amount = wish.quantity.as_ref();
        let amount = amount.map(|quantity| {
            format!(
                "{} {}",
                grouped(quantity.amount.into(), texts().language),
                quantity.unit
            )
        });
        let in_part = wish.in_part.then(|| t.in_part.to_owned());
        let said: Vec<String> = amount.into_iter().chain(in_part).collect();
        said.join(", ")
    };
    if report.unmet.is_empty() {
        let says = if report.wishes == 0 {
            t.no_wishes
        } else {
            t.all_met
        };
        return view! {
            <section class="card">
                <h2 class="form-heading">{t.unmet}</h2>
                <p class="office-note">{says}</p>
            </section>
        }
        .into_any();
    }
    let rows = report.unmet.iter().map(|wish| {
        vec![
            Cell::Text(wish.text.clone()),
            Cell::Text(wish.category.clone()),
            Cell::Text(left(wish)),
            Cell::Text(wish.participant.clone()),
            Cell::Sector(wish.sector),
        ]
    });
    let table = Table {
        name: t.unmet,
        testid: "unmet",
        note: Some(t.unmet_note),
        heads: heads(&[t.wish, t.category, t.remains, t.participant, t.sector]),
        rows: rows.collect(),
    };
    table.shown()
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn hours_are_said_in_halves() {
        for (minutes, nb, en) in [(0, "0", "0"), (90, "1,5", "1.5"), (62_400, "1\u{a0}040", "1,040")] {
            let said = |language| hours(minutes, Texts::of(language));
            assert_eq!(
                (said(Language::Nb), said(Language::En)),
                (nb.to_owned(), en.to_owned())
            );
        }
    }

    #[test]
    fn the_longest_bar_is_whole() {
        let length = |number| match bar(number, [2, 8, 0].into_iter()) {
            Cell::Bar(filled) => filled,
            Cell::Text(_) | Cell::Number(_) | Cell::Hours(_) | Cell::Sector(_) => 0,
        };
        assert_eq!([2, 8, 0].map(length), [25, 100, 0]);
    }
}
