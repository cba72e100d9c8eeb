//! What the desk asks after the server slept: which text says what.

use crate::texts::spoken::moderator::sleep::Sleep;

impl Sleep {
    /// For how long, of milliseconds: in the largest unit that says it.
    pub fn length(&self, ms: i64) -> String {
        let s = (ms.unsigned_abs() + 500) / 1_000;
        match s {
            ..120 => self.length.seconds(s),
            120..7_200 => self.length.minutes((s + 30) / 60),
            7_200.. => self.length.hours((s + 1_800) / 3_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn lengths_are_said_in_the_largest_unit() {
        for (ms, said) in [
            (1_000, "1 sekund"),
            (40_400, "40 sekunder"),
            (420_000, "7 minutter"),
            (-420_000, "7 minutter"),
            (3_600_000, "60 minutter"),
            (28_800_000, "8 timer"),
        ] {
            assert_eq!(Sleep::of(Language::Nb).length(ms), said);
        }
        assert_eq!(
            Sleep::of(Language::En).slept("18:02", "7 minutes", "18:09"),
            "The server slept for 7 minutes (18:02–18:09)"
        );
    }
}
