//! What the desk asks after the server slept.

/// Its texts.
#[derive(Debug)]
pub struct Sleep {
    /// For how long, of milliseconds.
    pub length: fn(i64) -> String,
    /// The server slept: how long, from when, until when.
    pub slept: fn(String, &str, &str) -> String,
    /// Its clock jumped: by how much, from when, to when.
    pub jumped: fn(String, &str, &str) -> String,
    /// What is asked.
    pub what: &'static str,
    /// With the time that the round had.
    pub was: &'static str,
    /// With the time that the round would have.
    pub would_be: &'static str,
}

/// Norwegian bokmål.
pub const NB: Sleep = Sleep {
    length: |ms| length(ms, ["sekund", "sekunder", "minutt", "minutter", "time", "timer"]),
    slept: |length, from, until| format!("Tjeneren sov i {length} ({from}–{until})"),
    jumped: |length, from, until| {
        format!("Tjenerens klokke hoppet {length} fram ({from} → {until}): den ble stilt, eller maskinen sov")
    },
    what: "Hvor skal runden gå videre? Til du svarer, ringer ingen klokke av seg selv.",
    was: "Der den var",
    would_be: "Der den ville vært",
};

/// English.
pub const EN: Sleep = Sleep {
    length: |ms| length(ms, ["second", "seconds", "minute", "minutes", "hour", "hours"]),
    slept: |length, from, until| format!("The server slept for {length} ({from}–{until})"),
    jumped: |length, from, until| {
        format!(
            "The server's clock jumped ahead by {length} ({from} → {until}): it was set, or the machine slept"
        )
    },
    what: "Where shall the round go on? Until you answer, no bell rings by itself.",
    was: "Where it was",
    would_be: "Where it would be",
};

/// A length of time as it is said, in the largest unit that says it: one and many of seconds, minutes and hours.
pub(super) fn length(ms: i64, units: [&str; 6]) -> String {
    let s = (ms.unsigned_abs() + 500) / 1_000;
    let say = |count: u64, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let [second, seconds, minute, minutes, hour, hours] = units;
    match s {
        ..120 => say(s, second, seconds),
        120..7_200 => say((s + 30) / 60, minute, minutes),
        _ => say((s + 1_800) / 3_600, hour, hours),
    }
}

#[cfg(test)]
mod tests {
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
            assert_eq!((NB.length)(ms), said);
        }
        assert_eq!(
            (EN.slept)("7 minutes".to_owned(), "18:02", "18:09"),
            "The server slept for 7 minutes (18:02–18:09)"
        );
    }
}
