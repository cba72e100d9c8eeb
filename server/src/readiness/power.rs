//! What the machine runs on, as Linux says it: a folder for each supply, a file for each of its properties. Elsewhere there
//! is no such folder, and nothing is known.

use std::fs;
use std::path::Path;

use serde::Serialize;

/// Where Linux has it.
pub(super) const FOLDER: &str = "/sys/class/power_supply";
/// Supplies that are looked at, counted: a laptop has two or three.
const SUPPLIES_MAX: usize = 16;

/// What the machine runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The wall socket, as far as is known.
    Mains,
    /// Its battery.
    Battery,
}

/// One supply of the machine itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Supply {
    /// A plug.
    Mains {
        /// Whether there is current.
        is_on: bool,
    },
    /// A battery.
    Battery {
        /// Whether it gives current.
        is_draining: bool,
        /// Its charge, if it says.
        percent: Option<u8>,
    },
}

/// The machine's supplies. One of a mouse or a keyboard is not the machine's.
pub(super) fn supplies(folder: &Path) -> Vec<Supply> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .take(SUPPLIES_MAX)
        .filter_map(|entry| supply(&entry.path()))
        .collect()
}

fn supply(folder: &Path) -> Option<Supply> {
    let says = |property: &str| {
        let text = fs::read_to_string(folder.join(property)).ok()?;
        Some(text.trim().to_owned())
    };
    if says("scope").as_deref() == Some("Device") {
        return None;
    }
    match says("type")?.as_str() {
        "Battery" => Some(Supply::Battery {
            is_draining: says("status").as_deref() == Some("Discharging"),
            percent: says("capacity").and_then(|percent| percent.parse().ok()),
        }),
        "Mains" | "USB" => Some(Supply::Mains {
            is_on: says("online").is_some_and(|online| online != "0"),
        }),
        _ => None,
    }
}

/// On battery if one drains and no plug has current.
pub(super) fn source(supplies: &[Supply]) -> Source {
    let is_draining = supplies.iter().any(|supply| {
        matches!(
            supply,
            Supply::Battery {
                is_draining: true,
                ..
            }
        )
    });
    let is_on = supplies
        .iter()
        .any(|supply| matches!(supply, Supply::Mains { is_on: true }));
    if is_draining && !is_on {
        Source::Battery
    } else {
        Source::Mains
    }
}

/// The charge of the battery that has most.
pub(super) fn percent(supplies: &[Supply]) -> Option<u8> {
    let charges = supplies.iter().filter_map(|supply| match supply {
        Supply::Battery { percent, .. } => *percent,
        Supply::Mains { .. } => None,
    });
    charges.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, supply: &str, properties: &[(&str, &str)]) {
        let folder = folder.join(supply);
        fs::create_dir(&folder).expect("a folder");
        for (property, value) in properties {
            fs::write(folder.join(property), format!("{value}\n")).expect("a file");
        }
    }

    #[test]
    fn a_laptop_without_its_plug_runs_on_battery_and_a_mouse_does_not_count() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        write(folder, "AC", &[("type", "Mains"), ("online", "0")]);
        write(
            folder,
            "BAT0",
            &[("type", "Battery"), ("status", "Discharging"), ("capacity", "64")],
        );
        write(
            folder,
            "hidpp_battery_0",
            &[
                ("type", "Battery"),
                ("scope", "Device"),
                ("status", "Discharging"),
                ("capacity", "99"),
            ],
        );
        let found = supplies(folder);
        assert_eq!(found.len(), 2);
        assert_eq!((source(&found), percent(&found)), (Source::Battery, Some(64)));
        fs::write(folder.join("AC/online"), "1\n").expect("plugged in");
        assert_eq!(source(&supplies(folder)), Source::Mains);
    }

    #[test]
    fn a_machine_without_supplies_runs_on_mains() {
        let found = supplies(Path::new("/no/such/folder"));
        assert_eq!((source(&found), percent(&found)), (Source::Mains, None));
    }
}
