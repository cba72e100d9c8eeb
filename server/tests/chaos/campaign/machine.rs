//! The machine under a server, as far as a test can spoil it: see `shim.rs`.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What befalls the database's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disk {
    Sound,
    Full,
    ReadOnly,
    FailsToWrite,
    FailsToSync,
    /// 0.3 s for each sync.
    Slow,
}

/// The machine of one server.
pub(crate) struct Machine {
    control: File,
    path: PathBuf,
}

impl Machine {
    /// One on which nothing is wrong.
    pub(crate) fn sound(folder: &Path, name: &str) -> Self {
        let path = folder.join(name);
        std::fs::write(&path, [0; 16]).expect("a file of control");
        let control = File::options().write(true).open(&path).expect("just written");
        Self { control, path }
    }

    /// Has a command run on it.
    pub(crate) fn runs(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", library())
            .env("BORSKLOKKA_CHAOS", &self.path);
    }

    pub(crate) fn disk(&self, disk: Disk) {
        let byte = match disk {
            Disk::Sound => 0,
            Disk::Full => b'F',
            Disk::ReadOnly => b'R',
            Disk::FailsToWrite => b'W',
            Disk::FailsToSync => b'E',
            Disk::Slow => b'S',
        };
        self.control.write_all_at(&[byte], 0).expect("written");
    }

    /// Sets its clock, so many milliseconds from the right time.
    pub(crate) fn clock(&self, wrong_ms: i64) {
        self.control
            .write_all_at(&wrong_ms.to_ne_bytes(), 8)
            .expect("written");
    }
}

/// The shim, compiled once a run.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("libshim.so");
        let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let mut compile = Command::new(compiler);
        compile
            .args(["--edition", "2024", "-O", "--crate-type", "cdylib", "-o"])
            .arg(&path);
        compile.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/chaos/shim.rs"));
        let status = compile.status().expect("the compiler that compiled this runs");
        assert!(status.success(), "{compile:?}: {status}");
        (folder, path)
    });
    path
}
