//! What the server measures, for Prometheus: on a listener of its own (`--metrics`), so that no proxy shows it to the world.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use metrics_exporter_prometheus::PrometheusHandle;
use strum::VariantArray as _;

use crate::floor::FloorHandle;
use crate::hub::Hub;
use crate::link::LinkState;
use crate::listen::Taken;
use crate::log::Unreadable;
use crate::measure::{self, Stand};
use crate::routes;

/// How often what was measured is put into its buckets when nobody asks, in seconds: until then it takes memory.
const UPKEEP_S: u64 = 5;
/// What is said before why, where `--metrics` says an address that cannot be had.
pub(crate) const NO_ADDRESS: &str = "the address of --metrics cannot be had";

/// Measures, and answers whoever asks at the address that was taken for it, until the stop; gives the address.
///
/// # Errors
/// If another has begun to listen there meanwhile, or something measures already.
pub(crate) fn serve(taken: Taken, hub: Arc<Hub>) -> anyhow::Result<SocketAddr> {
    let handle = measure::start()?;
    let listener = taken.listen().context(NO_ADDRESS)?;
    let address = listener.local_addr()?;
    tracing::info!("what is measured is at http://{address}/metrics");
    let stop = hub.stop.clone();
    let kept = handle.clone();
    let app = routes::of_metrics(show, (handle, hub));
    tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_secs(UPKEEP_S));
        let upkeep = async move {
            loop {
                every.tick().await;
                kept.run_upkeep();
            }
        };
        tokio::select! {
            // It ends with the process.
            _ = axum::serve(listener, app) => {}
            () = upkeep => {}
            () = stop.cancelled() => {}
        }
    });
    Ok(address)
}

async fn show(State((handle, hub)): State<(PrometheusHandle, Arc<Hub>)>) -> impl IntoResponse {
    measure::stand(&look(&hub).await);
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        handle.render(),
    )
}

async fn look(hub: &Hub) -> Stand {
    let floors = hub.floors.all_open();
    let sum = |of: fn(&FloorHandle) -> usize| floors.iter().map(of).sum();
    let now = hub.clock.now();
    let (is_ready, silent) = tokio::join!(routes::is_ready(hub), routes::silent(hub));
    let since = floors
        .iter()
        .filter_map(|floor| floor.view.screens.outbox_since())
        .min();
    Stand {
        outbox_oldest_ms: since.map_or(0, |since| now.ms_since(since).max(0)),
        connections: hub.doors.connections(),
        connections_max: hub.doors.connections_max(),
        links: LinkState::VARIANTS
            .iter()
            .map(|state| {
                let links = floors.iter().map(|floor| floor.rooms.links(*state)).sum();
                (state.into(), links)
            })
            .collect(),
        exchanges: hub.floors.list().len(),
        open_floors: floors.len(),
        silent_floors: silent.exchanges.len(),
        unreadable_logs: unreadable_logs(hub),
        queued: sum(|floor| floor.queued()),
        screens: sum(|floor| floor.view.screens.count()),
        outbox: sum(|floor| floor.view.screens.outbox()),
        is_ready,
    }
}

/// How many exchanges there are with each fault of a log.
fn unreadable_logs(hub: &Hub) -> Vec<(&'static str, usize)> {
    let known = hub.floors.known_faults();
    let each = Unreadable::ALL.into_iter().map(|fault| {
        let of_it = known.iter().filter(|(found, _)| *found == fault);
        (fault.label(), of_it.count())
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::command::Command;
    use borsklokka_shared::role::Role;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;
    use crate::fixture::open_hub;
    use crate::floor::Submission;
    use test_support::paired_long_ago;

    async fn ask(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// The value of a metric; 0 as long as it is not there.
    fn value(answer: &str, metric: &str) -> f64 {
        let line = answer
            .lines()
            .find_map(|line| line.strip_prefix(metric)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().unwrap())
    }

    // Other tests of this process are measured too, so numbers are compared with those of before.
    #[tokio::test]
    async fn commands_answers_and_how_it_stands_are_told_on_a_listener_of_its_own() {
        let hub = open_hub().await;
        let taken = Taken::at("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = serve(taken, Arc::clone(&hub.hub)).unwrap();
        let floor = hub.hub.floors.get("drammen").await.unwrap();
        let before = ask(address, "/metrics").await;
        let refused = Command::EndAnnouncement {
            announcement: borsklokka_shared::ids::AnnouncementId(uuid::Uuid::nil()),
        };
        let answer = floor
            .submit(Submission::now(paired_long_ago(Role::Moderator), refused))
            .await;
        let code = answer.refused().unwrap();
        assert_eq!(hub.browser().get("/no-such/page").await.status.as_u16(), 404);
        let after = ask(address, "/metrics").await;
        assert!(after.starts_with("HTTP/1.1 200"), "{after}");
        for grown in [
            format!("borsklokka_commands_total{{code=\"{code}\"}}"),
            "borsklokka_http_responses_total{status=\"4xx\"}".to_owned(),
            "borsklokka_commit_seconds_count{outcome=\"yes\"}".to_owned(),
        ] {
            assert!(value(&after, &grown) > value(&before, &grown), "{grown}: {after}");
        }
        assert!(value(&after, "borsklokka_open_floors") >= 1.0, "{after}");
        assert!(
            (value(&after, "borsklokka_ready") - 1.0).abs() < f64::EPSILON,
            "{after}"
        );
        // It is nobody's business who trades.
        assert!(!after.contains("drammen"), "{after}");
        hub.overwrite_first_event("drammen", "{").await;
        let met = hub.hub.floors.entries(hub.exchange("drammen"), None, 10).await;
        met.unwrap_err();
        let damaged = ask(address, "/metrics").await;
        for (fault, logs) in [("unopenable", "1"), ("damaged", "0")] {
            let line = format!("borsklokka_unreadable_logs{{fault=\"{fault}\"}} {logs}\n");
            assert!(damaged.contains(&line), "{damaged}");
        }
        assert!(ask(address, "/").await.starts_with("HTTP/1.1 404"));
        assert_eq!(hub.browser().get("/metrics").await.status.as_u16(), 404);
    }
}
