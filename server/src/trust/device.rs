//! The kinds of device that are taught to trust.

/// A kind of device, each with steps of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Device {
    /// iPad, iPhone.
    IPad,
    /// Android.
    Android,
    /// Windows.
    Windows,
    /// A Chromebook.
    ChromeOs,
    /// A Mac.
    Mac,
}

impl Device {
    /// Each, those first that a broker holds.
    pub(super) const ALL: [Device; 5] = [
        Device::IPad,
        Device::Android,
        Device::ChromeOs,
        Device::Windows,
        Device::Mac,
    ];

    /// What a browser with this `User-Agent` may run on: several if it does not tell, as an iPad that says it is a Mac.
    pub(super) fn likely(agent: &str) -> &'static [Device] {
        let says = |part: &str| agent.contains(part);
        if says("iPad") || says("iPhone") {
            &[Device::IPad]
        } else if says("Android") {
            &[Device::Android]
        } else if says("CrOS") {
            &[Device::ChromeOs]
        } else if says("Windows") {
            &[Device::Windows]
        } else if says("Macintosh") && says("Chrome/") {
            &[Device::Mac]
        } else if says("Macintosh") {
            &[Device::IPad, Device::Mac]
        } else {
            &[]
        }
    }

    /// Which file it takes.
    pub(super) fn takes_profile(self) -> bool {
        match self {
            Device::IPad => true,
            Device::Android | Device::Windows | Device::ChromeOs | Device::Mac => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_own_device_is_open() {
        for (agent, devices) in [
            (
                "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) Safari/604.1",
                vec![Device::IPad],
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15",
                vec![Device::IPad, Device::Mac],
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/130.0",
                vec![Device::Mac],
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile",
                vec![Device::Android],
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/130.0",
                vec![Device::ChromeOs],
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0",
                vec![Device::Windows],
            ),
            ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0", vec![]),
        ] {
            assert_eq!(Device::likely(agent), devices, "{agent}");
        }
    }
}
