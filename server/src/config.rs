//! The command line of `borsklokka`, which is also its configuration.

pub mod environment;
pub mod file;
#[cfg(test)]
mod page;

use std::borrow::Cow;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use borsklokka_shared::language::Language;
use borsklokka_shared::role::Role;
use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use clap::{Args, Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use url::Url;

use self::environment::without_empty;
use crate::networks::ProxyHeader;
use crate::urls::without_password;

/// Commands a minute that a device may send, unless the command line says otherwise. A broker writes a few a minute; an
/// outbox that drains after an outage sends dozens at once.
pub const COMMANDS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).expect("600 is not zero");

/// Connections that the server takes in all, unless the command line says otherwise.
pub const CONNECTIONS_MAX: u32 = 10_000;
/// Connections from one address, unless the command line says otherwise: many times the phones of a full hall.
pub const CONNECTIONS_PER_ADDRESS_MAX: u32 = 4_000;

/// Where it listens, and is asked, unless the command line says otherwise.
const LISTEN: &str = "127.0.0.1:8080";
/// Its port.
const PORT: u16 = 8_080;

/// How many deals a second can be wanted of a simulation.
const RATES: RangeInclusive<f64> = 0.001..=100_000.0;

/// Where the page is that teaches a tablet to trust the local authority.
pub(crate) const TRUST_PATH: &str = "/trust";

/// What is wrong with a command line, without the passwords that addresses in it have.
pub fn without_passwords(mut error: clap::Error) -> clap::Error {
    for kind in [
        ContextKind::InvalidArg,
        ContextKind::InvalidValue,
        ContextKind::InvalidSubcommand,
    ] {
        if let Some(ContextValue::String(said)) = error.get(kind)
            && said.contains("://")
        {
            let named = without_password(said);
            error.insert(kind, ContextValue::String(named));
        }
    }
    error
}

/// The exchange board of the Frivilligbørs.
#[derive(Debug, Parser)]
#[command(name = "borsklokka", version)]
pub struct Arguments {
    /// What to do; without a word, serve on this desktop: data in a folder of the user's own, the hall let in over https
    #[command(subcommand)]
    pub task: Option<Task>,
}

impl Arguments {
    /// The command line, with the variables of the environment that say something.
    pub fn line() -> Command {
        without_empty(Self::command())
    }

    /// What is said by these words.
    ///
    /// # Errors
    /// If they are none of the command line.
    pub fn of(line: &Command, words: &[OsString]) -> Result<Self, clap::Error> {
        let matches = line.clone().try_get_matches_from(words)?;
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut line.clone()))
    }
}

/// What the binary does.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Serves every exchange in the database.
    Serve(Box<Config>),
    /// Plays an evening against a server over real sockets, and counts what was lost
    Simulate(SimulateArguments),
    /// Prints a bearer token for a script or a native client.
    Token(TokenArguments),
    /// Takes the operator's passphrase away
    Passphrase(PassphraseArguments),
    /// What the operator does with organisers' accounts, also while a server runs
    Account(AccountArguments),
    /// Verifies a database: positions, each audience's `prev`, the fold and the totals.
    Check(DatabaseArguments),
    /// Makes a backup of a database in a file, also while a server writes in it
    Backup(BackupArguments),
    /// Puts a backup in place of a database that no server has
    Restore(RestoreArguments),
    /// Writes one exchange into a file, which another server reads in
    Export(ExportArguments),
    /// Reads an exchange in that `export` wrote
    Import(ImportArguments),
    /// Asks the server on this machine whether people can be sent to it, as the health check of a container does
    Ready(ReadyArguments),
    /// Prints the licences of all that is in this program
    Licences,
}

/// Which server is asked.
#[derive(Args, Clone, Debug)]
pub struct ReadyArguments {
    /// Where it listens, such as 127.0.0.1:8080 or :8080
    #[arg(
        long,
        value_name = "ADDR",
        default_value = LISTEN,
        env = "BORSKLOKKA_LISTEN"
    )]
    pub listen: String,
}

/// Which database.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArguments {
    /// The database, such as sqlite:data/borsklokka.db or postgres://USER@HOST/NAME
    #[arg(long, value_name = "URL", env = "BORSKLOKKA_DATABASE", hide_env_values = true)]
    pub database: String,
    /// A file with these options, in TOML: `listen = "0.0.0.0:8080"`. The command line and the environment come before it
    #[arg(long, value_name = "FILE", env = "BORSKLOKKA_CONFIG")]
    pub config: Option<PathBuf>,
}

/// For whom the token is.
#[derive(Args, Debug)]
pub struct TokenArguments {
    /// Where it is kept.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// The exchange's address, such as drammen
    #[arg(long, value_parser = slug())]
    pub exchange: String,
    /// Whose rights it gives
    #[arg(long, value_parser = role())]
    pub role: Role,
    /// The name that its deals carry
    #[arg(long, default_value = "")]
    pub name: String,
}

/// What becomes of the operator's passphrase.
#[derive(Args, Debug)]
pub struct PassphraseArguments {
    /// Where it is kept.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// Forget it, and end the operator's sessions: `serve` prints a new set-up link at its next start
    #[arg(long, required = true)]
    pub reset: bool,
}

/// What is done with accounts.
#[derive(Args, Debug)]
pub struct AccountArguments {
    /// What.
    #[command(subcommand)]
    pub deed: AccountDeed,
}

/// What the operator does with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountDeed {
    /// Lists the accounts, and what became of the last mail to each
    List(DatabaseArguments),
    /// Makes an account, and prints the link by which its owner chooses a passphrase
    Invite(InviteArguments),
    /// Prints a link by which the owner of an account chooses another passphrase
    Reset(ResetArguments),
    /// Lets nobody in with an account any more: its sessions end
    Close(WhoseArguments),
    /// Lets its owner in again
    Open(WhoseArguments),
    /// Says which exchanges are an account's, and whether it may make others; shows it if nothing is said
    Rights(RightsArguments),
}

/// Whose account.
#[derive(Args, Debug)]
pub struct WhoseArguments {
    /// Where it is kept.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// The address that its owner logs in with
    #[arg(value_name = "MAIL")]
    pub email: String,
}

/// How a link reaches its owner.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct ByArguments {
    /// The address that people use, with which the link begins
    #[arg(long, value_name = "URL", value_parser = origin, env = "BORSKLOKKA_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Queue a mail in place of printing a link: the server that runs sends it, if it has a mail server
    #[arg(long)]
    pub by_mail: bool,
}

/// Who is invited.
#[derive(Args, Debug)]
pub struct InviteArguments {
    /// Whose.
    #[command(flatten)]
    pub whose: WhoseArguments,
    /// The name that stands in the log
    #[arg(long)]
    pub name: String,
    /// An exchange that is hers, by its address, such as drammen; may be given several times
    #[arg(long = "exchange", value_name = "ADDRESS", value_parser = slug())]
    pub exchanges: Vec<String>,
    /// Lets her make exchanges of her own
    #[arg(long)]
    pub may_make: bool,
    /// The language of her mails
    #[arg(long, default_value = "nb", value_parser = language)]
    pub language: Language,
    /// How.
    #[command(flatten)]
    pub by: ByArguments,
}

/// Who gets a link.
#[derive(Args, Debug)]
pub struct ResetArguments {
    /// Whose.
    #[command(flatten)]
    pub whose: WhoseArguments,
    /// How.
    #[command(flatten)]
    pub by: ByArguments,
}

/// What an account may.
#[derive(Args, Debug)]
pub struct RightsArguments {
    /// Whose.
    #[command(flatten)]
    pub whose: WhoseArguments,
    /// The exchanges that are hers from now on, by their addresses; may be given several times. Others are hers no longer
    #[arg(long = "exchange", value_name = "ADDRESS", value_parser = slug(), conflicts_with = "no_exchanges")]
    pub exchanges: Vec<String>,
    /// None is hers any more
    #[arg(long)]
    pub no_exchanges: bool,
    /// Whether she may make exchanges of her own
    #[arg(long, value_name = "true|false")]
    pub may_make: Option<bool>,
}

/// Of what a backup is made, and where.
#[derive(Args, Debug)]
pub struct BackupArguments {
    /// What is backed up.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// The backup; one that is there is not overwritten
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// What is put back, and what becomes of what is there.
#[derive(Args, Debug)]
pub struct RestoreArguments {
    /// Where it is put.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// The backup; none if the database was brought back by other means, such as pg_restore
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Where the database goes that is there, on the same disk
    #[arg(long, value_name = "FILE", requires = "file")]
    pub aside: Option<PathBuf>,
    /// Let tablets, codes and links be as they were when the backup was made, also those that were revoked since
    #[arg(long)]
    pub keep_access: bool,
}

/// Which exchange is written, and where.
#[derive(Args, Debug)]
pub struct ExportArguments {
    /// Where it is kept.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// The exchange's address, such as drammen
    #[arg(long, value_parser = slug())]
    pub exchange: String,
    /// With contacts, signatures and photos
    #[arg(long)]
    pub with_personal_data: bool,
    /// The file; one that is there is not overwritten
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Which file is read in, and where.
#[derive(Args, Debug)]
pub struct ImportArguments {
    /// Where it is kept from now on.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// The exchange's address here, if it is to be another than it had
    #[arg(long = "as", value_name = "SLUG", value_parser = slug())]
    pub address: Option<String>,
    /// The file that `export` wrote
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// What to play, and against which server.
#[derive(Args, Debug)]
pub struct SimulateArguments {
    /// The server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    pub server: String,
    /// The exchange's address
    #[arg(long, default_value = "drammen", value_parser = slug())]
    pub exchange: String,
    /// Brokers who post
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub brokers: u32,
    /// Viewers who watch
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub viewers: u32,
    /// Deals to post
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub deals: u32,
    /// Deals a second, of all brokers together; 0 posts each as soon as the last is answered
    #[arg(long, default_value_t = 5.0, value_parser = rate)]
    pub rate: f64,
    /// Draws the same deals again
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The server's database, on its own machine: brokers and a moderator are paired by themselves
    #[arg(long, value_name = "URL", env = "BORSKLOKKA_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// A broker's bearer token, of `borsklokka token`; several take turns
    #[arg(long = "token", value_name = "TOKEN", conflicts_with = "database")]
    pub broker_tokens: Vec<String>,
    /// A moderator's bearer token, to open the floor with
    #[arg(long, value_name = "TOKEN", conflicts_with = "database")]
    pub moderator_token: Option<String>,
    /// Print one JSON object instead of the table
    #[arg(long)]
    pub json: bool,
}

/// How to serve.
#[allow(clippy::struct_excessive_bools)] // Each is a switch of the command line.
#[derive(Args, Clone, Debug)]
pub struct Config {
    /// Where everything is kept.
    #[command(flatten)]
    pub database: DatabaseArguments,
    /// The address to listen on; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDR",
        default_value = LISTEN,
        value_parser = socket,
        env = "BORSKLOKKA_LISTEN"
    )]
    pub listen: SocketAddr,
    /// Makes Drammen's evening on first start, at the address /drammen
    #[arg(long)]
    pub demo: bool,
    /// Lets simulated brokers trade in the demo exchange, in an evening that is under way
    #[arg(long, requires = "demo")]
    pub rehearse: bool,
    /// How many times as fast as people the rehearsal's brokers trade
    #[arg(long, value_name = "N", requires = "rehearse", default_value_t = NonZeroU32::MIN)]
    pub pace: NonZeroU32,
    /// Lets the hall's network in, and prints the addresses that tablets can reach
    #[arg(long)]
    pub lan: bool,
    /// Lets moderators work over plain http from other machines, and contacts, signatures and links travel over it, though
    /// everybody on the Wi-Fi can read them
    #[arg(long, env = "BORSKLOKKA_PLAIN")]
    pub plain: bool,
    /// The address that people use, with http:// or https://, if it is another than this machine's
    #[arg(long, value_name = "URL", value_parser = origin, env = "BORSKLOKKA_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The mail server that mails are handed to, such as smtps://USER:PASSWORD@mail.example.no; without it none is sent. Best
    /// given in BORSKLOKKA_SMTP, where no list of processes shows the password
    #[arg(long, value_name = "URL", env = "BORSKLOKKA_SMTP", hide_env_values = true)]
    pub smtp: Option<SmtpUrl>,
    /// Whom mails come from, such as "Frivilligbørs Drammen <post@example.no>"
    #[arg(long, value_name = "ADDRESS", env = "BORSKLOKKA_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// The authority that signed the mail server's certificate, in PEM, if it is one of your own and not one that every browser knows
    #[arg(
        long,
        value_name = "FILE",
        requires = "smtp",
        env = "BORSKLOKKA_SMTP_AUTHORITY"
    )]
    pub smtp_authority: Option<PathBuf>,
    /// Lets webhooks go to addresses in private networks and on this machine, there in plain http too: whoever is organiser of an
    /// exchange can then make this server ask what only it can reach
    #[arg(long, env = "BORSKLOKKA_WEBHOOKS_TO_PRIVATE_NETWORKS")]
    pub webhooks_to_private_networks: bool,
    /// A reverse proxy that is believed what it says of its clients: its address or network; may be given several times
    #[arg(
        long = "trusted-proxy",
        value_name = "CIDR",
        value_parser = network,
        value_delimiter = ',',
        env = "BORSKLOKKA_TRUSTED_PROXY"
    )]
    pub trusted_proxies: Vec<IpNet>,
    /// By which headers it says that: the other ones a guest may have written, whom it lets speak for it
    #[arg(
        long,
        value_name = "WHICH",
        value_enum,
        default_value_t = ProxyHeader::XForwarded,
        env = "BORSKLOKKA_PROXY_HEADER"
    )]
    pub proxy_header: ProxyHeader,
    /// A site that may show the wall and the phone's page in a frame: its name, with https:// before it; may be given several times.
    /// No other page is ever shown in one
    #[arg(
        long = "frame-ancestors",
        value_name = "URL",
        value_parser = origin,
        value_delimiter = ',',
        env = "BORSKLOKKA_FRAME_ANCESTORS"
    )]
    pub frame_ancestors: Vec<String>,
    /// Whether the server speaks https itself: with a certificate in files, or with one of its own local authority
    #[arg(long, value_name = "HOW", value_enum, default_value_t = TlsMode::Off, env = "BORSKLOKKA_TLS")]
    pub tls: TlsMode,
    /// The certificate and its chain for --tls files, PEM; read again when it changes
    #[arg(
        long,
        value_name = "FILE",
        required_if_eq("tls", "files"),
        env = "BORSKLOKKA_TLS_CERT"
    )]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key for --tls files, PEM
    #[arg(
        long,
        value_name = "FILE",
        required_if_eq("tls", "files"),
        env = "BORSKLOKKA_TLS_KEY"
    )]
    pub tls_key: Option<PathBuf>,
    /// Where the local authority is kept; the folder tls beside the database unless given
    #[arg(long, value_name = "DIR", env = "BORSKLOKKA_TLS_FOLDER")]
    pub tls_folder: Option<PathBuf>,
    /// Where Prometheus may ask what the server measures of itself, such as 127.0.0.1:9464: on a listener of its own, in plain http. Nothing
    /// is measured unless it is given
    #[arg(long, value_name = "ADDRESS", value_parser = socket, env = "BORSKLOKKA_METRICS")]
    pub metrics: Option<SocketAddr>,
    /// Where a collector of OpenTelemetry takes traces in plain http, such as 127.0.0.1:4318 with http:// before it. Nothing is recorded
    /// unless it is given
    #[arg(long, value_name = "URL", value_parser = collector, env = "BORSKLOKKA_TRACES")]
    pub traces: Option<String>,
    /// How the log is written, to stderr
    #[arg(long, value_name = "HOW", value_enum, default_value_t = LogFormat::Text, env = "BORSKLOKKA_LOG_FORMAT")]
    pub log_format: LogFormat,
    /// Commands that one device may send in a minute
    #[arg(long, default_value_t = COMMANDS_PER_MINUTE)]
    pub commands_per_minute: NonZeroU32,
    /// Connections that the server takes in all
    #[arg(long, default_value_t = CONNECTIONS_MAX, value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: u32,
    /// Connections from one address: a hall's phones share one, and so does everybody behind a reverse proxy
    #[arg(long, default_value_t = CONNECTIONS_PER_ADDRESS_MAX, value_parser = clap::value_parser!(u32).range(1..))]
    pub connections_per_address: u32,
    /// The folder in which everything is kept, if the program was started without a word: then it speaks to an organiser
    #[arg(skip)]
    pub desktop: Option<PathBuf>,
}

/// The address of a mail server, with its password: nothing prints it.
#[derive(Clone)]
pub struct SmtpUrl(pub String);

impl std::str::FromStr for SmtpUrl {
    type Err = std::convert::Infallible;

    /// What is wrong with it is said when the server starts, without the password.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.trim().to_owned()))
    }
}

impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpUrl(…)")
    }
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines to be read
    Text,
    /// An object a line, for what gathers logs
    Json,
}

/// Whether the server speaks TLS, and where its certificate is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TlsMode {
    /// Plain http
    Off,
    /// The certificate in --tls-cert with the key in --tls-key
    Files,
    /// A certificate of the server's own authority, which each tablet is taught to trust
    Local,
}

impl Config {
    /// What `serve` reads from these words.
    ///
    /// # Errors
    /// If they are no command line of its.
    pub fn of(words: &[&str]) -> Result<Self, clap::Error> {
        let command = without_empty(Self::augment_args(Command::new("serve")));
        Self::from_arg_matches(&command.no_binary_name(true).try_get_matches_from(words)?)
    }

    /// The address that people use: as given, or this machine's as tablets see it.
    pub fn base_url(&self) -> String {
        if let Some(url) = &self.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let ip = if self.listen.ip().is_unspecified() {
            hall_addresses()
                .into_iter()
                .next()
                .unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
        } else {
            self.listen.ip()
        };
        let scheme = match self.tls {
            TlsMode::Off => "http",
            TlsMode::Files | TlsMode::Local => "https",
        };
        format!("{scheme}://{}", SocketAddr::new(ip, self.listen.port()))
    }

    /// What was said of it that would come to nothing without a word, and what to do; none if all holds together. A start without a word says
    /// nothing.
    pub fn contradiction(&self) -> Option<&'static str> {
        if self.desktop.is_some() {
            return None;
        }
        let has_certificate = self.tls_cert.is_some() || self.tls_key.is_some();
        let is_read_nowhere = self.proxy_header != ProxyHeader::XForwarded && self.trusted_proxies.is_empty();
        let contradictions = [
            (
                has_certificate && self.tls == TlsMode::Off,
                "--tls-cert and --tls-key are shown by --tls files alone (BORSKLOKKA_TLS=files), and without it the server speaks plain http: \
                 add it, or leave them out, as behind a proxy that has the certificate",
            ),
            (
                has_certificate && self.tls == TlsMode::Local,
                "--tls local shows a certificate of its own, and not the one in --tls-cert: say --tls files in its place, or leave --tls-cert \
                 and --tls-key out",
            ),
            (
                self.tls_folder.is_some() && self.tls != TlsMode::Local,
                "--tls-folder is where --tls local alone keeps its authority (BORSKLOKKA_TLS=local): add it, or leave --tls-folder out",
            ),
            (
                self.mail_from.is_some() && self.smtp.is_none(),
                "--mail-from is whom mails come from that --smtp sends (BORSKLOKKA_SMTP), and without it none is sent: name a mail server, or \
                 leave --mail-from out",
            ),
            (
                self.metrics.is_some_and(|metrics| meet(metrics, self.listen)),
                "--metrics and --listen say the same address (BORSKLOKKA_METRICS, BORSKLOKKA_LISTEN): choose another port for --metrics",
            ),
            (
                self.rehearse && self.tls != TlsMode::Off && !reaches_itself(self.listen.ip()),
                "with --tls, --rehearse needs a --listen address that includes loopback, such as 0.0.0.0:8080",
            ),
            (
                is_read_nowhere,
                "--proxy-header is what a proxy in --trusted-proxy says (BORSKLOKKA_TRUSTED_PROXY), and without it no proxy is believed: name \
                 it, or leave --proxy-header out",
            ),
        ];
        let mut said = contradictions.into_iter().filter(|(is_one, _)| *is_one);
        said.next().map(|(_, what)| what)
    }

    /// Whether the address that people use is still this server's when the hall is empty: one that was given, and that the whole
    /// world looks up. A laptop's address is another machine's tomorrow.
    pub fn address_lasts(&self) -> bool {
        self.public_url.as_deref().is_some_and(is_world_wide)
    }

    /// Where a tablet that trusts nothing yet learns to trust this server, in plain http.
    pub fn trust_url(&self) -> String {
        let base = self.base_url();
        format!("http{}{TRUST_PATH}", base.strip_prefix("https").unwrap_or(":"))
    }
}

/// Whether whoever listens on one of these addresses keeps another from the other. Any port is whichever is free.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let is_any = one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && one.port() != 0 && (is_any || one.ip() == other.ip())
}

/// Whether this machine's own programs reach what listens on an address by loopback.
fn reaches_itself(ip: IpAddr) -> bool {
    ip.is_unspecified() || ip.is_loopback()
}

/// An address of this machine with its port, such as `127.0.0.1:8080`.
fn socket(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        let port = match text.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => port,
            Some(_) => "",
            None => text,
        };
        let port: u16 = port.parse().unwrap_or(PORT);
        format!(
            "an address in digits and a port, such as 127.0.0.1:{port} for this machine alone, or 0.0.0.0:{port} for its networks too"
        )
    })
}

/// An address that people use, such as `https://bors.example.org`, without what follows the host. A name with letters such as ø is written as
/// browsers send it.
fn origin(text: &str) -> Result<String, String> {
    let text = as_sent(text);
    let is_origin = |url: &axum::http::Uri| {
        let is_web = matches!(url.scheme_str(), Some("http" | "https"));
        let is_host = url
            .authority()
            .is_some_and(|host| !host.host().is_empty() && !host.as_str().contains('@'));
        is_web && is_host && url.path() == "/" && url.query().is_none()
    };
    // As browsers read it, too: they know which ports there are, and which addresses in digits.
    let is_reached = |text: &str| Url::parse(text).is_ok_and(|url| url.port() != Some(0) && has_host(&url));
    match text.parse() {
        Ok(url) if is_origin(&url) && is_reached(&text) => Ok(text.trim_end_matches('/').to_owned()),
        Ok(_) | Err(_) => Err(
            "http:// or https:// and a host, such as https://bors.example.org, and perhaps a port from 1 to 65535; nothing before or \
             after it"
                .to_owned(),
        ),
    }
}

/// Whether a host is an address, or a name that one can have: parts of letters, digits, hyphens and underscores, with dots between.
fn has_host(url: &Url) -> bool {
    let is_part = |part: &str| {
        let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_';
        !part.is_empty() && part.bytes().all(is_sign)
    };
    match url.host() {
        // What lies at the root is written with a dot behind it.
        Some(url::Host::Domain(name)) => name.strip_suffix('.').unwrap_or(name).split('.').all(is_part),
        Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => true,
        None => false,
    }
}

/// Whether accounts work at an address that people use: over https, or on the machine itself.
pub(crate) fn is_for_accounts(url: &str) -> bool {
    let is_here = |url: Url| match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.starts_with("https://") || Url::parse(url).is_ok_and(is_here)
}

/// Deals a second, or 0.
fn rate(text: &str) -> Result<f64, String> {
    let read = text.parse::<f64>().ok();
    read.filter(|rate| *rate == 0.0 || RATES.contains(rate))
        .ok_or_else(|| format!("a number from {} to {}, or 0", RATES.start(), RATES.end()))
}

/// An address in the letters that are sent: `https://xn--brs-0na.example.org` of `https://børs.example.org`. What is none stays as it is.
fn as_sent(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    Url::parse(text).map_or(Cow::Borrowed(text), |url| String::from(url).into())
}

/// The address of a collector of traces.
fn collector(text: &str) -> Result<String, String> {
    let is_plain = |url: &String| url.starts_with("http://");
    origin(text).ok().filter(is_plain).ok_or_else(|| {
        "http:// and a host, such as http://127.0.0.1:4318: a collector near the server, which may pass it on over https".to_owned()
    })
}

/// An exchange's address, however its letters are written: browsers are answered likewise.
fn slug() -> impl TypedValueParser<Value = String> {
    StringValueParser::new().map(|text| text.to_ascii_lowercase())
}

/// A role that a device can hold: the help lists them.
fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::OF_DEVICES.map(Role::as_str))
        .map(|name| name.parse::<Role>().expect("one of a device's roles"))
}

/// A language, by its tag.
fn language(text: &str) -> Result<Language, String> {
    let tags = || Language::ALL.map(Language::as_str).join(", ");
    Language::from_tag(text).ok_or_else(|| format!("one of {}", tags()))
}

/// A network, such as `10.0.0.0/8`, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = text
        .parse()
        .map(|address: IpAddr| IpNet::from(address.to_canonical()));
    let network = address.or_else(|_| text.parse());
    network.map_err(|_| "an address or a network, such as 127.0.0.1 or 10.0.0.0/8".to_owned())
}

/// Endings of names that are looked up nowhere but on one network.
const LOCAL_ENDINGS: [&str; 8] = [
    "local",
    "localhost",
    "lan",
    "home",
    "internal",
    "intranet",
    "test",
    "arpa",
];

/// Whether an address names a host that the whole world can look up, such as `https://bors.example.org`.
fn is_world_wide(url: &str) -> bool {
    let host = url
        .parse::<axum::http::Uri>()
        .ok()
        .and_then(|url| url.host().map(str::to_ascii_lowercase));
    host.is_some_and(|host| {
        let name = host.trim_end_matches('.');
        let is_address = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        !is_address && ending.is_some_and(|ending| !LOCAL_ENDINGS.contains(&ending))
    })
}

/// This machine's addresses on the hall's network, IPv4 first: those are the ones that people can type.
pub fn hall_addresses() -> Vec<IpAddr> {
    let mut addresses: Vec<IpAddr> = if_addrs::get_if_addrs()
        .unwrap_or_default()
        .into_iter()
        .filter(|interface| !interface.is_loopback() && !interface.is_link_local())
        .map(|interface| interface.ip())
        .collect();
    addresses.sort_by_key(|address| (address.is_ipv6(), *address));
    addresses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_that_people_use_is_a_host_and_nothing_else() {
        for (text, read) in [
            ("https://bors.example.org", Some("https://bors.example.org")),
            ("http://192.168.1.5:8080/", Some("http://192.168.1.5:8080")),
            ("https://[fd00::5]:8443", Some("https://[fd00::5]:8443")),
            ("http://Børs.example.org", Some("http://xn--brs-0na.example.org")),
            (
                "https://børs.example.org:8443/",
                Some("https://xn--brs-0na.example.org:8443"),
            ),
            ("https://børs.example.org/under", None),
            ("https://kari:ø@bors.example.org", None),
            ("https://bø rs.example.org", None),
            ("bors.example.org", None),
            ("ftp://x", None),
            ("https://", None),
            ("https://user:pw@bors.example.org", None),
            ("http://lap_top-2.local:8080", Some("http://lap_top-2.local:8080")),
            ("https://bors.example.org.", Some("https://bors.example.org.")),
            (
                "https://bors.example.org:65535",
                Some("https://bors.example.org:65535"),
            ),
            ("https://bors.example.org:0", None),
            ("https://bors.example.org:65536", None),
            ("https://*", None),
            ("https://*.example.org", None),
            ("https://bors..example.org", None),
            ("https://.example.org", None),
            ("https://bors.example.org,https://b.example.org", None),
            ("https://bors.example.org;script-src", None),
            ("https://bors'.example.org", None),
            ("http://256.1.1.1", None),
            ("https://bors.example.org/sub", None),
            ("https://bors.example.org/?a", None),
            ("", None),
        ] {
            assert_eq!(origin(text).ok().as_deref(), read, "{text}");
        }
    }

    #[test]
    fn a_collector_and_a_rate_are_such_as_there_can_be() {
        assert!(collector("http://127.0.0.1:4318").is_ok());
        for text in [
            "http://127.0.0.1:0",
            "http://127.0.0.1:70000",
            "https://127.0.0.1:4318",
            "http://*",
        ] {
            assert!(collector(text).is_err(), "{text}");
        }
        for text in ["0", "0.5", "5", "100000"] {
            assert!(rate(text).is_ok(), "{text}");
        }
        for text in ["nan", "inf", "-inf", "-1", "1e-300", "1e300", "x", ""] {
            assert!(rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn accounts_work_over_https_and_on_the_machine_itself() {
        for (url, works) in [
            ("https://bors.example.org", true),
            ("http://localhost:8080", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://bors.example.org", false),
            ("http://192.168.1.5:8080", false),
        ] {
            assert_eq!(is_for_accounts(url), works, "{url}");
        }
    }

    #[test]
    fn no_password_is_said_of_a_command_line_that_is_wrong_or_asked_what_there_is() {
        let url = "https://kari:hemmelig@example.org";
        for words in [
            &["serve", "--database", "sqlite:b.db", "--public-url", url][..],
            &["check", "--database", "sqlite:b.db", url],
            &["ready", url],
            &[url],
        ] {
            let words = ["borsklokka"].iter().chain(words).map(OsString::from);
            let error = Arguments::of(&Arguments::line(), &words.collect::<Vec<_>>()).unwrap_err();
            let said = without_passwords(error).to_string();
            assert!(
                said.contains("https://kari@example.org") && !said.contains("hemmelig"),
                "{said}"
            );
        }
        let command = Arguments::line();
        let shown = command
            .get_subcommands()
            .flat_map(Command::get_arguments)
            .filter(|option| ["database", "smtp"].contains(&option.get_id().as_str()))
            .filter(|option| !option.is_hide_env_values_set());
        assert_eq!(shown.count(), 0);
    }

    #[test]
    fn what_would_come_to_nothing_without_a_word_is_refused_with_what_to_do() {
        let said = |words: &[&str]| {
            let words = [&["--database", "sqlite:x.db"][..], words].concat();
            Config::of(&words).expect("a command line").contradiction()
        };
        let files = ["--tls-cert", "full.pem", "--tls-key", "key.pem"];
        for words in [
            vec![],
            [&files[..], &["--tls", "files"]].concat(),
            vec!["--tls", "local", "--tls-folder", "tls"],
            vec!["--smtp", "smtp://localhost", "--mail-from", "post@example.no"],
            vec!["--proxy-header", "forwarded", "--trusted-proxy", "10.0.0.1"],
            vec!["--proxy-header", "x-forwarded"],
        ] {
            assert_eq!(said(&words), None, "{words:?}");
        }
        for (words, says) in [
            (
                vec!["--mail-from", "post@example.no"],
                "without it none is sent: name a mail server",
            ),
            (vec!["--tls-folder", "tls"], "leave --tls-folder out"),
            (
                [&files[..], &["--tls", "files", "--tls-folder", "tls"]].concat(),
                "leave --tls-folder out",
            ),
            (vec!["--proxy-header", "forwarded"], "leave --proxy-header out"),
            (files.to_vec(), "without it the server speaks plain http"),
            (files[2..].to_vec(), "without it the server speaks plain http"),
            (
                [&files[..], &["--tls", "local"]].concat(),
                "say --tls files in its place",
            ),
        ] {
            let refused = said(&words).unwrap_or_default();
            assert!(refused.contains(says), "{words:?}: {refused}");
        }
    }

    #[test]
    fn where_to_listen_is_an_address_in_digits_and_what_is_none_is_told_one() {
        for (text, says) in [
            ("127.0.0.1:8201", "127.0.0.1:8201"),
            ("[::1]:8201", "[::1]:8201"),
            ("localhost:8201", "such as 127.0.0.1:8201 for this machine alone"),
            (":8201", "such as 127.0.0.1:8201"),
            ("8201", "or 0.0.0.0:8201 for its networks too"),
            ("localhost", "such as 127.0.0.1:8080"),
            ("127.0.0.1", "such as 127.0.0.1:8080"),
            ("::1", "such as 127.0.0.1:8080"),
            ("127.0.0.1:82010", "such as 127.0.0.1:8080"),
        ] {
            let said = socket(text).map_or_else(|wrong| wrong, |read| read.to_string());
            assert!(said.contains(says), "{text}: {said}");
        }
    }

    #[test]
    fn an_exchange_is_found_however_its_address_is_written() {
        const URL: &str = "sqlite:x.db";
        for words in [
            vec!["export", "--exchange", "Alesund-2026", "fil"],
            vec!["token", "--role", "broker", "--exchange", "ALESUND-2026"],
            vec!["simulate", "--exchange", "Alesund-2026"],
            vec!["import", "--as", "Alesund-2026", "fil"],
            vec![
                "account",
                "invite",
                "kari@example.org",
                "--name",
                "Kari",
                "--by-mail",
                "--exchange",
                "Alesund-2026",
            ],
            vec![
                "account",
                "rights",
                "kari@example.org",
                "--exchange",
                "Alesund-2026",
            ],
        ] {
            let words = ["borsklokka"].into_iter().chain(words).chain(["--database", URL]);
            let arguments = Arguments::try_parse_from(words).unwrap_or_else(|error| panic!("{error}"));
            let exchange = match arguments.task.expect("a task") {
                Task::Export(arguments) => arguments.exchange,
                Task::Token(arguments) => arguments.exchange,
                Task::Simulate(arguments) => arguments.exchange,
                Task::Import(arguments) => arguments.address.expect("an address"),
                Task::Account(AccountArguments { deed }) => match deed {
                    AccountDeed::Invite(invite) => invite.exchanges.concat(),
                    AccountDeed::Rights(rights) => rights.exchanges.concat(),
                    deed => panic!("{deed:?}"),
                },
                task => panic!("{task:?}"),
            };
            assert_eq!(exchange, "alesund-2026");
        }
    }

    #[test]
    fn networks_are_read_and_nonsense_is_not() {
        for (text, read) in [
            ("127.0.0.1", Some("127.0.0.1/32")),
            ("::ffff:127.0.0.1", Some("127.0.0.1/32")),
            ("10.0.0.0/8", Some("10.0.0.0/8")),
            ("fd00::/8", Some("fd00::/8")),
            ("10.0.0.0/33", None),
            ("localhost", None),
            ("", None),
        ] {
            let network = network(text).ok().map(|network| network.to_string());
            assert_eq!(network.as_deref(), read, "{text}");
        }
    }

    #[test]
    fn only_a_name_that_the_world_looks_up_outlives_the_evening() {
        for (url, lasts) in [
            ("https://bors.example.org", true),
            ("https://Bors.Drammen.kommune.no:8443/", true),
            ("http://192.168.1.5:8080", false),
            ("http://[fd00::5]:8080", false),
            ("http://93.184.216.34", false),
            ("http://localhost:8080", false),
            ("http://laptop:8080", false),
            ("http://laptop.local:8080", false),
            ("http://bors.home.arpa", false),
            ("http://bors.lan.", false),
            ("", false),
        ] {
            assert_eq!(is_world_wide(url), lasts, "{url}");
        }
    }
}
