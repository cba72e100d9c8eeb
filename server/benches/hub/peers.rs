//! Other servers that fan out, from their packages: NATS, nginx with nchan, and node's ws.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::{Server, free_port};
use crate::viewers::{Crowd, Dialect, Watching};

/// The peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nats,
    Nchan,
    Ws,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Nats, Kind::Nchan, Kind::Ws];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nats => "NATS",
            Self::Nchan => "nginx with nchan",
            Self::Ws => "node ws",
        }
    }
}

/// A running peer, and the way to publish through it.
pub(crate) struct Peer {
    pub(crate) server: Server,
    kind: Kind,
    viewers_port: u16,
    publisher: TcpStream,
    /// One message as the publisher sends it.
    message: Vec<u8>,
    /// Bytes of one message as a viewer of NATS gets it.
    delivered_bytes: u64,
    _folder: tempfile::TempDir,
}

impl Peer {
    /// Starts a peer that will carry messages of so many bytes.
    pub(crate) fn start(kind: Kind, bytes: usize) -> Result<Self> {
        let folder = crate::ours::folder()?;
        let (viewers_port, publisher_port) = (free_port()?, free_port()?);
        let payload = "x".repeat(bytes);
        let (mut command, message) = match kind {
            Kind::Nats => {
                let config = folder.path().join("nats.conf");
                fs::write(
                    &config,
                    format!(
                        "host: 127.0.0.1\nport: {publisher_port}\nmax_connections: 20000\nping_interval: \"10m\"\n\
                         websocket {{ host: 127.0.0.1, port: {viewers_port}, no_tls: true }}\n"
                    ),
                )?;
                let mut command = Command::new("nats-server");
                command.arg("-c").arg(config).args(["-l", "/dev/null"]);
                (command, format!("PUB deals {bytes}\r\n{payload}\r\n"))
            }
            Kind::Nchan => {
                let config = folder.path().join("nginx.conf");
                let at = folder.path().display();
                fs::write(
                    &config,
                    format!(
                        "load_module /usr/lib/nginx/modules/ngx_nchan_module.so;\ndaemon off;\nworker_processes 2;\n\
                         worker_rlimit_nofile 20000;\npid {at}/pid;\nerror_log /dev/null crit;\n\
                         events {{ worker_connections 9000; }}\n\
                         http {{ access_log off; keepalive_requests 100000000; nchan_shared_memory_size 256M;\n\
                         client_body_temp_path {at}/b; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f;\n\
                         uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;\n\
                         server {{ listen 127.0.0.1:{viewers_port} backlog=4096;\n\
                         location /sub {{ nchan_subscriber websocket; nchan_channel_id deals;\n\
                         nchan_subscriber_first_message newest; nchan_message_buffer_length 4096; }} }}\n\
                         server {{ listen 127.0.0.1:{publisher_port};\n\
                         location /pub {{ nchan_publisher; nchan_channel_id deals; nchan_message_buffer_length 4096;\n\
                         nchan_message_timeout 1m; }} }} }}\n"
                    ),
                )?;
                let mut command = Command::new("nginx");
                command.arg("-c").arg(config);
                let head = format!("POST /pub HTTP/1.1\r\nHost: x\r\nContent-Length: {bytes}\r\n\r\n");
                (command, format!("{head}{payload}"))
            }
            Kind::Ws => {
                let mut command = Command::new("node");
                command
                    .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/hub/ws/server.mjs"))
                    .args([viewers_port.to_string(), publisher_port.to_string()]);
                (command, format!("{payload}\n"))
            }
        };
        let mut server = Server::start(&mut command);
        server.wait_for_port(viewers_port)?;
        server.wait_for_port(publisher_port)?;
        let mut publisher = TcpStream::connect(("127.0.0.1", publisher_port))?;
        publisher.set_nodelay(true)?;
        if kind == Kind::Nats {
            publisher.write_all(b"CONNECT {\"verbose\":false,\"pedantic\":false}\r\n")?;
        }
        let mut answers = publisher.try_clone()?;
        std::thread::spawn(move || while matches!(answers.read(&mut [0; 4_096]), Ok(1..)) {});
        let head = format!("MSG deals 1 {bytes}\r\n").len() + "\r\n".len();
        Ok(Self {
            server,
            kind,
            viewers_port,
            publisher,
            message: message.into_bytes(),
            delivered_bytes: (head + bytes) as u64,
            _folder: folder,
        })
    }

    pub(crate) fn crowd(&self, viewers: usize) -> Crowd {
        Crowd {
            servers: vec![SocketAddr::from(([127, 0, 0, 1], self.viewers_port))],
            paths: vec![
                match self.kind {
                    Kind::Nats | Kind::Ws => "/",
                    Kind::Nchan => "/sub",
                }
                .to_owned(),
            ],
            dialect: match self.kind {
                Kind::Nats => Dialect::Nats {
                    message_bytes: self.delivered_bytes,
                },
                Kind::Nchan | Kind::Ws => Dialect::Plain,
            },
            viewers,
            tls: None,
        }
    }

    pub(crate) fn publish_at_pace(
        &mut self,
        per_s: u32,
        watching: &Watching,
        stop: &AtomicBool,
    ) -> Result<()> {
        let mut next = Instant::now();
        while !stop.load(Ordering::Acquire) {
            self.publisher.write_all(&self.message)?;
            next += Duration::from_secs(1) / per_s;
            std::thread::sleep(next.saturating_duration_since(Instant::now()));
            self.check(watching)?;
        }
        Ok(())
    }

    pub(crate) fn publish_in_flight(
        &mut self,
        in_flight: u64,
        watching: &Watching,
        stop: &AtomicBool,
    ) -> Result<()> {
        let viewers = watching.seen.started.load(Ordering::Acquire);
        let mut posted = 0;
        while !stop.load(Ordering::Acquire) {
            let room = (watching.seen.deals() / viewers + in_flight).saturating_sub(posted);
            for _ in 0..room {
                self.publisher.write_all(&self.message)?;
            }
            posted += room;
            if room == 0 {
                std::thread::sleep(Duration::from_micros(200));
                self.check(watching)?;
            }
        }
        Ok(())
    }

    fn check(&self, watching: &Watching) -> Result<()> {
        if watching.lost() > 0 {
            bail!("{} lost {} viewers", self.kind.name(), watching.lost());
        }
        Ok(())
    }
}
