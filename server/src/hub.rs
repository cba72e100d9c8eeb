//! What every request can reach.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DeviceId, ExchangeId};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;
use tokio_util::task::TaskTracker;

use crate::access::cookie::Transport;
use crate::access::{Access, Passkeys};
use crate::agreement::Press;
use crate::api::{Caller, Channel, Denied};
use crate::clock::SharedClock;
use crate::config::{Config, TlsMode};
use crate::doors::{Coming, Doors};
use crate::floor::{FloorHandle, Submission};
use crate::floors::{Floors, MakeError};
use crate::gallery::Gallery;
use crate::log::Answer;
use crate::networks::network_of;
use crate::per_key::PerKey;
use crate::poster::Posters;
use crate::rush::Rush;
use crate::smtp::Post;
use crate::stop::Stop;
use crate::tls::Tls;

/// The parts of a running server.
pub struct Hub {
    /// Every exchange, and the floors that are open.
    pub floors: Floors,
    /// Who may come in, and as what.
    pub access: Access,
    /// Prints agreements.
    pub press: Arc<Press>,
    /// Exchange time.
    pub clock: SharedClock,
    /// What the command line said.
    pub config: Config,
    /// The pictures that are looked at.
    pub gallery: Gallery,
    /// The pictures of links that were asked for.
    pub posters: Posters,
    /// Limits how often something is asked.
    pub rates: Rates,
    /// How many may come in.
    pub doors: Arc<Doors>,
    /// The way out for mail.
    pub post: Post,
    /// The certificate that is shown, if the server speaks TLS itself.
    pub tls: Option<Arc<Tls>>,
    /// Every connection's task: awaited when the server stops.
    pub tasks: TaskTracker,
    /// Given when the server stops.
    pub stop: Stop,
}

/// How often something may be asked in a minute, and at once, counted.
#[derive(Clone, Copy, Debug)]
pub struct PerMinute {
    /// Commands of a device.
    pub commands: NonZeroU32,
    /// What a device writes that is no command: contacts, signatures, links, pictures. An outbox that drains after an outage sends
    /// dozens at once.
    pub writes: NonZeroU32,
    /// What an address asks without a credential: a hall shares one, and its phones load some twenty files each, all at once when the
    /// bell has rung.
    pub guests: NonZeroU32,
    /// Registrations that an address sends: a hall whose guests register by the code on the wall shares one.
    pub registrations: NonZeroU32,
    /// What an address is refused, before it waits for each further refusal: a hall shares one, and few in it are ever refused.
    pub refusals: NonZeroU32,
}

impl PerMinute {
    /// What a server admits, with what was said of commands.
    pub fn with_commands(commands: NonZeroU32) -> Self {
        const fn times(times: u32) -> NonZeroU32 {
            NonZeroU32::new(times).expect("more than none")
        }
        Self {
            commands,
            writes: const { times(300) },
            guests: const { times(10_000) },
            registrations: const { times(300) },
            refusals: const { times(600) },
        }
    }
}

/// What is counted of whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    Commands,
    Writes,
    Guests,
    Registrations,
}

/// Limits how often something is asked: a tablet that runs wild, or a guest, slows nobody else.
pub struct Rates {
    commands: PerKey<DeviceId>,
    writes: PerKey<DeviceId>,
    guests: PerKey<IpAddr>,
    registrations: PerKey<IpAddr>,
    refusals: PerKey<IpAddr>,
    /// What is sent to each exchange's form.
    pub(crate) rush: Rush,
}

impl Rates {
    /// Admits so much a minute.
    pub fn of(per_minute: PerMinute, clock: &SharedClock) -> Self {
        Self {
            commands: PerKey::per_minute(per_minute.commands, clock),
            writes: PerKey::per_minute(per_minute.writes, clock),
            guests: PerKey::per_minute(per_minute.guests, clock),
            registrations: PerKey::per_minute(per_minute.registrations, clock),
            refusals: PerKey::per_minute(per_minute.refusals, clock),
            rush: Rush::new(clock),
        }
    }

    /// Forgets whoever has been quiet.
    fn forget_quiet(&self) {
        self.commands.forget_quiet();
        self.writes.forget_quiet();
        self.guests.forget_quiet();
        self.registrations.forget_quiet();
        self.refusals.forget_quiet();
        self.rush.forget_quiet();
    }

    /// How long whoever came too often waits at most, in seconds.
    pub(crate) fn period_s(&self, of: Counted) -> u64 {
        match of {
            Counted::Commands => self.commands.period_s(),
            Counted::Writes => self.writes.period_s(),
            Counted::Guests => self.guests.period_s(),
            Counted::Registrations => self.registrations.period_s(),
        }
    }

    /// Keys that are remembered, counted, of each limit.
    fn keys(&self) -> [(&'static str, usize); 6] {
        [
            ("commands", self.commands.keys()),
            ("writes", self.writes.keys()),
            ("guests", self.guests.keys()),
            ("registrations", self.registrations.keys()),
            ("refusals", self.refusals.keys()),
            ("rush", self.rush.keys()),
        ]
    }

    /// Counts a command of a device.
    ///
    /// # Errors
    /// If there were too many.
    pub(crate) fn command(&self, device: DeviceId) -> Result<(), Refusal> {
        self.commands.count(&device).map_err(|_| Refusal::Throttled)
    }

    /// Counts a write of a device.
    ///
    /// # Errors
    /// If there were too many.
    pub(crate) fn write(&self, device: DeviceId) -> Result<(), Denied> {
        Ok(self.writes.count(&device).map_err(|_| Refusal::Throttled)?)
    }

    /// Counts what somebody asks without a credential; what shows one is found out when it is looked up. The server's own machine
    /// asks as often as it likes.
    ///
    /// # Errors
    /// If there was too much of this address.
    pub(crate) fn guest(&self, caller: &Caller) -> Result<(), Denied> {
        if caller.is_on_this_machine() {
            return Ok(());
        }
        let address = network_of(caller.peer.address);
        Ok(self.guests.count(&address).map_err(|_| Refusal::Throttled)?)
    }

    /// Counts a registration that somebody sends, or changes.
    ///
    /// # Errors
    /// If there were too many of this address.
    pub(crate) fn registration(&self, caller: &Caller) -> Result<(), Refusal> {
        let address = network_of(caller.peer.address);
        self.registrations.count(&address).map_err(|_| Refusal::Throttled)
    }

    /// Counts what somebody at an address was refused, and says whether they wait before they are told: whoever goes on asking for
    /// what is refused would else keep the server busy with saying no.
    pub(crate) fn refused(&self, address: IpAddr) -> bool {
        self.refusals.count(&network_of(address)).is_err()
    }
}

impl Hub {
    /// Forgets whoever has been quiet for so long that no limit reckons with them any more: who came last year is in no memory.
    pub(crate) fn forget_quiet(&self) {
        self.rates.forget_quiet();
        self.doors.forget_quiet();
        self.access.forget_quiet();
    }

    /// Devices, addresses and the like that each limit remembers, counted.
    pub fn limited(&self) -> Vec<(&'static str, usize)> {
        let mut keys = self.rates.keys().to_vec();
        keys.push(("comings", self.doors.keys()));
        keys.extend(self.access.keys());
        keys
    }

    /// Which exchanges there are, in the order of their addresses.
    pub(crate) fn exchanges(&self) -> Vec<ExchangeId> {
        let list = self.floors.list();
        list.into_iter().map(|exchange| exchange.id).collect()
    }

    /// Has a write tried for so long, if nobody knows whether anything can be saved: the server has just begun, or no deal was saved for a
    /// while. So whoever asks is told how it is and not how it was; and where nobody asks, an idle server leaves its disk alone.
    pub(crate) async fn try_if_quiet(&self, wait: Duration) {
        let database = self.access.database();
        let writes = database.writes();
        if !writes.are_quiet() {
            return;
        }
        let _alone = writes.try_alone().await;
        // Somebody else may have tried meanwhile.
        if writes.are_quiet() {
            let exchanges = writes.to_try_anyway(&self.exchanges());
            database.try_deals(&exchanges, self.clock.now(), wait).await;
        }
    }

    /// Counts a body that somebody without a credential begins to send; nobody's on this machine.
    pub(crate) fn coming(&self, caller: &Caller) -> Option<Coming> {
        let is_counted = !caller.is_on_this_machine();
        is_counted.then(|| self.doors.coming(caller.peer.address))
    }

    /// The address that people use, such as `http://192.168.1.5:8080`.
    pub fn public_url(&self) -> String {
        self.config.base_url()
    }

    /// The passkeys that organisers can have at that address, if it allows any.
    pub fn passkeys(&self) -> Option<Passkeys> {
        Passkeys::at(&self.public_url())
    }

    /// The address that guests use: where a device must be taught to trust this server before it may use https, they come in
    /// plain http, and no warning stands in their way.
    pub fn guests_url(&self) -> String {
        let public_url = self.public_url();
        match (self.trust_url(), public_url.strip_prefix("https://")) {
            (Some(_), Some(rest)) => format!("http://{rest}"),
            (Some(_), None) | (None, _) => public_url,
        }
    }

    /// Where a new device learns to trust this server, if it must before it can use that address.
    pub fn trust_url(&self) -> Option<String> {
        let authority = self.tls.as_ref().and_then(|tls| tls.authority());
        authority.map(|_| self.config.trust_url())
    }

    /// Whether a proxy carries everything over TLS, so that cookies may be `Secure` though what it passes on is plain.
    pub fn is_behind_tls(&self) -> bool {
        match self.config.tls {
            TlsMode::Off => self.config.base_url().starts_with("https://"),
            TlsMode::Files | TlsMode::Local => false,
        }
    }

    /// How cookies may travel that are set for a caller. Plain http on the server's own machine stays without `Secure`, also where
    /// the hall comes over TLS: not every browser would keep the cookie.
    pub(crate) fn transport(&self, caller: &Caller) -> Transport {
        match caller.peer.channel {
            Channel::Tls | Channel::ProxiedTls => Transport::Tls,
            Channel::Plain | Channel::ProxiedPlain if self.is_behind_tls() => Transport::Tls,
            Channel::Plain | Channel::ProxiedPlain => Transport::Plain,
        }
    }

    /// Makes an exchange. The address has the right shape.
    ///
    /// # Errors
    /// [`Refusal::AlreadyExists`] if the address is taken; what the floor refuses of the settings; [`Refusal::Unavailable`] if the
    /// log cannot be written.
    pub async fn make_exchange(
        &self,
        slug: &str,
        settings: Settings,
        organiser: Actor,
    ) -> Result<ExchangeId, Refusal> {
        let command = Command::configure(settings);
        // What the floor would refuse is refused before the address is taken.
        borsklokka_shared::decide::shape(&command)?;
        let floor = self.floors.make(slug).await.map_err(|error| match error {
            MakeError::SlugTaken => Refusal::AlreadyExists,
            error @ (MakeError::Log(_) | MakeError::NotOpen(_)) => {
                tracing::error!(%error, "the exchange {slug} cannot be made: {error}");
                Refusal::Unavailable
            }
        })?;
        match floor.submit(Submission::now(organiser, command)).await {
            Answer::Accepted { .. } => Ok(floor.exchange.id),
            Answer::Refused { refusal } => {
                self.take_back(&floor, "without settings").await;
                Err(refusal)
            }
        }
    }

    /// Deletes an exchange that was made and could not be filled: nobody knows of it yet. If that fails too it is in the list, and can be
    /// deleted there.
    pub(crate) async fn take_back(&self, floor: &FloorHandle, lacks: &str) {
        if let Err(error) = self.floors.delete(&floor.exchange).await {
            tracing::error!(%error, "the exchange {}, {lacks}, cannot be deleted: {error}", floor.exchange.slug);
        }
    }
}
