//! The figures: a table for people, or a line of JSON each.

use std::borrow::Cow;

use serde::Serialize;

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    bench: &'static str,
    #[serde(rename = "figure")]
    name: &'static str,
    /// Whose, where it is not ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    viewers: Option<usize>,
    value: f64,
    unit: &'static str,
    /// What is to be reached.
    #[serde(skip)]
    goal: Option<&'static str>,
}

impl Figure {
    pub(crate) fn new(bench: &'static str, name: &'static str, value: f64, unit: &'static str) -> Self {
        // Three digits are more than a shared machine can tell.
        let value = (value * 1000.0).round() / 1000.0;
        Self {
            bench,
            name,
            of: None,
            viewers: None,
            value,
            unit,
            goal: None,
        }
    }

    pub(crate) fn of(self, of: impl Into<Cow<'static, str>>) -> Self {
        Self {
            of: Some(of.into()),
            ..self
        }
    }

    pub(crate) fn viewers(self, viewers: usize) -> Self {
        Self {
            viewers: Some(viewers),
            ..self
        }
    }

    pub(crate) fn goal(self, goal: &'static str) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }
}

/// All figures of a run.
pub(crate) struct Report {
    json: bool,
    figures: Vec<Figure>,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self {
            json,
            figures: Vec::new(),
        }
    }

    /// Adds a figure, and shows it at once as progress.
    pub(crate) fn add(&mut self, figure: Figure) {
        if self.json {
            match serde_json::to_string(&figure) {
                Ok(line) => println!("{line}"),
                Err(error) => eprintln!("{figure:?}: {error}"),
            }
        } else {
            eprintln!("    {} {} {}", name(&figure), figure.value, figure.unit);
        }
        self.figures.push(figure);
    }

    /// Prints the table, unless the lines have been printed.
    pub(crate) fn print(&self) {
        if self.json {
            return;
        }
        let width = self
            .figures
            .iter()
            .map(|figure| name(figure).len())
            .max()
            .unwrap_or(0);
        println!();
        for figure in &self.figures {
            let goal = figure
                .goal
                .map(|goal| format!("   to reach: {goal}"))
                .unwrap_or_default();
            println!(
                "{:width$}  {:>12} {}{goal}",
                name(figure),
                figure.value,
                figure.unit
            );
        }
    }
}

fn name(figure: &Figure) -> String {
    let of = figure.of.as_ref();
    let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
    let viewers = figure
        .viewers
        .map(|viewers| format!(", {viewers} viewers"))
        .unwrap_or_default();
    format!("{}: {}{of}{viewers}", figure.bench, figure.name)
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
