//! What is told again and again is told seldom: the first time, and then once in a while with how often it was left out.

use std::time::Duration;

use tokio::time::Instant;

/// Whether something is told now.
#[derive(Debug)]
pub struct Seldom {
    every: Duration,
    told: Option<Instant>,
    untold: u32,
}

impl Seldom {
    /// Tells at once, and then at most once in so long.
    pub const fn every(every: Duration) -> Self {
        Self {
            every,
            told: None,
            untold: 0,
        }
    }

    /// How often it was left out since it was last told, if it is told now: when it is news, or after so long.
    pub fn tell(&mut self, is_news: bool) -> Option<u32> {
        self.tell_at(is_news, Instant::now())
    }

    fn tell_at(&mut self, is_news: bool, now: Instant) -> Option<u32> {
        let is_due = self
            .told
            .is_none_or(|told| now.duration_since(told) >= self.every);
        if is_news || is_due {
            self.told = Some(now);
            Some(std::mem::take(&mut self.untold))
        } else {
            self.untold += 1;
            None
        }
    }

    /// Tells at once the next time.
    pub fn reset(&mut self) {
        self.told = None;
        self.untold = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_then_one_a_minute() {
        let mut seldom = Seldom::every(Duration::from_mins(1));
        let start = Instant::now();
        assert_eq!(seldom.tell_at(false, start), Some(0));
        for _ in 0..1_000 {
            assert_eq!(seldom.tell_at(false, start), None);
        }
        assert_eq!(seldom.tell_at(true, start), Some(1_000), "news is told");
        let later = start + Duration::from_mins(1);
        assert_eq!(seldom.tell_at(false, later), Some(0));
        seldom.reset();
        assert_eq!(seldom.tell_at(false, later), Some(0));
    }
}
