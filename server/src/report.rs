//! The report in words of the exchange's language: its figures as tables, which paper and spreadsheet share. Counted it is in
//! [`borsklokka_shared::report`]. Only what everybody may know stands in it.

mod estimated;
mod newspaper;

use borsklokka_shared::board::Board;
use borsklokka_shared::deal::{Bargain, Deal, Service};
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::follow_up::{FollowUpCounts, FollowUpStand};
use borsklokka_shared::ids::ParticipantId;
use borsklokka_shared::numbers::{self, grouped};
use borsklokka_shared::participant::Sector;
use borsklokka_shared::report::{Evening, Report, made_minute};
use borsklokka_spreadsheets::{Cell, Cells};

pub(crate) use self::estimated::estimated;
pub(crate) use self::newspaper::newspaper;
use crate::agreement::texts::Texts;
use crate::spoken::report::Report as Words;

/// A table of the report.
pub(crate) struct Table {
    /// What it is of.
    pub(crate) name: &'static str,
    /// How it is to be read.
    pub(crate) note: Option<&'static str>,
    /// What stands over its columns.
    pub(crate) heads: Vec<String>,
    /// Its lines.
    pub(crate) rows: Vec<Vec<Value>>,
    /// Its last line.
    pub(crate) sum: Option<Vec<Value>>,
    /// The column that paper draws as bars too.
    pub(crate) bars: Option<usize>,
}

/// What stands in a table.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing is known.
    Nothing,
    /// A text that somebody wrote, or one of ours.
    Text(String),
    /// A sector's name, and its shape.
    Sector(Sector),
    /// A number.
    Count(u64),
    /// Minutes, said in hours.
    Effort(u64),
}

impl Value {
    /// Of which number its bar is as long.
    pub(crate) fn measure(&self) -> u64 {
        match self {
            Value::Count(number) | Value::Effort(number) => *number,
            Value::Nothing | Value::Text(_) | Value::Sector(_) => 0,
        }
    }

    /// As paper says it.
    pub(crate) fn said(&self, texts: &Texts) -> String {
        match self {
            Value::Nothing => String::new(),
            Value::Text(text) => text.clone(),
            Value::Sector(sector) => texts.sector(*sector).to_owned(),
            Value::Count(number) => grouped(*number, texts.language),
            Value::Effort(minutes) => hours(*minutes, texts),
        }
    }

    fn cell(&self, texts: &Texts) -> Cell {
        match self {
            Value::Nothing => Cell::from(""),
            Value::Text(text) => Cell::from(text.as_str()),
            Value::Sector(sector) => Cell::from(texts.sector(*sector)),
            Value::Count(number) => Cell::from(*number as f64),
            Value::Effort(minutes) => Cell::from(*minutes as f64 / 60.0),
        }
    }
}

/// Minutes in hours without their unit, to the nearest half.
pub(crate) fn hours(minutes: u64, texts: &Texts) -> String {
    numbers::hours(minutes, texts.language).1
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn count(number: u32) -> Value {
    Value::Count(number.into())
}

/// Which estimates an exchange uses: a column that is empty all the way down is left out.
#[derive(Clone, Copy)]
struct Estimates {
    effort: bool,
    worth: bool,
}

impl Estimates {
    fn of<'a>(evenings: impl IntoIterator<Item = &'a Evening>) -> Self {
        let mut used = Self {
            effort: false,
            worth: false,
        };
        for sums in evenings.into_iter().filter_map(|evening| evening.sums.as_ref()) {
            used.effort |= sums.effort_minutes > 0;
            used.worth |= sums.worth > 0;
        }
        used
    }

    fn heads(self, heads: &mut Vec<String>, currency: &str, words: &Words) {
        heads.extend(self.effort.then(|| words.effort.to_owned()));
        heads.extend(self.worth.then(|| words.worth(currency)));
    }

    fn values(self, row: &mut Vec<Value>, effort: Value, worth: Value) {
        row.extend(self.effort.then_some(effort));
        row.extend(self.worth.then_some(worth));
    }
}

/// All tables but that of the deals, in their order.
pub(crate) fn tables(report: &Report, settings: &Settings) -> Vec<Table> {
    let words = Words::of(settings.language);
    let used = Estimates::of([&report.evening]);
    let mut tables = vec![
        sectors(report, words),
        pairs(report, settings, words),
        categories(report, settings, used, words),
    ];
    tables.extend(report.evening.follow_up.map(|counts| became(counts, words)));
    tables.extend((!report.rounds.is_empty()).then(|| rounds(report, settings, used, words)));
    tables.extend((!report.times.is_empty()).then(|| times(report, words)));
    tables.extend((!report.most_active.is_empty()).then(|| most_active(report, words)));
    tables.extend((!report.earlier.is_empty()).then(|| evenings(report, settings, words)));
    tables.extend((!report.unmet.is_empty()).then(|| unmet(report, settings, words)));
    tables
}

/// The main figures, as a table.
pub(crate) fn figures(report: &Report, settings: &Settings) -> Table {
    let words = Words::of(settings.language);
    let used = Estimates::of([&report.evening]);
    let mut rows = vec![vec![text(words.deals), count(report.evening.deals)]];
    for (what, number) in [
        (words.two_way, report.two_way),
        (words.one_way, report.one_way),
        (words.intentions, report.intentions),
        (words.withdrawn, report.withdrawn),
    ] {
        rows.push(vec![text(what), count(number)]);
    }
    if let Some(sums) = &report.evening.sums {
        rows.push(vec![text(words.participants), count(sums.participants)]);
        let of_some = |name: String, part: u32| {
            let remark = estimated(part, report.evening.deals, settings.language);
            Value::Text(remark.map_or_else(|| name.clone(), |remark| format!("{name} ({remark})")))
        };
        if used.effort {
            let name = of_some(words.effort.to_owned(), report.with_effort);
            rows.push(vec![name, Value::Effort(sums.effort_minutes)]);
        }
        if used.worth {
            let name = of_some(words.worth(&sums.currency), report.with_worth);
            rows.push(vec![name, Value::Count(sums.worth)]);
        }
    }
    Table {
        name: words.figures,
        note: None,
        heads: [words.figure, words.count].map(str::to_owned).to_vec(),
        rows,
        sum: None,
        bars: None,
    }
}

/// Every sheet: the main figures, the tables, and all deals.
pub(crate) fn sheets(report: &Report, settings: &Settings, deals: Table) -> Vec<Cells> {
    let texts = Texts::of(settings.language);
    let mut all = vec![figures(report, settings)];
    all.extend(tables(report, settings));
    all.push(deals);
    let sheet = |table: Table| Cells {
        name: table.name.to_owned(),
        heads: table.heads,
        rows: table
            .rows
            .iter()
            .chain(&table.sum)
            .map(|row| row.iter().map(|value| value.cell(texts)).collect())
            .collect(),
    };
    all.into_iter().map(sheet).collect()
}

/// What became of the deals.
fn became(counts: FollowUpCounts, words: &Words) -> Table {
    let names = &words.became_stand;
    let row = |stand: FollowUpStand| {
        let name = match stand {
            FollowUpStand::Unknown => names.unknown,
            FollowUpStand::NotStarted => names.not_started,
            FollowUpStand::UnderWay => names.under_way,
            FollowUpStand::Done => names.done,
            FollowUpStand::Infeasible => names.infeasible,
            FollowUpStand::NeverInTouch => names.never_in_touch,
            FollowUpStand::Differs => names.differs,
        };
        vec![text(name), count(counts.count(stand))]
    };
    Table {
        name: words.became,
        note: Some(words.became_note),
        heads: [words.became_state, words.deals].map(str::to_owned).to_vec(),
        rows: FollowUpStand::ALL.into_iter().map(row).collect(),
        sum: Some(vec![text(words.rate), count(counts.rate_percent())]),
        bars: Some(1),
    }
}

fn sectors(report: &Report, words: &Words) -> Table {
    // Where nobody is checked in, nobody is said not to have come.
    let has_arrivals = report.sectors.iter().any(|one| one.arrived > 0);
    let mut heads = vec![words.sector, words.participants];
    heads.extend(has_arrivals.then_some(words.arrived));
    heads.extend([words.traded, words.deals]);
    let row = |first: Value, [participants, arrived, traded]: [u32; 3], deals: Value| {
        let mut row = vec![first, count(participants)];
        row.extend(has_arrivals.then(|| count(arrived)));
        row.extend([count(traded), deals]);
        row
    };
    let rows = report.sectors.iter().map(|one| {
        let people = [one.participants, one.arrived, one.traded];
        row(Value::Sector(one.sector), people, count(one.deals))
    });
    let total = |of: fn(&borsklokka_shared::report::OfSector) -> u32| report.sectors.iter().map(of).sum();
    let people = [
        total(|one| one.participants),
        total(|one| one.arrived),
        total(|one| one.traded),
    ];
    Table {
        name: words.sectors,
        note: Some(words.sectors_note),
        rows: rows.collect(),
        sum: Some(row(text(words.sum), people, count(report.evening.deals))),
        heads: heads.into_iter().map(str::to_owned).collect(),
        bars: None,
    }
}

fn pairs(report: &Report, settings: &Settings, words: &Words) -> Table {
    let texts = Texts::of(settings.language);
    let between = |giver: Sector, receiver: Sector| {
        let found = report
            .pairs
            .iter()
            .find(|pair| pair.giver == giver && pair.receiver == receiver);
        count(found.map_or(0, |pair| pair.deals))
    };
    let receivers = Sector::ALL.map(|sector| texts.sector(sector).to_owned());
    let rows = Sector::ALL.map(|giver| {
        let counts = Sector::ALL.map(|receiver| between(giver, receiver));
        std::iter::once(Value::Sector(giver)).chain(counts).collect()
    });
    Table {
        name: words.pairs,
        note: Some(words.pairs_note),
        heads: std::iter::once(words.gives.to_owned()).chain(receivers).collect(),
        rows: rows.into_iter().collect(),
        sum: None,
        bars: None,
    }
}

fn categories(report: &Report, settings: &Settings, used: Estimates, words: &Words) -> Table {
    let mut heads = vec![words.category.to_owned(), words.deals.to_owned()];
    used.heads(&mut heads, &settings.currency, words);
    heads.push(words.wishes_left.to_owned());
    let rows = report.categories.iter().map(|one| {
        let name = one.name.as_deref().unwrap_or(words.no_category);
        let mut row = vec![text(name), count(one.deals)];
        used.values(
            &mut row,
            Value::Effort(one.effort_minutes),
            Value::Count(one.worth),
        );
        row.push(count(one.unmet));
        row
    });
    Table {
        name: words.categories,
        note: Some(words.categories_note),
        heads,
        rows: rows.collect(),
        sum: None,
        bars: Some(1),
    }
}

fn rounds(report: &Report, settings: &Settings, used: Estimates, words: &Words) -> Table {
    let mut heads = [words.round, words.minutes, words.deals]
        .map(str::to_owned)
        .to_vec();
    used.heads(&mut heads, &settings.currency, words);
    let row = |name: &str, minutes: Value, deals: u32, effort: u64, worth: u64| {
        let mut row = vec![text(name), minutes, count(deals)];
        used.values(&mut row, Value::Effort(effort), Value::Count(worth));
        row
    };
    let rows = report.rounds.iter().map(|one| {
        let name = one.name.as_deref().unwrap_or(words.outside_rounds);
        let minutes = one.minutes.map_or(Value::Nothing, count);
        row(name, minutes, one.deals, one.effort_minutes, one.worth)
    });
    let total = |of: fn(&borsklokka_shared::report::OfRound) -> u64| report.rounds.iter().map(of).sum();
    let sum = row(
        words.sum,
        Value::Nothing,
        report.rounds.iter().map(|one| one.deals).sum(),
        total(|one| one.effort_minutes),
        total(|one| one.worth),
    );
    Table {
        name: words.rounds,
        note: Some(words.rounds_note),
        heads,
        rows: rows.collect(),
        sum: Some(sum),
        bars: Some(2),
    }
}

fn times(report: &Report, words: &Words) -> Table {
    let rows = report.times.iter().map(|one| {
        let stretch = format!("{}–{}", one.from_minute, one.to_minute);
        vec![Value::Text(stretch), count(one.deals), count(one.by_then)]
    });
    Table {
        name: words.times,
        note: Some(words.times_note),
        heads: [words.time, words.deals, words.by_then]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
        sum: None,
        bars: Some(1),
    }
}

fn most_active(report: &Report, words: &Words) -> Table {
    let rows = report
        .most_active
        .iter()
        .map(|one| vec![text(&one.name), Value::Sector(one.sector), count(one.deals)]);
    Table {
        name: words.most_active,
        note: None,
        heads: [words.participant, words.sector, words.deals]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
        sum: None,
        bars: None,
    }
}

fn evenings(report: &Report, settings: &Settings, words: &Words) -> Table {
    let texts = Texts::of(settings.language);
    let all = || std::iter::once(&report.evening).chain(&report.earlier);
    let used = Estimates::of(all());
    let mut heads = [words.evening, words.day, words.deals, words.participants]
        .map(str::to_owned)
        .to_vec();
    used.heads(&mut heads, &settings.currency, words);
    let is_followed_up = all().any(|evening| evening.follow_up.is_some());
    if is_followed_up {
        heads.extend([words.done, words.rate].map(str::to_owned));
    }
    let rows = all().map(|evening| {
        let sums = evening.sums.as_ref();
        let mut row = vec![
            text(&evening.name),
            evening
                .date
                .map_or(Value::Nothing, |date| Value::Text(texts.day(date))),
            count(evening.deals),
            sums.map_or(Value::Nothing, |sums| count(sums.participants)),
        ];
        let effort = sums.map_or(Value::Nothing, |sums| Value::Effort(sums.effort_minutes));
        let worth = sums.map_or(Value::Nothing, |sums| {
            if sums.currency == settings.currency {
                Value::Count(sums.worth)
            } else {
                Value::Text(texts.money(sums.worth, &sums.currency))
            }
        });
        used.values(&mut row, effort, worth);
        if is_followed_up {
            let counts = evening.follow_up;
            row.push(counts.map_or(Value::Nothing, |counts| count(counts.done)));
            row.push(counts.map_or(Value::Nothing, |counts| count(counts.rate_percent())));
        }
        row
    });
    Table {
        name: words.evenings,
        note: None,
        rows: rows.collect(),
        heads,
        sum: None,
        bars: None,
    }
}

fn unmet(report: &Report, settings: &Settings, words: &Words) -> Table {
    let texts = Texts::of(settings.language);
    let rows = report.unmet.iter().map(|wish| {
        let amount = wish.quantity.as_ref();
        let amount = amount.map(|quantity| texts.quantity(quantity.amount.into(), &quantity.unit));
        let in_part = wish.in_part.then(|| words.in_part.to_owned());
        let left: Vec<String> = amount.into_iter().chain(in_part).collect();
        vec![
            text(&wish.category),
            text(&wish.text),
            Value::Text(left.join(", ")),
            text(&wish.participant),
            Value::Sector(wish.sector),
        ]
    });
    Table {
        name: words.unmet,
        note: Some(words.unmet_note),
        heads: [
            words.category,
            words.wish,
            words.left,
            words.participant,
            words.sector,
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: rows.collect(),
        sum: None,
        bars: None,
    }
}

/// Every deal that counts, by its number, with what everybody may know of it.
pub(crate) fn deals(board: &Board, settings: &Settings) -> Table {
    let (words, texts) = (Words::of(settings.language), Texts::of(settings.language));
    let mut deals: Vec<&Deal> = board.standing_deals().collect();
    deals.sort_by_key(|deal| (deal.number, deal.id));
    let names = |ids: &[ParticipantId]| {
        let names = ids.iter().filter_map(|id| board.participant(*id));
        let names: Vec<&str> = names.map(|party| party.name.as_str()).collect();
        Value::Text(names.join(", "))
    };
    let category = |service: &Service| {
        let id = service.category.as_ref();
        let found = id.and_then(|id| settings.categories.iter().find(|one| one.id == *id));
        found.map_or(Value::Nothing, |found| text(&found.name))
    };
    let row = |deal: &&Deal| {
        let bargain = &deal.terms.bargain;
        let sum = |of: fn(&Service) -> Option<u32>| -> Option<u64> {
            let given: Vec<u64> = bargain.services().filter_map(of).map(u64::from).collect();
            (!given.is_empty()).then(|| given.iter().sum())
        };
        vec![
            deal.number
                .map_or(Value::Nothing, |number| Value::Count(number.0.into())),
            count(made_minute(&board.floor, deal)),
            text(match bargain {
                Bargain::OneWay { .. } => texts.gift,
                Bargain::TwoWay { .. } => texts.trade,
                Bargain::Intention { .. } => texts.intention,
            }),
            names(&deal.terms.givers),
            names(&deal.terms.receivers),
            text(&bargain.service().text),
            category(bargain.service()),
            bargain
                .return_service()
                .map_or(Value::Nothing, |service| text(&service.text)),
            sum(|service| service.effort_minutes).map_or(Value::Nothing, Value::Effort),
            sum(|service| service.worth).map_or(Value::Nothing, Value::Count),
        ]
    };
    let mut heads = [
        words.number,
        words.minute,
        words.kind,
        words.givers,
        words.receivers,
        texts.service,
        words.category,
        texts.return_service,
        words.effort,
    ]
    .map(str::to_owned)
    .to_vec();
    heads.push(words.worth(&settings.currency));
    Table {
        name: words.all_deals,
        note: None,
        heads,
        rows: deals.iter().map(row).collect(),
        sum: None,
        bars: None,
    }
}
