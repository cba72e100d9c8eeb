//! A break: which text says what.

use super::spoken::pause::Pause;

impl Pause {
    /// Something goes on, or we do.
    pub fn goes_on(&self, what: &str) -> String {
        if what == self.we {
            self.goes_on.we.to_owned()
        } else {
            self.goes_on.what(what)
        }
    }
}
