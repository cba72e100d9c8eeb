//! The report on paper: the main figures large, and the tables below.

use borsklokka_shared::exchange::Settings;
use borsklokka_shared::numbers::grouped;
use borsklokka_shared::report::Report;
use serde::Serialize;

use super::handout::{Handout, Heading, REPORT};
use crate::agreement::legible::legible;
use crate::agreement::texts::Texts;
use crate::report::{Table, Value, estimated, figures, hours, tables};
use crate::spoken::report::Report as Words;

/// The longest text that is short, in characters.
const SHORT_CHARS_MAX: usize = 18;

#[derive(Serialize)]
struct Data {
    large: Vec<Large>,
    worth_note: Option<&'static str>,
    tables: Vec<Printed>,
    photos_name: &'static str,
    photos: Vec<UnderAPhoto>,
    page: [String; 3],
}

/// A figure that is read from afar.
#[derive(Serialize)]
struct Large {
    figure: String,
    of: String,
    remark: Option<String>,
}

#[derive(Serialize)]
struct Printed {
    name: &'static str,
    note: Option<&'static str>,
    heads: Vec<Head>,
    rows: Vec<Vec<Said>>,
    sum: Option<Vec<Said>>,
    /// The column that is drawn as bars too, and how long each is, in thousandths of the longest.
    bars: Option<(usize, Vec<u64>)>,
}

#[derive(Serialize)]
struct Head {
    name: String,
    is_number: bool,
    /// Whether everything in the column is short: it takes no more room than that.
    is_short: bool,
}

#[derive(Serialize)]
struct Said {
    text: String,
    /// The sector whose shape stands before it.
    shape: Option<&'static str>,
}

/// A photo of a deal, to be printed.
pub(crate) struct Photographed {
    /// The deal's number.
    pub(crate) number: u32,
    /// What is done.
    pub(crate) service: String,
    /// By whom and for whom.
    pub(crate) parties: String,
    /// The photo's file.
    pub(crate) file: Vec<u8>,
}

/// What stands under a photo, and what is said of it to whoever does not see it.
#[derive(Serialize)]
struct UnderAPhoto {
    alternative: String,
    service: String,
    parties: String,
}

/// The report of an evening.
pub(crate) fn report(report: &Report, settings: &Settings, photos: Vec<Photographed>) -> Handout {
    let (texts, words) = (Texts::of(settings.language), Words::of(settings.language));
    let all = std::iter::once(figures(report, settings)).chain(tables(report, settings));
    let data = Data {
        large: large(report, texts, words),
        worth_note: report
            .evening
            .sums
            .as_ref()
            .filter(|sums| sums.worth > 0)
            .map(|_| words.worth_note),
        tables: all.map(|table| printed(&table, texts)).collect(),
        photos_name: words.photos,
        photos: photos
            .iter()
            .map(|photo| UnderAPhoto {
                alternative: legible(
                    &words.photo_of(grouped(photo.number.into(), texts.language), &photo.parties),
                ),
                service: legible(&photo.service),
                parties: legible(&photo.parties),
            })
            .collect(),
        page: texts.page_parts(),
    };
    let heading = Heading::of(settings, words.title);
    let pictures = photos.into_iter().map(|photo| photo.file).collect();
    Handout::new(words.file, &REPORT, &heading, data).with_pictures(pictures)
}

fn large(report: &Report, texts: &Texts, words: &Words) -> Vec<Large> {
    let grouped = |number: u64| grouped(number, texts.language);
    let deals = report.evening.deals;
    let mut large = vec![Large {
        figure: grouped(deals.into()),
        of: words.deals.to_owned(),
        remark: (report.goal > 0).then(|| words.goal(grouped(report.goal.into()))),
    }];
    let estimated = |part: u32| estimated(part, deals, texts.language);
    if let Some(sums) = &report.evening.sums {
        if sums.effort_minutes > 0 {
            large.push(Large {
                figure: hours(sums.effort_minutes, texts),
                of: words.effort.to_owned(),
                remark: estimated(report.with_effort),
            });
        }
        if sums.worth > 0 {
            large.push(Large {
                figure: grouped(sums.worth),
                of: words.worth(&sums.currency),
                remark: estimated(report.with_worth),
            });
        }
        large.push(Large {
            figure: grouped(sums.participants.into()),
            of: words.participants.to_owned(),
            remark: None,
        });
    }
    large
}

fn printed(table: &Table, texts: &Texts) -> Printed {
    let is_number = |column: usize| {
        let all = || table.rows.iter().filter_map(|row| row.get(column));
        let numbers = all().all(|value| matches!(value, Value::Count(_) | Value::Effort(_) | Value::Nothing));
        numbers && all().any(|value| !matches!(value, Value::Nothing))
    };
    let said = |row: &Vec<Value>| {
        let said = row.iter().map(|value| Said {
            text: legible(&value.said(texts)),
            shape: match value {
                Value::Sector(sector) => Some(sector.as_str()),
                Value::Nothing | Value::Text(_) | Value::Count(_) | Value::Effort(_) => None,
            },
        });
        said.collect::<Vec<_>>()
    };
    let bars = table.bars.map(|column| {
        let measures: Vec<u64> = table.rows.iter().map(|row| row[column].measure()).collect();
        let longest = measures.iter().copied().max().unwrap_or(0).max(1);
        let bars = measures.iter().map(|one| one * 1_000 / longest).collect();
        (column, bars)
    });
    let is_short = |column: usize| {
        let mut all = table.rows.iter().filter_map(|row| row.get(column));
        all.all(|value| value.said(texts).chars().count() <= SHORT_CHARS_MAX)
    };
    let heads = table.heads.iter().enumerate().map(|(column, name)| Head {
        name: legible(name),
        is_number: is_number(column),
        is_short: is_short(column),
    });
    Printed {
        name: table.name,
        note: table.note,
        heads: heads.collect(),
        rows: table.rows.iter().map(said).collect(),
        sum: table.sum.as_ref().map(said),
        bars,
    }
}
