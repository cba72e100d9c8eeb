//! What every request can reach.

use std::num::NonZeroU32;
use std::sync::Arc;

use borsklokka_shared::command::Command;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::{DeviceId, ExchangeId};
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Actor;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio_util::task::TaskTracker;

use crate::access::Access;
use crate::agreement::Press;
use crate::clock::SharedClock;
use crate::config::{Config, TlsMode};
use crate::doors::Doors;
use crate::floor::{FloorHandle, Submission};
use crate::floors::{Floors, MakeError};
use crate::log::Answer;
use crate::stop::Stop;
use crate::tls::Tls;

/// The parts of a running server.
pub struct Hub {
    /// Every open floor.
    pub floors: Floors,
    /// Who may come in, and as what.
    pub access: Access,
    /// Prints agreements.
    pub press: Arc<Press>,
    /// Exchange time.
    pub clock: SharedClock,
    /// What the command line said.
    pub config: Config,
    /// Limits each device's commands.
    pub throttle: Throttle,
    /// How many may come in.
    pub doors: Arc<Doors>,
    /// The certificate that is shown, if the server speaks TLS itself.
    pub tls: Option<Arc<Tls>>,
    /// Every connection's task: awaited when the server stops.
    pub tasks: TaskTracker,
    /// Given when the server stops.
    pub stop: Stop,
}

/// Limits commands per device: a tablet that runs wild slows nobody else.
pub struct Throttle {
    limiter: DefaultKeyedRateLimiter<DeviceId>,
}

impl Throttle {
    /// Admits `per_minute` commands a minute from each device, and as many at once.
    pub fn per_minute(per_minute: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(per_minute)),
        }
    }

    /// Whether one more command of this device is taken now.
    pub fn admits(&self, device: DeviceId) -> bool {
        self.limiter.check_key(&device).is_ok()
    }
}

impl Hub {
    /// The address that people use, such as `http://192.168.1.5:8080`.
    pub fn public_url(&self) -> String {
        self.config.base_url()
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
        let command = Command::Configure {
            settings: Box::new(settings),
        };
        // What the floor would refuse is refused before the address is taken.
        borsklokka_shared::decide::shape(&command)?;
        let floor = self.floors.make(slug).await.map_err(|error| match error {
            MakeError::SlugTaken => Refusal::AlreadyExists,
            MakeError::Log(error) => {
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
