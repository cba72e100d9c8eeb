//! What each proxy is told before one server: nothing, or what the documentation says.

use std::path::Path;

use anyhow::Result;

use crate::proxy::Proxy;

/// The address in the documented lines that stands for the server's.
const SERVER: &str = "127.0.0.1:8080";

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

/// The whole configuration of a proxy before one server.
pub(super) fn configuration(
    proxy: Proxy,
    lines: Lines,
    document: &str,
    folder: &Path,
    ports: &Ports,
) -> Result<String> {
    let Ports {
        plain,
        secure,
        server,
    } = ports;
    let folder = folder.display();
    let more = match lines {
        Lines::AsItComes => "",
        Lines::Documented => proxy.documented(document)?,
    };
    Ok(match proxy {
        Proxy::Nginx => format!(
            "daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; events {{}}\n\
             http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
             fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
             server {{ listen 127.0.0.1:{plain}; listen 127.0.0.1:{secure} ssl;\n\
             ssl_certificate {folder}/cert.pem; ssl_certificate_key {folder}/key.pem;\n\
             location / {{ proxy_pass http://127.0.0.1:{server};\n{more}\n}} }} }}\n"
        ),
        Proxy::Haproxy => format!(
            "defaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n\
             frontend people\n bind 127.0.0.1:{plain}\n bind 127.0.0.1:{secure} ssl crt {folder}/both.pem\n \
             default_backend exchange\nbackend exchange\n{more}\n server one 127.0.0.1:{server}\n"
        ),
        Proxy::Caddy => {
            // Its one line that says where the server is, is all that there is to say.
            let documented = proxy.documented(document)?;
            let line = documented.replace(SERVER, &format!("127.0.0.1:{server}"));
            format!(
                "{{\n admin off\n auto_https off\n default_bind 127.0.0.1\n storage file_system {folder}/caddy\n}}\n\
                 http://localhost:{plain} {{\n{line}\n}}\n\
                 https://localhost:{secure} {{\n tls {folder}/cert.pem {folder}/key.pem\n{line}\n}}\n"
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::proxy::DOCUMENT;
    use crate::workspace::root;

    #[test]
    fn the_documentation_has_lines_for_each_that_set_what_guests_may_not() {
        let document = fs::read_to_string(root().join(DOCUMENT)).unwrap();
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
