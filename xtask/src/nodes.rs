//! `cargo xtask nodes`: several nodes behind nginx, HAProxy and Caddy, with the lines that the documentation gives for them, while nodes
//! are restarted, killed and stopped under load. The crowd and the nodes are `server/benches/nodes`.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::debian;
use crate::progress::step;
use crate::proxy::{DOCUMENT, Proxy, Running, install, make_certificate, program};
use crate::started::{Folder, free_port};
use crate::workspace::{cargo, output, root, run};

/// The part of the document where their lines stand.
const PART: &str = "\n## Several nodes\n";
/// The addresses in the documented lines that stand for the nodes'.
const NODES: [&str; 3] = ["10.0.0.11:8080", "10.0.0.12:8080", "10.0.0.13:8080"];
/// What in HAProxy's lines stands for the name that people use.
const HAPROXY_HOST: &str = "hdr Host bors.example.org";
/// What in nginx's lines stands for its own address and certificate.
const NGINX_LISTENS: &str = "listen 443 ssl;";
const NGINX_CERTIFICATE: &str = "/etc/ssl/bors.pem";
const NGINX_KEY: &str = "/etc/ssl/bors.key";
/// Caddy before the nodes of `deploy/compose.yml`.
const CADDYFILE: &str = "deploy/Caddyfile";
/// Open files that nginx may have: two for each viewer.
const NGINX_FILES: u32 = 16_384;

/// Which proxies, and before how many.
#[derive(Args)]
pub(crate) struct Options {
    /// This proxy alone.
    #[arg(value_enum)]
    proxy: Option<Proxy>,
    /// How many watch.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..10_000))]
    viewers: u32,
    /// Compiled soon, and slow: for few viewers.
    #[arg(long)]
    quick: bool,
}

impl Options {
    /// The bench program, and what cargo is told besides.
    fn bench(&self) -> Command {
        let mut bench = cargo();
        bench.args(["bench", "-p", "borsklokka", "--bench", "nodes"]);
        if self.quick {
            bench.args(["--profile", "dev"]);
        }
        bench
    }
}

/// Tries each of them, and prints a table.
///
/// # Errors
/// When one cannot be installed or started, or a deal was lost or doubled behind it.
pub(crate) fn nodes(options: &Options) -> Result<()> {
    install()?;
    debian::install_postgresql()?;
    step("compile the nodes and their crowd", || {
        run(options.bench().arg("--no-run"))
    })?;
    let document =
        fs::read_to_string(root().join(DOCUMENT)).with_context(|| format!("cannot read {DOCUMENT}"))?;
    let (_, part) = document
        .split_once(PART)
        .with_context(|| format!("{DOCUMENT} has no part about several nodes"))?;
    let folder = Folder::new()?;
    make_certificate(&folder.0)?;
    look_at_caddyfile(&folder.0)?;
    println!(
        "| proxy | phase | lasts | deals | lost | doubled | other errors | came back | handshakes 5xx | failed | put off | longest away | \
         accepted to last viewer |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut failed = Vec::new();
    for proxy in Proxy::ALL {
        if options.proxy.is_none_or(|only| only == proxy)
            && let Err(error) = try_one(proxy, part, &folder.0, options)
        {
            eprintln!("    {}: {error:#}", proxy.name());
            failed.push(proxy.name());
        }
    }
    ensure!(
        failed.is_empty(),
        "not everything held behind {}",
        failed.join(", ")
    );
    Ok(())
}

fn try_one(proxy: Proxy, part: &str, folder: &Path, options: &Options) -> Result<()> {
    let secure = free_port()?;
    let nodes = [free_port()?, free_port()?, free_port()?];
    let told = configuration(proxy, part, folder, secure, nodes)?;
    let _running = Running::start(proxy, &told, folder, &[secure])?;
    let mut bench = options.bench();
    bench.args(["-q", "--"]);
    bench.args(["--proxy", proxy.name(), "--port", &secure.to_string()]);
    bench.args(["--viewers", &options.viewers.to_string()]);
    bench.arg("--certificate").arg(folder.join("cert.pem"));
    bench.arg("--logs").arg(folder);
    for node in nodes {
        bench.args(["--node", &node.to_string()]);
    }
    run(&mut bench)
}

/// The whole configuration: the documented lines, at ports of loopback.
fn configuration(proxy: Proxy, part: &str, folder: &Path, secure: u16, nodes: [u16; 3]) -> Result<String> {
    let mut lines = proxy.documented(part)?.to_owned();
    let mut put = |said: &str, put: &str| {
        if !lines.contains(said) {
            bail!("the documented lines for {} do not say `{said}`", proxy.name());
        }
        lines = lines.replace(said, put);
        Ok(())
    };
    for (said, port) in NODES.into_iter().zip(nodes) {
        put(said, &format!("127.0.0.1:{port}"))?;
    }
    let folder = folder.display();
    if proxy == Proxy::Nginx {
        put(NGINX_LISTENS, &format!("listen 127.0.0.1:{secure} ssl;"))?;
        put(NGINX_CERTIFICATE, &format!("{folder}/cert.pem"))?;
        put(NGINX_KEY, &format!("{folder}/key.pem"))?;
    }
    if proxy == Proxy::Haproxy {
        put(HAPROXY_HOST, &format!("hdr Host localhost:{secure}"))?;
    }
    Ok(match proxy {
        Proxy::Nginx => format!(
            "daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n\
             worker_processes auto; worker_rlimit_nofile {NGINX_FILES}; events {{ worker_connections {NGINX_FILES}; }}\n\
             http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
             fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{lines}\n}}\n"
        ),
        Proxy::Haproxy => format!(
            "defaults\n mode http\n timeout client 15s\nfrontend people\n \
             bind 127.0.0.1:{secure} ssl crt {folder}/both.pem\n \
             default_backend exchange\nbackend exchange\n{lines}\n"
        ),
        Proxy::Caddy => format!(
            "{{\n admin off\n auto_https off\n storage file_system {folder}/caddy\n}}\n\
             https://localhost:{secure} {{\n bind 127.0.0.1\n tls {folder}/cert.pem {folder}/key.pem\n{lines}\n}}\n"
        ),
    })
}

/// Whether Caddy takes the file that is beside `compose.yml`.
fn look_at_caddyfile(folder: &Path) -> Result<()> {
    let caddy = program("caddy").context("Caddy is not installed")?;
    let mut validate = Command::new(caddy);
    validate.args(["validate", "--adapter", "caddyfile", "--config"]);
    validate.arg(root().join(CADDYFILE));
    validate
        .env("HOME", folder)
        .env("BORS_DOMAIN", "bors.example.org");
    output(&mut validate).map(drop).context(CADDYFILE)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn part(document: &str) -> &str {
        document.split_once(PART).unwrap().1
    }

    #[test]
    fn the_documentation_has_lines_for_several_nodes_that_set_what_guests_may_not() {
        let document = fs::read_to_string(root().join(DOCUMENT)).unwrap();
        for proxy in Proxy::ALL {
            let told = configuration(proxy, part(&document), Path::new("/folder"), 1, [11, 12, 13]).unwrap();
            for node in [11, 12, 13] {
                assert!(told.contains(&format!("127.0.0.1:{node}")), "{told}");
            }
            let sets = match proxy {
                Proxy::Nginx => told.contains("proxy_set_header X-Forwarded-Proto $scheme;"),
                Proxy::Haproxy => told.contains("set-header X-Forwarded-Proto"),
                // It sets it by itself.
                Proxy::Caddy => !told.contains("header_up"),
            };
            assert!(sets, "{told}");
        }
    }

    fn compose() -> serde_yaml::Value {
        let text = fs::read_to_string(root().join("deploy/compose.yml")).unwrap();
        let mut compose: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        compose.apply_merge().unwrap();
        compose
    }

    /// The words of a text that begin so.
    fn words(text: &str, begin: &str) -> BTreeSet<String> {
        text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .filter(|word| word.starts_with(begin))
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn every_variable_of_the_deployment_is_an_option_and_every_secret_is_asked_for() {
        let options = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
        let options = words(&options, "BORSKLOKKA_");
        let text = fs::read_to_string(root().join("deploy/compose.yml")).unwrap();
        let named = words(&text, "BORSKLOKKA_");
        assert!(named.contains("BORSKLOKKA_DATABASE") && named.contains("BORSKLOKKA_TRUSTED_PROXY"));
        assert_eq!(named.difference(&options).next(), None);

        let example = fs::read_to_string(root().join("deploy/.env.example")).unwrap();
        for asked in words(&text, "BORS_") {
            assert!(text.contains(&format!("${{{asked}:?")), "{asked} has no default");
            assert!(
                example.lines().any(|line| line.starts_with(&format!("{asked}="))),
                "{asked}"
            );
        }
    }

    #[test]
    fn the_deployments_services_are_those_that_its_proxy_asks() {
        let compose = compose();
        let services = compose["services"].as_mapping().unwrap();
        let caddyfile = fs::read_to_string(root().join(CADDYFILE)).unwrap();
        let nodes: Vec<&str> = services
            .keys()
            .filter_map(serde_yaml::Value::as_str)
            .filter(|name| name.starts_with("node"))
            .collect();
        assert_eq!(nodes.len(), 2);
        for node in nodes {
            assert!(caddyfile.contains(&format!("{node}:8080")), "{node}");
            let service = &compose["services"][node];
            assert_eq!(service["read_only"], true);
            assert_eq!(service["environment"]["BORSKLOKKA_LISTEN"], "0.0.0.0:8080");
            assert_eq!(
                service["ports"],
                serde_yaml::Value::Null,
                "reached through the proxy alone"
            );
            // The network that is believed is the one that the proxy and the nodes share.
            let trusted = &service["environment"]["BORSKLOKKA_TRUSTED_PROXY"];
            let address = &compose["services"]["caddy"]["networks"]["front"]["ipv4_address"];
            assert!(address.is_string() && trusted == address, "{trusted:?}");
        }
        for (name, service) in services {
            assert_eq!(service["read_only"], true, "{name:?}");
            assert!(service["healthcheck"]["test"].is_sequence(), "{name:?}");
        }
    }
}
