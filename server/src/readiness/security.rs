//! Whether the hall comes over TLS, and how long that holds.

use borsklokka_shared::instant::Instant;

use super::finding::{Finding, Security, State, Subject, Unit, finding};
use crate::config::{Config, TlsMode};
use crate::tls::{DAY_MS, Tls};

/// Trust that ends in fewer days is worth a look.
const TRUST_DAYS_LOOK: i64 = 3;
/// In fewer than this it is wrong: it may end during the evening.
const TRUST_DAYS_WRONG: i64 = 1;

pub(super) fn of_tls(config: &Config, tls: Option<&Tls>, now: Instant) -> Finding {
    let by = match config.tls {
        TlsMode::Off if config.base_url().starts_with("https://") => Security::Proxy,
        TlsMode::Off => Security::Nobody,
        TlsMode::Files => Security::Files,
        TlsMode::Local => Security::Local,
    };
    let authority = tls.and_then(Tls::authority);
    let subject = Subject::Tls {
        by,
        trust_url: authority.as_ref().map(|_| config.trust_url()),
        fingerprint: authority.map(|authority| authority.fingerprint().join(":")),
    };
    let days = tls.map(|tls| tls.until().ms_since(now).div_euclid(DAY_MS));
    finding(
        subject,
        state_of_tls(by, days),
        days.map(|days| (days, Unit::Days)),
    )
}

fn state_of_tls(by: Security, days: Option<i64>) -> State {
    match (by, days) {
        (Security::Proxy | Security::Files | Security::Local, Some(..TRUST_DAYS_WRONG)) => State::Wrong,
        (Security::Nobody, _)
        | (Security::Proxy | Security::Files | Security::Local, Some(TRUST_DAYS_WRONG..TRUST_DAYS_LOOK)) => {
            State::Look
        }
        (Security::Proxy | Security::Files | Security::Local, _) => State::Right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_and_trust_that_ends_are_told() {
        for (by, days, state) in [
            (Security::Nobody, None, State::Look),
            (Security::Proxy, None, State::Right),
            (Security::Files, Some(-1), State::Wrong),
            (Security::Local, Some(0), State::Wrong),
            (Security::Local, Some(2), State::Look),
            (Security::Files, Some(3), State::Right),
        ] {
            assert_eq!(state_of_tls(by, days), state, "{by:?} {days:?}");
        }
    }
}
