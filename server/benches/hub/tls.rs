//! The same deliveries in plain, over the server's own TLS, and through an nginx that ends TLS: CPU and memory of all that is on the way.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use anyhow::Result;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::fanout::{memory, paced};
use crate::ours::{self, Ours};
use crate::process::{Server, free_port};
use crate::report::{Figure, Report, median};
use crate::viewers::Crowd;
use crate::wire::NAME;

const VIEWERS: usize = 1_000;
/// Where nginx comes from: from an address of its own, so that the brokers beside it count as this machine's.
const PROXY: &str = "127.0.0.99";
/// Rounds of all of them, in turns; the median counts.
const ROUNDS: usize = 3;

/// The way to the viewers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Plain,
    Own,
    Nginx,
}

impl Way {
    const ALL: [Self; 3] = [Self::Plain, Self::Own, Self::Nginx];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Own => "own TLS",
            Self::Nginx => "nginx that ends TLS",
        }
    }
}

/// A certificate, and who trusts it.
pub(crate) struct Certificate {
    /// Files.
    chain: String,
    key: String,
    /// Who trusts it.
    trusting: Arc<ClientConfig>,
}

pub(crate) fn measure(report: &mut Report) -> Result<()> {
    let folder = ours::folder()?;
    let certificate = Certificate::made_in(folder.path())?;
    let mut cpu = Way::ALL.map(|_| Vec::new());
    let mut kib = Way::ALL.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (nth, way) in Way::ALL.into_iter().enumerate() {
            let hall = Hall::open(way, &certificate)?;
            kib[nth].push(memory(&hall.servers(), hall.crowd(VIEWERS, &certificate))?);
            cpu[nth].push(paced(
                &hall.ours,
                &hall.servers(),
                hall.crowd(VIEWERS, &certificate),
            )?);
        }
    }
    for (nth, way) in Way::ALL.into_iter().enumerate() {
        let figure = |name, values: &Vec<f64>, unit| {
            let figure = Figure::new("tls", name, median(values.clone()), unit);
            figure.viewers(VIEWERS).of(way.name())
        };
        report.add(figure("cpu_per_delivery_us", &cpu[nth], "us"));
        report.add(figure("memory_per_viewer_kib", &kib[nth], "KiB"));
    }
    Ok(())
}

impl Certificate {
    pub(crate) fn made_in(folder: &Path) -> Result<Self> {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned(), "127.0.0.1".to_owned()])?;
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        fs::write(&certificate, made.cert.pem())?;
        fs::write(&key, made.signing_key.serialize_pem())?;
        let mut roots = RootCertStore::empty();
        roots.add(made.cert.der().clone())?;
        let trusting = ClientConfig::builder().with_root_certificates(roots);
        Ok(Self {
            chain: certificate.display().to_string(),
            key: key.display().to_string(),
            trusting: Arc::new(trusting.with_no_client_auth()),
        })
    }
}

/// Our server, and the way to it.
pub(crate) struct Hall {
    pub(crate) ours: Ours,
    way: Way,
    nginx: Option<(Server, SocketAddr, tempfile::TempDir)>,
}

impl Hall {
    pub(crate) fn open(way: Way, certificate: &Certificate) -> Result<Self> {
        let folder = ours::folder()?;
        let url = ours::sqlite_url(&folder.path().join("borsklokka.db"));
        let options: &[&str] = match way {
            Way::Plain => &[],
            Way::Own => &[
                "--tls",
                "files",
                "--tls-cert",
                &certificate.chain,
                "--tls-key",
                &certificate.key,
            ],
            Way::Nginx => &["--trusted-proxy", PROXY],
        };
        let ours = Ours::opened(ours::serve_with(&url, true, options), &url, Some(folder))?;
        let nginx = match way {
            Way::Plain | Way::Own => None,
            Way::Nginx => Some(nginx(ours.address, certificate)?),
        };
        Ok(Self { ours, way, nginx })
    }

    fn servers(&self) -> Vec<&Server> {
        let nginx = self.nginx.iter().map(|(server, ..)| server);
        std::iter::once(&self.ours.server).chain(nginx).collect()
    }

    pub(crate) fn crowd(&self, viewers: usize, certificate: &Certificate) -> Crowd {
        let nginx = self.nginx.as_ref().map(|(_, address, _)| *address);
        Crowd {
            servers: vec![nginx.unwrap_or(self.ours.address)],
            tls: (self.way != Way::Plain).then(|| Arc::clone(&certificate.trusting)),
            ..self.ours.crowd(viewers)
        }
    }
}

/// nginx with the lines that docs/operations.md gives.
fn nginx(server: SocketAddr, certificate: &Certificate) -> Result<(Server, SocketAddr, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
    let (at, config) = (folder.path().display(), folder.path().join("nginx.conf"));
    let Certificate { chain, key, .. } = certificate;
    fs::write(
        &config,
        format!(
            "user root; daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid {at}/pid; error_log {at}/error.log;\n\
             events {{ worker_connections 8192; }}\n\
             http {{ access_log off;\n\
             client_body_temp_path {at}/b; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f;\n\
             uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n\
             server {{ listen {address} ssl backlog=4096;\n\
             ssl_certificate {chain}; ssl_certificate_key {key};\n\
             location / {{ proxy_pass http://{server}; proxy_bind {PROXY}; proxy_http_version 1.1; proxy_buffering off;\n\
             proxy_set_header Host $http_host; proxy_set_header Upgrade $http_upgrade;\n\
             proxy_set_header Connection upgrade; proxy_set_header X-Forwarded-For $remote_addr;\n\
             proxy_set_header X-Forwarded-Proto https; proxy_read_timeout 1h; }} }} }}\n"
        ),
    )?;
    let mut server = Server::start(Command::new("nginx").arg("-c").arg(config));
    server.wait_for_port(address.port())?;
    Ok((server, address, folder))
}
