//! How far a build is taken: to what ships, or only so far that it is there soon.

/// How far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// Small and fast: what `cargo xtask build` makes, and what is tested.
    Shipped,
    /// Soon there, for `cargo xtask run`: pages are larger, and the server reads them from `frontend/dist`.
    Quick,
}

impl Finish {
    /// Cargo's profile of the server, which is also the name of its folder.
    pub(crate) const fn server_profile(self) -> &'static str {
        match self {
            Self::Shipped => "release",
            Self::Quick => "quick",
        }
    }

    /// Cargo's profile of the frontend, which is also the name of its folder.
    pub(crate) const fn frontend_profile(self) -> &'static str {
        match self {
            Self::Shipped => "wasm",
            Self::Quick => "quick-wasm",
        }
    }

    /// What stands behind the names of steps, so that neither leaves out a step because the other took it.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::Shipped => "",
            Self::Quick => ", quickly",
        }
    }
}
