//! Which of a browser's tabs sends what lies on the disk: the one whose name stands in the browser's small storage, for as long
//! as it says so again.
//!
//! The browser's own locks would do without a clock, but they are not offered over plain http, which is how most halls begin,
//! and a tab that an iPad has put to sleep keeps them. A lease runs out by itself.

/// How long a tab sends before it must have said so again, in milliseconds.
const LEASE_MS: i64 = 5_000;

/// What a tab does at its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whether it is this tab that sends.
    pub leads: bool,
    /// What it writes.
    pub write: Option<String>,
}

/// A tab's turn: `kept` is what stands there, `me` this tab. Who finds the place free writes its name and leads if the name
/// still stands there at its next turn: of two that wrote at once, one was the last.
pub fn turn(kept: Option<&str>, me: &str, now_ms: i64) -> Turn {
    let until_ms = now_ms + LEASE_MS;
    let mine = || Some(format!("{me} {until_ms}"));
    let holder = kept.and_then(|kept| {
        let (name, until) = kept.split_once(' ')?;
        let until: i64 = until.parse().ok()?;
        // A lease that ends later than any can was written before the clock was set back.
        (name == me || (now_ms..=until_ms).contains(&until)).then_some(name)
    });
    match holder {
        Some(name) if name == me => Turn {
            leads: true,
            write: mine(),
        },
        Some(_) => Turn {
            leads: false,
            write: None,
        },
        None => Turn {
            leads: false,
            write: mine(),
        },
    }
}

/// Whether the place is this tab's, to be left free when the page goes.
pub fn is_mine(kept: Option<&str>, me: &str) -> bool {
    kept.and_then(|kept| kept.split_once(' '))
        .is_some_and(|(name, _)| name == me)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_two_leads_and_the_other_takes_over_when_it_falls_silent() {
        let mut kept: Option<String> = None;
        let mut take = |me: &str, now_ms: i64| {
            let turn = turn(kept.as_deref(), me, now_ms);
            if let Some(write) = turn.write {
                kept = Some(write);
            }
            turn.leads
        };
        assert!(!take("a", 0), "not before it is sure");
        assert!(!take("b", 10));
        assert!(take("a", 500));
        let (leader, other) = ("a", "b");
        for now_ms in [1_500, 3_000, 6_000] {
            assert!(take(leader, now_ms));
            assert!(!take(other, now_ms + 1));
        }
        // The leader is frozen.
        assert!(!take(other, 11_001));
        assert!(take(other, 11_501));
        assert!(!take(leader, 11_502), "one that thaws does not send");
    }

    #[test]
    fn of_two_that_wrote_at_once_the_last_leads() {
        let (one, other) = (turn(None, "a", 0), turn(None, "b", 1));
        assert!(one.write.is_some());
        assert_eq!((one.leads, other.leads), (false, false));
        let kept = other.write;
        assert!(!turn(kept.as_deref(), "a", 500).leads);
        assert!(turn(kept.as_deref(), "b", 501).leads);
    }

    #[test]
    fn nonsense_and_a_clock_that_was_set_back_bind_nobody() {
        for kept in ["", "a", "a b", "a 99999999999", "a -5"] {
            let turn = turn(Some(kept), "b", 1_000);
            assert_eq!((turn.leads, turn.write.is_some()), (false, true), "{kept}");
        }
        assert!(is_mine(Some("b 7"), "b"));
        assert!(!is_mine(Some("a 7"), "b"));
        assert!(!is_mine(None, "b"));
    }
}
