//! What a server measures of itself. Every name stands here, once, with its unit in it; whoever measures calls one of these functions. They do
//! nothing unless somebody asked for it (`--metrics`), and nothing of an exchange is in it but counts.

use std::time::Duration;

use anyhow::Context;
use axum::http::StatusCode;
use borsklokka_shared::wire::CloseCode;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Upper bounds of the buckets of times, in seconds.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];
/// Upper bounds of the buckets of counts.
const COUNTS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// How a metric is read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// It only grows.
    Counter,
    /// It is as it is.
    Gauge,
    /// How often something was how much.
    Histogram(&'static [f64]),
}

/// A metric: its name, what it counts, and what its labels say.
struct Metric {
    name: &'static str,
    kind: Kind,
    unit: Unit,
    about: &'static str,
}

const COMMANDS: &str = "borsklokka_commands_total";
const COMMIT: &str = "borsklokka_commit_seconds";
const BATCH: &str = "borsklokka_commit_commands";
const DELIVERIES: &str = "borsklokka_deliveries_total";
const GREETINGS: &str = "borsklokka_greetings_total";
const CLOSES: &str = "borsklokka_closes_total";
const LAG: &str = "borsklokka_node_lag_seconds";
const PRINTS: &str = "borsklokka_print_seconds";
const ANSWERS: &str = "borsklokka_http_responses_total";
const FALLS: &str = "borsklokka_floor_falls_total";
const CONNECTIONS: &str = "borsklokka_connections";
const CONNECTIONS_MAX: &str = "borsklokka_connections_max";
const LINKS: &str = "borsklokka_links";
const EXCHANGES: &str = "borsklokka_exchanges";
const FLOORS: &str = "borsklokka_open_floors";
const SILENT_FLOORS: &str = "borsklokka_silent_floors";
const UNREADABLE_LOGS: &str = "borsklokka_unreadable_logs";
const QUEUE: &str = "borsklokka_queue_commands";
const SCREENS: &str = "borsklokka_screens";
const OUTBOX: &str = "borsklokka_outbox_commands";
const OUTBOX_OLDEST: &str = "borsklokka_outbox_oldest_seconds";
const READY: &str = "borsklokka_ready";

impl Metric {
    const fn counter(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Counter,
            unit: Unit::Count,
            about,
        }
    }

    const fn gauge(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Gauge,
            unit: Unit::Count,
            about,
        }
    }

    const fn seconds(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Histogram(&SECONDS),
            unit: Unit::Seconds,
            about,
        }
    }

    const fn counts(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Histogram(&COUNTS),
            unit: Unit::Count,
            about,
        }
    }
}

/// Every metric there is.
#[rustfmt::skip] // A table: a row a line.
const METRICS: [Metric; 22] = [
    Metric::counter(COMMANDS, "Commands that were answered, by `code`: accepted, or the code of the refusal"),
    Metric::seconds(COMMIT, "How long a batch took to be on the disk, by `outcome`: yes, conflict (another node was first) or no"),
    Metric::counts(BATCH, "Commands that shared a transaction"),
    Metric::counter(DELIVERIES, "Events that were written to screens: one event to a hundred screens is a hundred"),
    Metric::counter(GREETINGS, "Screens that began to watch, by `start`: snapshot (the whole board), or resume (what they had missed)"),
    Metric::counter(CLOSES, "Sockets that ended, by `code`: the close code of the protocol, or gone"),
    Metric::seconds(LAG, "How old an event of another node was when this one showed it"),
    Metric::seconds(PRINTS, "How long a PDF or a picture took, with its wait for the press"),
    Metric::counter(ANSWERS, "Answers over HTTP, by `status`: 2xx to 5xx"),
    Metric::counter(FALLS, "Floors that fell by a fault of the program and were opened anew from the log"),
    Metric::gauge(CONNECTIONS, "Connections that are in"),
    Metric::gauge(CONNECTIONS_MAX, "Connections that may be in"),
    Metric::gauge(LINKS, "Screens that watch, by `state`, looked at every 5 s: up_to_date, behind (something waits for the socket) or silent (said nothing since the last look, and is asked)"),
    Metric::gauge(EXCHANGES, "Exchanges in the database"),
    Metric::gauge(FLOORS, "Exchanges that are in memory"),
    Metric::gauge(SILENT_FLOORS, "Those of them whose writer does not answer, or whose last deal could not be saved"),
    Metric::gauge(UNREADABLE_LOGS, "Exchanges with whose log something is amiss, as far as that was met, by `fault`: unopenable (it goes on from memory: do not restart), newer, damaged, holed, or past (in an archive alone)"),
    Metric::gauge(QUEUE, "Commands that wait for their writer, of all floors"),
    Metric::gauge(SCREENS, "Screens that say how they are: walls and desks, without the phones of guests"),
    Metric::gauge(OUTBOX, "What the tablets that are connected say waits in their outboxes, of all floors"),
    Metric { unit: Unit::Seconds, ..Metric::gauge(OUTBOX_OLDEST, "How long ago the oldest of that was written, as the tablets say; 0 if nothing waits") },
    Metric::gauge(READY, "1 if `/readyz` would say so, else 0"),
];

/// Begins to measure.
///
/// # Errors
/// If something measures already.
pub(crate) fn start() -> anyhow::Result<PrometheusHandle> {
    let mut builder = PrometheusBuilder::new();
    for metric in &METRICS {
        if let Kind::Histogram(bounds) = metric.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), bounds)?;
        }
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).context("something measures already")?;
    for Metric {
        name,
        kind,
        unit,
        about,
    } in METRICS
    {
        match kind {
            Kind::Counter => describe_counter!(name, unit, about),
            Kind::Gauge => describe_gauge!(name, unit, about),
            Kind::Histogram(_) => describe_histogram!(name, unit, about),
        }
    }
    Ok(handle)
}

/// A command was answered: it was refused with this code, or accepted.
pub(crate) fn command(refused: Option<&'static str>) {
    counter!(COMMANDS, "code" => refused.unwrap_or("accepted")).increment(1);
}

/// So many commands were in a batch that took so long, and this became of it.
pub(crate) fn commit(commands: usize, took: Duration, outcome: &'static str) {
    histogram!(COMMIT, "outcome" => outcome).record(took);
    histogram!(BATCH).record(count(commands));
}

/// So many events were written to screens.
pub(crate) fn deliveries(events: usize) {
    counter!(DELIVERIES).increment(events as u64);
}

/// A screen began to watch: with a `snapshot`, or it could `resume`.
pub(crate) fn greeting(start: &'static str) {
    counter!(GREETINGS, "start" => start).increment(1);
}

/// A socket ended.
pub(crate) fn close(end: Option<CloseCode>) {
    let code = end.map_or_else(|| "gone".to_owned(), |code| code.as_u16().to_string());
    counter!(CLOSES, "code" => code).increment(1);
}

/// An event of another node was so old when it was shown.
pub(crate) fn lag(age_ms: i64) {
    histogram!(LAG).record(Duration::from_millis(u64::try_from(age_ms).unwrap_or_default()));
}

/// Something was printed.
pub(crate) fn print(took: Duration) {
    histogram!(PRINTS).record(took);
}

/// A request was answered.
pub(crate) fn answered(status: StatusCode) {
    let class = match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    counter!(ANSWERS, "status" => class).increment(1);
}

/// A floor fell.
pub(crate) fn fall() {
    counter!(FALLS).increment(1);
}

/// How something stands now.
pub(crate) struct Stand {
    /// Connections that are in.
    pub(crate) connections: u32,
    /// Connections that may be.
    pub(crate) connections_max: u32,
    /// Links, by how they are.
    pub(crate) links: Vec<(&'static str, usize)>,
    pub(crate) exchanges: usize,
    pub(crate) open_floors: usize,
    /// Those of them that do not answer, or save no deals.
    pub(crate) silent_floors: usize,
    /// Exchanges with whose log something is amiss, by what it is.
    pub(crate) unreadable_logs: Vec<(&'static str, usize)>,
    /// Commands that wait for their writer.
    pub(crate) queued: usize,
    pub(crate) screens: usize,
    /// Commands that wait on tablets.
    pub(crate) outbox: usize,
    /// How long ago the oldest of those was written.
    pub(crate) outbox_oldest_ms: i64,
    pub(crate) is_ready: bool,
}

/// It stands so.
pub(crate) fn stand(stand: &Stand) {
    gauge!(CONNECTIONS).set(stand.connections);
    gauge!(CONNECTIONS_MAX).set(stand.connections_max);
    for (state, links) in &stand.links {
        gauge!(LINKS, "state" => *state).set(count(*links));
    }
    gauge!(EXCHANGES).set(count(stand.exchanges));
    gauge!(FLOORS).set(count(stand.open_floors));
    gauge!(SILENT_FLOORS).set(count(stand.silent_floors));
    for (fault, logs) in &stand.unreadable_logs {
        gauge!(UNREADABLE_LOGS, "fault" => *fault).set(count(*logs));
    }
    gauge!(QUEUE).set(count(stand.queued));
    gauge!(SCREENS).set(count(stand.screens));
    gauge!(OUTBOX).set(count(stand.outbox));
    gauge!(OUTBOX_OLDEST).set(Duration::from_millis(stand.outbox_oldest_ms.unsigned_abs()).as_secs_f64());
    gauge!(READY).set(if stand.is_ready { 1.0 } else { 0.0 });
}

/// Exact below two to the power of 53.
#[expect(clippy::cast_precision_loss, reason = "nothing here is counted that far")]
fn count(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_metric_has_a_row_in_the_guide_and_every_row_is_a_metric() {
        let guide = include_str!("../../docs/metrics.md");
        let rows: BTreeSet<&str> = guide
            .lines()
            .filter_map(|line| line.strip_prefix("| `borsklokka_")?.split_once('`'))
            .map(|(name, _)| name)
            .collect();
        let names: BTreeSet<&str> = METRICS
            .iter()
            .map(|metric| metric.name.trim_start_matches("borsklokka_"))
            .collect();
        assert_eq!(rows, names);
    }

    #[test]
    fn names_say_their_units() {
        for Metric { name, kind, unit, .. } in &METRICS {
            assert_eq!(*kind == Kind::Counter, name.ends_with("_total"), "{name}");
            assert_eq!(*unit == Unit::Seconds, name.ends_with("_seconds"), "{name}");
        }
    }

    #[test]
    fn alerts_and_the_dashboard_ask_for_metrics_that_there_are() {
        let asked = [
            include_str!("../../docs/monitoring/alerts.yml"),
            include_str!("../../docs/monitoring/dashboard.json"),
        ];
        let mut found = BTreeSet::new();
        for text in asked {
            let mut rest = text;
            while let Some(at) = rest.find("borsklokka_") {
                let name: String = rest[at..]
                    .chars()
                    .take_while(|char| char.is_ascii_lowercase() || *char == '_')
                    .collect();
                rest = &rest[at + name.len()..];
                let of = ["_bucket", "_sum", "_count"];
                let base = of.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
                let known = METRICS.iter().find(|metric| metric.name == base);
                let is_histogram = known.is_some_and(|metric| matches!(metric.kind, Kind::Histogram(_)));
                assert!(known.is_some() && is_histogram == (base != name), "{name}");
                found.insert(base.to_owned());
            }
        }
        assert!(found.len() > 8, "{found:?}");
    }
}
