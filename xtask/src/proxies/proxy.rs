//! The proxies: what each is told, and how it is started and ended.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::workspace::on_path;

/// The address in the documented lines that stands for the server's.
const SERVER: &str = "127.0.0.1:8080";
/// How often it is looked whether one listens or has ended, in milliseconds, and how often at most, counted.
const LOOK_EVERY_MS: u64 = 20;
const LOOKS_UNTIL_READY: u32 = 500;
const LOOKS_UNTIL_ENDED: u32 = 50;

/// A proxy that is tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Proxy {
    Nginx,
    Haproxy,
    Caddy,
}

/// What it is told besides where the server is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Nothing.
    AsItComes,
    /// What the documentation says.
    Documented,
}

impl Lines {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::AsItComes => "as it comes",
            Self::Documented => "documented",
        }
    }
}

/// Where it is reached in plain http and over https, and where the server is; ports of loopback.
pub(super) struct Ports {
    pub(super) plain: u16,
    pub(super) secure: u16,
    pub(super) server: u16,
}

impl Proxy {
    pub(super) const ALL: [Self; 3] = [Self::Nginx, Self::Haproxy, Self::Caddy];

    /// Its name: of its program, of Debian's package, and of the language of its lines in the documentation.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::Caddy => "caddy",
        }
    }

    /// The lines that the documentation gives for it.
    ///
    /// # Errors
    /// If it gives none.
    fn documented(self, document: &str) -> Result<&str> {
        let begin = format!("\n```{}\n", self.name());
        let after = document.split_once(&begin).map(|(_, after)| after);
        let lines = after.and_then(|after| after.split_once("```"));
        let (lines, _) =
            lines.with_context(|| format!("the documentation has no lines for {}", self.name()))?;
        Ok(lines)
    }

    /// Its whole configuration.
    fn configuration(self, lines: Lines, document: &str, folder: &Path, ports: &Ports) -> Result<String> {
        let Ports {
            plain,
            secure,
            server,
        } = ports;
        let folder = folder.display();
        let more = match lines {
            Lines::AsItComes => "",
            Lines::Documented => self.documented(document)?,
        };
        Ok(match self {
            Self::Nginx => format!(
                "daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}\n\
                 http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
                 fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
                 server {{ listen 127.0.0.1:{plain}; listen 127.0.0.1:{secure} ssl;\n\
                 ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;\n\
                 location / {{ proxy_pass http://127.0.0.1:{server};\n{more}\n}} }} }}\n"
            ),
            Self::Haproxy => format!(
                "defaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n\
                 frontend people\n bind 127.0.0.1:{plain}\n bind 127.0.0.1:{secure} ssl crt {folder}/both.pem\n \
                 default_backend exchange\nbackend exchange\n{more}\n server one 127.0.0.1:{server}\n"
            ),
            Self::Caddy => {
                // Its one line that says where the server is, is all that there is to say.
                let documented = self.documented(document)?;
                let line = documented.replace(SERVER, &format!("127.0.0.1:{server}"));
                format!(
                    "{{\n admin off\n auto_https off\n storage file_system {folder}/caddy\n}}\n\
                     http://localhost:{plain} {{\n{line}\n}}\n\
                     https://localhost:{secure} {{\n tls {folder}/cert.pem {folder}/key.pem\n{line}\n}}\n"
                )
            }
        })
    }
}

/// A proxy that runs, until this is dropped.
pub(super) struct Running(Child);

impl Running {
    /// Starts it, and returns when it listens.
    ///
    /// # Errors
    /// If it does not.
    pub(super) fn start(
        proxy: Proxy,
        lines: Lines,
        document: &str,
        folder: &Path,
        ports: &Ports,
    ) -> Result<Self> {
        let name = proxy.name();
        let file = folder.join(name);
        fs::write(&file, proxy.configuration(lines, document, folder, ports)?)?;
        let program = on_path(name).unwrap_or_else(|| PathBuf::from("/usr/sbin").join(name));
        let mut command = Command::new(program);
        match proxy {
            Proxy::Nginx => command.arg("-p").arg(folder).arg("-c").arg(&file),
            Proxy::Haproxy => command.arg("-db").arg("-f").arg(&file),
            Proxy::Caddy => command
                .args(["run", "--adapter", "caddyfile", "--config"])
                .arg(&file),
        };
        let said = folder.join(format!("{name}.said"));
        let child = command
            .env("HOME", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(&said)?)
            .spawn()
            .with_context(|| format!("{name} could not be started"))?;
        let mut running = Self(child);
        for port in [ports.plain, ports.secure] {
            let is_ready = looked(LOOKS_UNTIL_READY, || {
                let has_ended = !matches!(running.0.try_wait(), Ok(None));
                has_ended || TcpStream::connect(("127.0.0.1", port)).is_ok()
            });
            if !is_ready || running.0.try_wait()?.is_some() {
                bail!("{name} does not listen: {}", fs::read_to_string(&said)?);
            }
        }
        Ok(running)
    }
}

/// Looks again and again whether something is so; whether it was.
fn looked(times: u32, mut is_so: impl FnMut() -> bool) -> bool {
    (0..times).any(|_| {
        let is = is_so();
        if !is {
            std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
        }
        is
    })
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its processes end with the first, which is asked; whoever does not listen is ended.
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        if asked.is_ok() {
            looked(LOOKS_UNTIL_ENDED, || !matches!(self.0.try_wait(), Ok(None)));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::root;

    #[test]
    fn the_documentation_has_lines_for_each_that_set_what_guests_may_not() {
        let document = fs::read_to_string(root().join(super::super::DOCUMENT)).unwrap();
        for proxy in Proxy::ALL {
            let lines = proxy.documented(&document).unwrap();
            let sets = match proxy {
                Proxy::Nginx => lines.contains("proxy_set_header X-Forwarded-Proto $scheme;"),
                Proxy::Haproxy => lines.contains("set-header X-Forwarded-Proto"),
                // It sets it by itself.
                Proxy::Caddy => lines.contains(SERVER) && !lines.contains("header_up"),
            };
            assert!(sets, "{lines}");
        }
        assert!(Proxy::Nginx.documented("no lines").is_err());
    }
}
