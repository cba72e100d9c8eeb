//! Serves: opens the database, listens, says where the screens are, and stops gracefully.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use borsklokka_shared::instant::Instant;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::{SETUP, Screen};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::access::Access;
use crate::agreement::Press;
use crate::clock::{Clock, MachineClock, SharedClock};
use crate::config::{Config, TlsMode};
use crate::database::{Database, Held, damaged};
use crate::demo::Demo;
use crate::doors::Doors;
use crate::exposition;
use crate::floors::{Floors, NotOpen};
use crate::gallery::Gallery;
use crate::hub::{Hub, PerMinute, Rates};
use crate::listen::{Taken, WAITING_MAX, accept};
use crate::log::ExchangeRow;
use crate::networks::ProxyHeader;
use crate::nodes::Nodes;
use crate::poster::Posters;
use crate::shown::tell;
use crate::simulate::past::{self, Company};
use crate::simulate::under_way;
use crate::smtp::Post;
use crate::stop::Stop;
use crate::tls::{Tls, day};
use crate::{desktop, house, keeping, log, mail, routes, simulate, trust, webhooks};

/// What is said before why, where `--listen` says an address that cannot be had.
const NO_ADDRESS: &str = "the address of --listen cannot be had";
/// Open files that are not connections: the database, the listening socket, the runtime's own.
const FILES_RESERVED: u32 = 256;
/// Of how many exchanges the screens' addresses are printed at the start; of more, only where their list is.
const GREETED_MAX: usize = 3;
/// How long sockets have to say goodbye when the server stops, in seconds.
const GOODBYE_S: u64 = 5;
/// How long it may take to see whether anything can be saved, in seconds.
const WRITE_WAIT_S: u64 = 3;

/// Serves until what `stop_given` gives completes. It is asked before anybody is told that this server serves, and not earlier: a start that
/// waits for something ends as any program does.
///
/// # Errors
/// If the database cannot be opened or read, or the address is in use.
pub async fn serve<F>(mut config: Config, stop_given: impl FnOnce() -> F) -> anyhow::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    if config.lan && config.listen.ip() == IpAddr::V4(Ipv4Addr::LOCALHOST) {
        config.listen.set_ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    }
    if let Some(contradiction) = config.contradiction() {
        bail!(contradiction);
    }
    let post = Post::of(&config)?;
    let machine = Arc::new(MachineClock::anchored());
    let clock: SharedClock = Arc::clone(&machine) as SharedClock;
    let Had {
        // Until the end: two servers on one file would show different boards.
        held: _held,
        door,
        metrics,
        tls,
        database,
    } = have(&mut config, &clock).await?;
    look_for_damage(&database, &config.database.database).await;
    house::compare_clocks(&database, &machine).await;
    let stop = Stop::new();
    let company = demo_so_far(&config, &database, machine.common()).await?;
    let nodes = Nodes::hear(&database)
        .await
        .context("the other nodes cannot be heard")?;
    let floors = Floors::open(log::open(&database), Arc::clone(&clock), stop.clone())
        .await
        .context("the log cannot be read")?;
    let access = Access::new(database.clone(), Arc::clone(&clock));

    let listener = door.open()?;
    let hub = Arc::new(Hub {
        floors,
        access,
        press: Arc::new(Press::new().context("no threads for the press")?),
        clock: Arc::clone(&clock),
        gallery: Gallery::default(),
        posters: Posters::default(),
        rates: Rates::of(PerMinute::with_commands(config.commands_per_minute), &clock),
        doors: Doors::new(
            make_room(config.connections),
            config.connections_per_address,
            config.trusted_proxies.clone(),
            &clock,
        ),
        post,
        tls,
        tasks: TaskTracker::new(),
        config,
        stop: stop.clone(),
    });
    if let Some(taken) = metrics {
        exposition::serve(taken, Arc::clone(&hub))?;
    }
    if hub.config.demo {
        load_demo(&hub).await?;
    }
    // Whoever asks from now on is told how it is.
    hub.try_if_quiet(Duration::from_secs(WRITE_WAIT_S)).await;
    greet(&hub).await?;
    house::keep(&hub, machine);
    let posting = tokio::spawn(mail::send(Arc::clone(&hub)));
    let telling = tokio::spawn(webhooks::send(Arc::clone(&hub)));
    if let Some(tls) = &hub.tls {
        tokio::spawn(Arc::clone(tls).keep_fresh(stop.clone()));
    }
    if let Some(nodes) = nodes {
        tokio::spawn(nodes.follow(Arc::clone(&hub)));
    }
    if hub.config.rehearse {
        rehearse(&hub, company).await?;
    }

    let (stop_given, give_stop) = (stop_given(), stop.clone());
    if hub.config.desktop.is_none() {
        tell(format_args!("\nStop with Ctrl-C."));
    }
    tell_manager();
    tokio::spawn(async move {
        stop_given.await;
        tracing::info!("stopping: every accepted command is on disk, sockets are told to come back");
        give_stop.cancel();
    });
    let app = routes::routes(Arc::clone(&hub));
    let mut serving = tokio::spawn(accept(listener, Arc::clone(&hub), app));
    tokio::select! {
        ended = &mut serving => ended.context("the server's task failed")?,
        () = stop.cancelled() => {
            match tokio::time::timeout(Duration::from_secs(GOODBYE_S), serving).await {
                Ok(ended) => ended.context("the server's task failed")?,
                Err(_) => tracing::warn!("some connections did not close in {GOODBYE_S} s; they will resume"),
            }
        }
    }
    end_sending(posting, telling).await;
    end_writing(&hub, &database).await;
    Ok(())
}

/// What a server has before it serves anybody.
struct Had {
    /// The database, for this server alone.
    held: Option<Held>,
    door: Door,
    /// Where it tells what it measures, if it does.
    metrics: Option<Taken>,
    tls: Option<Arc<Tls>>,
    database: Database,
}

/// Where people come in.
enum Door {
    /// Whoever comes before it opens is sent away, as if nobody were there.
    Shut(Taken),
    /// A desktop's, on whichever port is free: it is nobody else's from the beginning.
    Open(TcpListener),
}

impl Door {
    /// At the address of `--listen`, as far as it can be had.
    fn of(config: &Config) -> anyhow::Result<Self> {
        match &config.desktop {
            Some(folder) => {
                desktop::take_over(folder);
                desktop::listen(config.listen.ip()).map(Self::Open)
            }
            None => Taken::at(config.listen).map(Self::Shut).context(NO_ADDRESS),
        }
    }

    fn address(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Shut(taken) => taken.address(),
            Self::Open(listener) => listener.local_addr(),
        }
    }

    fn open(self) -> anyhow::Result<TcpListener> {
        match self {
            Self::Shut(taken) => taken.listen().context(NO_ADDRESS),
            Self::Open(listener) => Ok(listener),
        }
    }
}

/// Has all that a start may be refused for, and the database last: where anything else cannot be had, none is made.
async fn have(config: &mut Config, clock: &SharedClock) -> anyhow::Result<Had> {
    let url = config.database.database.clone();
    Database::look(&url).await?;
    let mut held = Database::hold(&url)?;
    let door = Door::of(config)?;
    config.listen = door.address()?;
    let metrics = config.metrics.map(Taken::at).transpose();
    let metrics = metrics.context(exposition::NO_ADDRESS)?;
    let folder = Database::file(&url).map(|file| keeping::folder_of(&file).to_owned());
    let tls = Tls::open(config, folder.as_deref(), Arc::clone(clock))?;
    let database = Database::open(&url).await?;
    // It may have been made just now.
    if let Some(held) = &mut held {
        held.hold_file()?;
    }
    Ok(Had {
        held,
        door,
        metrics,
        tls,
        database,
    })
}

/// Waits for what is on its way to mail servers and webhooks.
async fn end_sending(posting: JoinHandle<()>, telling: JoinHandle<()>) {
    if tokio::time::timeout(Duration::from_secs(GOODBYE_S), posting)
        .await
        .is_err()
    {
        tracing::warn!(
            "the mail server had not answered in {GOODBYE_S} s; whether the mail went is not known, and the list says so"
        );
    }
    // What is cut short goes again when the server starts, under the same id.
    let _cut_short = tokio::time::timeout(Duration::from_secs(GOODBYE_S), telling).await;
}

/// Does what is done with the database at the end. PostgreSQL is waited for as sockets are, for what it does not answer by then it would not
/// answer later; a file for as long as it takes, for what was saved beside it, or in one that was deleted, would be lost.
async fn end_writing(hub: &Hub, database: &Database) {
    let ending = async {
        hub.access.write_notes().await;
        database.rescue(hub.clock.now()).await;
        database.close().await;
    };
    match database {
        Database::Sqlite(_) => ending.await,
        Database::Postgres(_) => {
            if tokio::time::timeout(Duration::from_secs(GOODBYE_S), ending)
                .await
                .is_err()
            {
                tracing::warn!(
                    "the database had not answered in {GOODBYE_S} s; what was accepted is in it, and its connections end with this program"
                );
            }
        }
    }
}

/// Makes room for the connections among the process's open files, and says how many fit.
fn make_room(connections: u32) -> u32 {
    let reserved = FILES_RESERVED + WAITING_MAX;
    let wanted = u64::from(connections) + u64::from(reserved);
    let files = rlimit::increase_nofile_limit(wanted).unwrap_or(wanted);
    if files >= wanted {
        return connections;
    }
    let files = u32::try_from(files).unwrap_or(u32::MAX);
    // Where there are next to none, half of them still are for connections.
    let fit = files - reserved.min(files / 2);
    tracing::warn!(
        "{connections} connections were asked for, but the system lets this process have {files} open files: {fit} are \
         taken; raise the hard limit of open files"
    );
    fit
}

/// Writes what the demo has behind it when this server starts: its people have registered, and a rehearsal begins in the middle of
/// an evening. Returns who has played that.
async fn demo_so_far(config: &Config, database: &Database, now: Instant) -> anyhow::Result<Option<Company>> {
    if config.demo {
        past::register(database, now)
            .await
            .context("the demo cannot be loaded")?;
    }
    if !config.rehearse {
        return Ok(None);
    }
    past::play(database, now, &under_way())
        .await
        .context("the rehearsal cannot be prepared")
}

/// Completes a demo that was cut short.
async fn load_demo(hub: &Hub) -> anyhow::Result<()> {
    let demo = Demo::drammen();
    match hub.floors.get(&demo.slug).await {
        Ok(floor) => demo.load(&floor).await?,
        // Why not is in the log; the other exchanges are served all the same.
        Err(NotOpen::Unreadable(_)) => {}
        Err(error) => return Err(error).context("the demo exchange was made before"),
    }
    Ok(())
}

async fn rehearse(hub: &Hub, company: Option<Company>) -> anyhow::Result<()> {
    let demo = Demo::drammen();
    let ip = loopback_if_any(hub.config.listen.ip());
    let exchange = hub
        .floors
        .find(&demo.slug)
        .context("the demo exchange was loaded before")?
        .id;
    let company = match company {
        Some(company) => company,
        None => {
            let mut broker_tokens = Vec::new();
            for name in &demo.brokers {
                broker_tokens.push(hub.access.issue_token(exchange, Role::Broker, name).await?);
            }
            Company {
                moderator_token: hub.access.issue_token(exchange, Role::Moderator, "øving").await?,
                broker_tokens,
            }
        }
    };
    let pace = hub.config.pace;
    let address = SocketAddr::new(ip, hub.config.listen.port()).to_string();
    tokio::spawn(async move {
        if let Err(error) = simulate::rehearse(address, company, pace).await {
            tracing::warn!(%error, "the rehearsal's brokers have gone home: {error}");
        }
    });
    Ok(())
}

fn loopback_if_any(ip: IpAddr) -> IpAddr {
    if ip.is_unspecified() {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    } else {
        ip
    }
}

/// Prints where everything is: for the person who started the server.
async fn greet(hub: &Arc<Hub>) -> anyhow::Result<()> {
    let base = hub.config.base_url();
    let (organiser, where_from) = match hub.config.tls {
        // In plain http the organiser's role works from loopback only, whatever address the hall uses.
        TlsMode::Off if !hub.is_behind_tls() => (here(hub), " (on this machine only)"),
        TlsMode::Off | TlsMode::Files | TlsMode::Local => (base.clone(), ""),
    };
    if let Some(folder) = &hub.config.desktop {
        let (here, token) = (here(hub), hub.access.set_up_link_token().await?);
        let begins = token.map_or_else(
            || format!("{here}/"),
            |token| format!("{here}/{SETUP}?token={token}"),
        );
        desktop::greet(hub, &here, &begins, folder);
        return Ok(());
    }
    tell(format_args!("Børsklokka listens on {}", hub.config.listen));
    let doors = Doorways {
        base: &base,
        guests: &hub.guests_url(),
        organiser: &organiser,
        where_from,
    };
    let all = doors.of_all(&hub.floors.list());
    if !all.is_empty() {
        tell(format_args!("{}", all.trim_end()));
    }
    if hub.config.demo
        && let Some(exchange) = hub.floors.find(&Demo::drammen().slug)
    {
        let link = hub
            .access
            .pairing_link(exchange.id, &exchange.slug, Role::Broker, &base)
            .await?;
        tell(format_args!(
            "\n  Pair the first tablet with this code (15 minutes): {link}"
        ));
        if let Ok(qr) = fast_qr::QRBuilder::new(link).build() {
            tell(format_args!("{}", qr.to_str()));
        }
    }
    if let Some(token) = hub.access.set_up_link_token().await? {
        let here = here(hub);
        let place = if here.starts_with("https://") {
            ""
        } else {
            ", on this machine"
        };
        tell(format_args!(
            "\n  Set up this server, once{place}: {here}/{SETUP}?token={token}"
        ));
        if !hub.config.trusted_proxies.is_empty() && !here.starts_with("https://") {
            tell(format_args!(
                "  Everybody comes through the proxy that --trusted-proxy names, so this link opens nothing in plain http: start with \
                 --public-url and the proxy's https address, such as https://bors.example.org, and the link is printed with that."
            ));
        }
    }
    if !hub.config.listen.ip().is_loopback() && !base.starts_with("https://") {
        tell(format_args!("\n  {}", of_plain_http(hub.config.plain)));
    }
    if hub.is_behind_tls() && hub.config.trusted_proxies.is_empty() {
        tell(format_args!(
            "\n  People come through a proxy, which nobody has named: until it is, with --trusted-proxy and its address, such as \
             127.0.0.1, nobody may be organiser or moderator."
        ));
    }
    if !hub.config.trusted_proxies.is_empty() {
        let header = match hub.config.proxy_header {
            ProxyHeader::XForwarded => "X-Forwarded-Proto",
            ProxyHeader::Forwarded => "Forwarded, with for= and proto=,",
        };
        tell(format_args!(
            "\n  The proxy is believed: it must set {header} itself, and not pass on alone what guests write there, who would \
             else claim to come over https. Its lines are in docs/operations.md."
        ));
    }
    greet_trust(hub);
    Ok(())
}

/// Tells what manages services that this one serves, if it is one and has to tell: until then whoever starts it waits, and hears if it fails.
fn tell_manager() {
    #[cfg(target_os = "linux")]
    if let Err(error) = sd_notify::notify(&[sd_notify::NotifyState::Ready]) {
        tracing::warn!("systemd does not hear that this server serves: {error}");
    }
}

/// Where people come in.
struct Doorways<'a> {
    base: &'a str,
    guests: &'a str,
    organiser: &'a str,
    /// From where the organiser may, in words.
    where_from: &'a str,
}

impl Doorways<'_> {
    /// The addresses of a few exchanges; of more, where their list is.
    fn of_all(&self, exchanges: &[ExchangeRow]) -> String {
        if exchanges.len() > GREETED_MAX {
            let (organiser, where_from) = (self.organiser, self.where_from);
            return format!(
                "\n  {} exchanges: their list is at {organiser}/{where_from}\n",
                exchanges.len()
            );
        }
        exchanges.iter().map(|exchange| self.of(&exchange.slug)).collect()
    }

    /// The addresses of an exchange's screens.
    fn of(&self, slug: &str) -> String {
        let width = Screen::Organiser.path(slug).len();
        let line = |screen: Screen| {
            let (at, what) = match screen {
                Screen::Phone => (self.guests, "everyone's phone".to_owned()),
                Screen::Wall => (self.base, "the wall, for the projector".to_owned()),
                Screen::Broker => (self.base, "a broker's tablet".to_owned()),
                Screen::Notary => (self.base, "the notary".to_owned()),
                Screen::Moderator => (self.base, "the moderator's desk".to_owned()),
                Screen::Door => (self.base, "the entrance".to_owned()),
                Screen::Paper => (self.base, "typing paper in".to_owned()),
                Screen::Organiser => (self.organiser, format!("the organiser{}", self.where_from)),
                // A code leads there.
                Screen::Pair => return None,
            };
            Some(format!("  {at}{:width$}   {what}\n", screen.path(slug)))
        };
        let lines: String = Screen::ALL.into_iter().filter_map(line).collect();
        format!("\n{lines}")
    }
}

/// What plain http in the hall means.
fn of_plain_http(is_wanted: bool) -> String {
    let what_works = if is_wanted {
        "With --plain that goes for contacts, signatures and whatever moderators do too."
    } else {
        "So moderators, contacts, signatures and links work on this machine alone; --plain lets other machines have them all \
         the same."
    };
    format!(
        "On plain http everybody on the Wi-Fi can read what is sent, sessions and codes too. {what_works} Tablets cannot start \
         without the network, and no screen can keep itself awake. --tls local mends all of it."
    )
}

/// Prints how a tablet is taught to trust the local authority.
fn greet_trust(hub: &Hub) {
    let Some(authority) = hub.tls.as_ref().and_then(|tls| tls.authority()) else {
        return;
    };
    tell(format_args!(
        "\n  Each tablet must be taught to trust this server, once: {}\n  until {}. The fingerprint (SHA-256) that it shows \
         must be this one:",
        hub.config.trust_url(),
        day(authority.until)
    ));
    for line in authority.fingerprint().chunks(trust::PAIRS_OF_A_LINE) {
        tell(format_args!("      {}", line.join(":")));
    }
}

/// This server as a browser on its own machine reaches it: in plain http, which needs no trust there.
fn here(hub: &Hub) -> String {
    let listen = hub.config.listen;
    // Invitations begin with the address that was said, too: a browser that came by another would have to log in twice.
    let is_said = hub.config.tls == TlsMode::Files && hub.config.public_url.is_some();
    if hub.is_behind_tls() || is_said {
        // What comes through no proxy is taken for one's that hides.
        hub.config.base_url()
    } else if listen.ip().is_loopback() || listen.ip().is_unspecified() {
        format!("http://localhost:{}", listen.port())
    } else {
        hub.config.base_url()
    }
}

/// Tells if the database's file is damaged: what is whole is served all the same.
async fn look_for_damage(database: &Database, url: &str) {
    let damage = match database.damage().await {
        Ok(None) => return,
        Ok(Some(damage)) => damage,
        Err(error) => error.to_string(),
    };
    tracing::error!(
        "{}. `borsklokka check --database {url}` says all that is: a file that a backup was written over without removing what lay beside \
         it looks so too ({damage})",
        damaged(&[], false)
    );
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::ids::{Epoch, ExchangeId, Seq};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_start_prints_a_few_addresses_however_many_exchanges_there_are() {
        let doors = Doorways {
            base: "http://192.168.1.5:8080",
            guests: "http://192.168.1.5:8080",
            organiser: "http://localhost:8080",
            where_from: " (on this machine only)",
        };
        let exchanges: Vec<ExchangeRow> = (0..358)
            .map(|nth| ExchangeRow {
                id: ExchangeId(Uuid::from_u128(nth)),
                slug: format!("bors-{nth}"),
                epoch: Epoch(Uuid::from_u128(nth)),
                formerly: Vec::new(),
                begins_after: Seq(0),
            })
            .collect();
        let one = doors.of_all(&exchanges[..1]);
        assert!(
            one.contains("  http://192.168.1.5:8080/bors-0/wall        the wall, for the projector\n"),
            "{one}"
        );
        assert_eq!(
            doors.of_all(&exchanges),
            "\n  358 exchanges: their list is at http://localhost:8080/ (on this machine only)\n"
        );
        assert_eq!(doors.of_all(&[]), "");
    }
}
