//! What can be wrong with a device's disk, told apart by what helps.

/// Why the disk does not keep something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The browser keeps nothing here, as in some private windows.
    Absent,
    /// It is full.
    Full,
    /// It does not answer.
    Silent,
    /// It was taken away while the page was open: it is opened anew.
    Lost,
    /// A newer version of the app, in another tab, has it.
    Newer,
}

impl Fault {
    /// What an error of the browser means to a database that is being opened.
    pub fn of_opening(name: &str) -> Self {
        match name {
            "QuotaExceededError" => Fault::Full,
            "VersionError" => Fault::Newer,
            _ => Fault::Absent,
        }
    }

    /// What an error of the browser means to one that was open.
    pub fn of_open(name: &str) -> Self {
        match name {
            "QuotaExceededError" => Fault::Full,
            // Closed under our hands, aborted, or a disk that hiccuped: a new connection may work.
            _ => Fault::Lost,
        }
    }

    /// Whether another connection may work where this one does not.
    pub const fn asks_for_another_connection(self) -> bool {
        match self {
            Fault::Absent | Fault::Silent | Fault::Lost => true,
            Fault::Full | Fault::Newer => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_apart_by_what_helps() {
        for (name, opening, open) in [
            ("QuotaExceededError", Fault::Full, Fault::Full),
            ("VersionError", Fault::Newer, Fault::Lost),
            ("SecurityError", Fault::Absent, Fault::Lost),
            ("InvalidStateError", Fault::Absent, Fault::Lost),
            ("AbortError", Fault::Absent, Fault::Lost),
            ("UnknownError", Fault::Absent, Fault::Lost),
            ("", Fault::Absent, Fault::Lost),
        ] {
            assert_eq!(Fault::of_opening(name), opening, "{name}");
            assert_eq!(Fault::of_open(name), open, "{name}");
        }
    }
}
