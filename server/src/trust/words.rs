//! The page about trust: which text says what.

use super::device::Device;
pub(super) use crate::spoken::trust::Trust as Words;

impl Words {
    /// A device's name and steps.
    pub(super) fn device(&self, device: Device) -> (&'static str, &'static [&'static str]) {
        let says = &self.device;
        match device {
            Device::IPad => (says.ipad.name, says.ipad.steps),
            Device::Android => (says.android.name, says.android.steps),
            Device::Windows => (says.windows.name, says.windows.steps),
            Device::ChromeOs => (says.chrome_os.name, says.chrome_os.steps),
            Device::Mac => (says.mac.name, says.mac.steps),
        }
    }

    /// Under the fingerprint: the name in the device's list, and the last day, such as `2026-12-24`.
    pub(super) fn holds_until(&self, name: &str, until: &str) -> String {
        let mut parts = until.splitn(3, '-');
        let mut part = || parts.next().unwrap_or_default();
        let (year, month, day) = (part(), part(), part());
        self.holds(self.until(day, month, year), name)
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::language::Language;

    use super::*;

    #[test]
    fn the_last_day_is_written_as_in_norway() {
        let said = Words::of(Language::Nb).holds_until("x", "2026-12-24");
        assert!(said.contains("«x»") && said.contains("24.12.2026"), "{said}");
    }

    #[test]
    fn every_step_marks_what_is_pressed_in_pairs_of_stars() {
        for language in Language::ALL {
            for device in Device::ALL {
                let (name, steps) = Words::of(language).device(device);
                assert!(!name.is_empty() && !steps.is_empty());
                for step in steps {
                    assert_eq!(step.matches('*').count() % 2, 0, "{step}");
                }
            }
        }
    }
}
