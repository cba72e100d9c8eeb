//! `cargo xtask monitoring`: a real Prometheus scrapes a rehearsal, and every query of the dashboard and of the alerts is asked of it.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::debian;
use crate::started::{self, Ended, Folder, ask, free_port};
use crate::workspace::{cargo, on_path, root, run, server_binary};

const ALERTS: &str = "docs/monitoring/alerts.yml";
const DASHBOARD: &str = "docs/monitoring/dashboard.json";
/// How long an answer may take, in seconds.
const ANSWER_S: u32 = 5;
/// For how long the rehearsal is scraped: rates are of a minute.
const WATCHED: Duration = Duration::from_secs(75);

/// Checks the alerts, scrapes a rehearsal, and asks everything.
///
/// # Errors
/// When Prometheus is missing and cannot be installed, a rule does not hold, or a query has no answer.
pub(crate) fn monitoring() -> Result<()> {
    if on_path("promtool").is_none() || on_path("curl").is_none() {
        let advice = "the metrics are tried with Prometheus: install it, with promtool and curl on the PATH";
        debian::install(&["prometheus", "curl"], advice)?;
    }
    run(Command::new("promtool")
        .args(["check", "rules", ALERTS])
        .current_dir(root()))?;
    run(cargo().args(["build", "-p", "borsklokka", "--bin", "borsklokka"]))?;
    let folder = Folder::new()?;
    let (metrics, prometheus) = (free_port()?, free_port()?);
    let mut command = Command::new(server_binary("debug"));
    let database = format!("sqlite:{}", folder.0.join("evening.db").display());
    let measured = format!("127.0.0.1:{metrics}");
    command.args(["serve", "--listen", "127.0.0.1:0", "--demo", "--rehearse"]);
    command.args(["--database", &database, "--metrics", &measured]);
    let _server = started::server(&mut command, &folder.0)?;
    let _prometheus = scrape(&folder, &measured, prometheus)?;

    let base = format!("http://127.0.0.1:{prometheus}/api/v1");
    println!("a rehearsal is scraped for {} s", WATCHED.as_secs());
    thread::sleep(WATCHED);
    let mut silent = Vec::new();
    println!("| panel | query | answer |\n|---|---|---|");
    for (panel, query) in queries()? {
        let found = answer(&base, &query)?;
        println!(
            "| {panel} | `{query}` | {} |",
            found.as_deref().unwrap_or("nothing")
        );
        if found.is_none() && !MAY_BE_SILENT.iter().any(|metric| query.contains(metric)) {
            silent.push(query);
        }
    }
    let firing = alerts(&base)?;
    println!(
        "alerts that fire: {}",
        if firing.is_empty() {
            "none".to_owned()
        } else {
            firing.join(", ")
        }
    );
    if !silent.is_empty() || !firing.is_empty() {
        bail!("without an answer: {silent:?}; alerts in an evening without a fault: {firing:?}");
    }
    Ok(())
}

/// What an evening on one node without a fault and a paper has nothing of.
const MAY_BE_SILENT: [&str; 4] = [
    "borsklokka_node_lag_seconds",
    "borsklokka_print_seconds",
    "borsklokka_floor_falls_total",
    "borsklokka_closes_total",
];

/// Starts Prometheus, which scrapes every two seconds.
fn scrape(folder: &Folder, measured: &str, port: u16) -> Result<Ended> {
    let rules = root().join(ALERTS);
    let config = format!(
        "global: {{ scrape_interval: 2s, evaluation_interval: 2s }}\nrule_files: [{:?}]\nscrape_configs:\n  - job_name: borsklokka\n    \
         static_configs: [{{ targets: [{measured:?}] }}]\n",
        rules.display().to_string()
    );
    let path = folder.0.join("prometheus.yml");
    fs::write(&path, config)?;
    let said = fs::File::create(folder.0.join("prometheus.log"))?;
    let child = Command::new("prometheus")
        .arg(format!("--config.file={}", path.display()))
        .arg(format!("--storage.tsdb.path={}", folder.0.join("tsdb").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        .spawn()
        .context("Prometheus could not be started")?;
    Ok(Ended(child))
}

/// Every query of the dashboard with its panel, and those of the alerts.
fn queries() -> Result<Vec<(String, String)>> {
    let text = fs::read_to_string(root().join(DASHBOARD)).context(DASHBOARD)?;
    let dashboard: Value = serde_json::from_str(&text).context(DASHBOARD)?;
    let mut queries = Vec::new();
    for panel in dashboard["panels"].as_array().context("a dashboard has panels")? {
        let title = panel["title"].as_str().unwrap_or_default();
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().context("a target has a query")?;
            queries.push((title.to_owned(), query.to_owned()));
        }
    }
    Ok(queries)
}

/// What a query is answered: its first values, with their labels; none if there is nothing.
fn answer(base: &str, query: &str) -> Result<Option<String>> {
    let form = format!("query={}", utf8_percent_encode(query, NON_ALPHANUMERIC));
    let (status, body) = ask(&format!("{base}/query"), &[], Some(&form), ANSWER_S)?;
    let json: Value = serde_json::from_str(&body).with_context(|| format!("{status}: {body}"))?;
    if json["status"] != "success" {
        bail!("{query}: {}", json["error"]);
    }
    let series = json["data"]["result"]
        .as_array()
        .context("an answer has a result")?;
    let of = |series: &Value| {
        let labels = series["metric"].as_object().into_iter().flatten();
        let said: Vec<&str> = labels
            .filter(|(name, _)| !["instance", "job", "__name__"].contains(&name.as_str()))
            .filter_map(|(_, value)| value.as_str())
            .collect();
        let value = series["value"][1].as_str().unwrap_or_default();
        let value = value
            .parse()
            .map_or_else(|_| value.to_owned(), |value: f64| format!("{value:.3}"));
        [said.join(" "), value].join(" ").trim().to_owned()
    };
    Ok((!series.is_empty()).then(|| series.iter().map(of).collect::<Vec<_>>().join(", ")))
}

/// The alerts that fire, or are about to.
fn alerts(base: &str) -> Result<Vec<String>> {
    let (_, body) = ask(&format!("{base}/alerts"), &[], None, ANSWER_S)?;
    let json: Value = serde_json::from_str(&body).with_context(|| body.clone())?;
    let alerts = json["data"]["alerts"]
        .as_array()
        .context("there is a list of alerts")?;
    let name = |alert: &Value| alert["labels"]["alertname"].as_str().map(str::to_owned);
    Ok(alerts.iter().filter_map(name).collect())
}
