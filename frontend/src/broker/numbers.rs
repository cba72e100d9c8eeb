//! Numbers as people type them.

/// A whole number as it is typed, with or without spaces; an empty field or nothing at all says nothing.
#[allow(clippy::option_option)]
pub fn whole(text: &str) -> Option<Option<u32>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    match digits.as_str() {
        "" => Some(None),
        digits => digits
            .parse()
            .ok()
            .map(|number: u32| (number > 0).then_some(number)),
    }
}

/// Hours as they are typed, `20` or `1,5`, in minutes; an empty field says nothing.
#[allow(clippy::option_option)]
pub fn minutes(hours: &str) -> Option<Option<u32>> {
    let hours = hours.trim();
    if hours.is_empty() {
        return Some(None);
    }
    let hours: f64 = hours.replace(',', ".").parse().ok()?;
    (hours.is_finite() && hours >= 0.0).then(|| match (hours * 60.0).round() as u32 {
        0 => None,
        minutes => Some(minutes),
    })
}

/// Minutes as hours to type: `20`, `1,5`.
pub fn hours_text(minutes: u32) -> String {
    let hours = f64::from(minutes) / 60.0;
    let hours = (hours * 100.0).round() / 100.0;
    hours.to_string().replace('.', ",")
}

/// The next hours on the stepper's ladder, from what is typed.
pub fn stepped(hours: &str, up: bool) -> String {
    const LADDER: [u32; 20] = [
        30, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 900, 1_200, 1_500, 1_800, 2_400, 3_000, 3_600,
        4_800, 6_000,
    ];
    let now = minutes(hours).flatten().unwrap_or(0);
    let next = if up {
        LADDER
            .into_iter()
            .find(|step| *step > now)
            .unwrap_or(now.saturating_add(1_200))
    } else if now > LADDER[LADDER.len() - 1] {
        now.saturating_sub(1_200).max(LADDER[LADDER.len() - 1])
    } else {
        LADDER.into_iter().rev().find(|step| *step < now).unwrap_or(0)
    };
    if next == 0 {
        String::new()
    } else {
        hours_text(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stepper_climbs_a_ladder() {
        for (hours, up, expected) in [
            ("", true, "0,5"),
            ("0,5", true, "1"),
            ("17", true, "20"),
            ("17", false, "15"),
            ("0,5", false, ""),
            ("", false, ""),
            ("100", true, "120"),
            ("120", false, "100"),
        ] {
            assert_eq!(stepped(hours, up), expected, "{hours} {up}");
        }
    }
}
