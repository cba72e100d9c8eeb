//! The window that the program speaks in. Elsewhere than on Windows nothing has to be asked of it.

/// Whether it understands what makes text coloured: Windows' own does once it is asked to.
pub fn reads_colours() -> bool {
    #[cfg(windows)]
    return system::read_colours().is_ok();
    #[cfg(not(windows))]
    true
}

/// Lets the server go on when somebody clicks into the window: Windows' own begins to mark text then, and whoever writes in it waits
/// until that is over.
pub fn go_on_when_clicked() {
    #[cfg(windows)]
    if let Err(error) = system::mark_nothing() {
        tracing::debug!("no window of its own: {error}");
    }
}

/// <https://learn.microsoft.com/en-us/windows/console/setconsolemode>
#[cfg(windows)]
mod system {
    use std::io;

    use crossterm_winapi::{ConsoleMode, Handle};

    const ENABLE_VIRTUAL_TERMINAL_PROCESSING: u32 = 0x0004;
    const ENABLE_QUICK_EDIT_MODE: u32 = 0x0040;
    /// Without it the mode above stays as it is.
    const ENABLE_EXTENDED_FLAGS: u32 = 0x0080;

    pub(super) fn read_colours() -> io::Result<()> {
        let window = ConsoleMode::from(Handle::current_out_handle()?);
        window.set_mode(window.mode()? | ENABLE_VIRTUAL_TERMINAL_PROCESSING)
    }

    pub(super) fn mark_nothing() -> io::Result<()> {
        let window = ConsoleMode::from(Handle::current_in_handle()?);
        window.set_mode((window.mode()? & !ENABLE_QUICK_EDIT_MODE) | ENABLE_EXTENDED_FLAGS)
    }
}
