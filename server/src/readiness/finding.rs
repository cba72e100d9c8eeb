//! What a look found: a figure and a verdict.

use std::net::IpAddr;

use serde::Serialize;

use super::power::Source;
use crate::database::Fault;
use crate::log::Unreadable;

/// The verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Right,
    /// It works, but somebody should look.
    Look,
    /// The evening would suffer.
    Wrong,
}

/// What was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "id", rename_all = "snake_case")]
pub enum Subject {
    /// How long a write took. No figure: it failed, or took longer than it may, or what every request reads cannot be read.
    Database {
        /// What is wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        fault: Option<Fault>,
    },
    /// The exchange's log cannot be read, so that no command can be decided, or no start opens it again, or it is not whole. It is not told
    /// of while it is.
    Log {
        /// Why.
        fault: Unreadable,
    },
    /// The free space where the database lies. No figure: it lies on another machine, or cannot be asked.
    Disk,
    /// How far the machine's clock is ahead of exchange time, negative if it is behind. Timers do not follow it.
    Clock {
        /// What is amiss.
        #[serde(skip_serializing_if = "Option::is_none")]
        fault: Option<ClockFault>,
    },
    /// How far the machine's clock is ahead of the database server's, by which all nodes go.
    NodeClock,
    /// The battery's charge; no figure without a battery.
    Power {
        /// Whether the machine runs on it.
        source: Source,
    },
    /// How tablets and phones get here.
    Network {
        /// Who can.
        reach: Reach,
        /// The address that people use.
        url: String,
        /// Whether that is over TLS.
        secure: bool,
        /// The machine's addresses on the hall's network.
        addresses: Vec<IpAddr>,
    },
    /// Whether tablets come over TLS, and for how many days the certificate holds, or the local authority. Without TLS a tablet
    /// cannot start without the network, and no screen can keep itself awake.
    Tls {
        /// Who speaks it.
        by: Security,
        /// Where a tablet is taught to trust the local authority.
        #[serde(skip_serializing_if = "Option::is_none")]
        trust_url: Option<String>,
        /// SHA-256 of the authority's certificate, pairs of hexadecimal digits with colons between them.
        #[serde(skip_serializing_if = "Option::is_none")]
        fingerprint: Option<String>,
    },
    /// How many are in.
    Connections {
        /// How many may be.
        max: u32,
    },
}

/// What is amiss with the machine's clock, or how exchange time differs from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockFault {
    /// Exchange time is ahead: the machine's clock was ahead when something was recorded, and was put right. It cannot go back.
    ExchangeAhead,
    /// Exchange time is behind: the machine's clock was set ahead, or the machine slept without knowing it.
    ExchangeBehind,
    /// The machine's clock is years wrong: it is before this program was made, or far from the exchange's day.
    YearsWrong,
}

/// Who can reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Browsers on its own machine only.
    Machine,
    /// The hall's network.
    Hall,
}

/// The unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// Bytes.
    Bytes,
    /// Per cent.
    Percent,
    /// Days.
    Days,
    /// Connections.
    Connections,
}

/// One line of the check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, with what belongs to it alone.
    #[serde(flatten)]
    pub subject: Subject,
    /// The verdict.
    pub state: State,
    /// What was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<i64>,
    /// In which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

/// Who speaks TLS with the hall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Nobody: plain http.
    Nobody,
    /// A proxy.
    Proxy,
    /// This server, with a certificate in files.
    Files,
    /// This server, with its local authority's.
    Local,
}

pub(super) fn finding(subject: Subject, state: State, figure: Option<(i64, Unit)>) -> Finding {
    let (figure, unit) = figure.unzip();
    Finding {
        subject,
        state,
        figure,
        unit,
    }
}
