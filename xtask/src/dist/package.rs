//! A package for Debian: the program, and the service that runs it as a user of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::debian;
use crate::progress::step;
use crate::workspace::{committed_at, on_path, root, run};

/// What the package says of itself. The program is linked statically: it depends on nothing.
const CONTROL: &str = "Package: borsklokka
Version: VERSION
Architecture: ARCHITECTURE
Maintainer: Børsklokka <noreply@localhost>
Section: web
Priority: optional
Recommends: ca-certificates, libnss-systemd
Description: exchange board of a frivilligbørs
 An evening where companies, public bodies and voluntary organisations trade
 help: deals from the brokers' tablets are on the big screen at once.
";
/// What may be set; an administrator's changes stay when the package is renewed.
const DEFAULTS: &str = "# What is set here holds instead of what borsklokka.service says: each option of `borsklokka serve` that has an environment variable.
#BORSKLOKKA_LISTEN=127.0.0.1:8080
#BORSKLOKKA_PUBLIC_URL=https://bors.example.org
#BORSKLOKKA_TRUSTED_PROXY=127.0.0.1
#BORSKLOKKA_DATABASE=postgres:///borsklokka?host=/run/postgresql&user=borsklokka
#BORSKLOKKA_METRICS=127.0.0.1:9464
";
/// Tells a first installation, also after a removal, from a renewal.
const BEFOREHAND: &str = "#!/bin/sh
set -e
if [ \"$1\" = install ]; then touch /run/borsklokka.installed; fi
";
/// Starts the service, or starts it again with the new program: screens come back by themselves. An image that is being built has no systemd
/// that runs: then it starts with the machine. A service that an administrator has masked, or that cannot start, is no fault of the package.
const AFTER: &str = "#!/bin/sh
set -e
[ \"$1\" = configure ] || exit 0
if [ -e /run/borsklokka.installed ]; then
  rm /run/borsklokka.installed
  systemctl enable borsklokka.service || true
  verb=start
else
  verb=try-restart
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  systemctl $verb borsklokka.service || true
fi
";
/// Stops it before it is removed. What it kept stays.
const BEFORE: &str = "#!/bin/sh
set -e
if [ \"$1\" = remove ] && [ -d /run/systemd/system ]; then systemctl disable --now borsklokka.service; fi
";

/// Packs a program; returns the package.
pub(super) fn deb(
    program: &Path,
    licences: &Path,
    version: &str,
    architecture: &str,
    folder: &Path,
) -> Result<PathBuf> {
    if on_path("dpkg-deb").is_none() {
        debian::install(
            &["dpkg"],
            "the package for Debian is made by dpkg-deb: install dpkg",
        )?;
    }
    let package = folder.join(format!("borsklokka_{version}_{architecture}.deb"));
    step(&format!("pack {}", package.display()), || {
        let tree = folder.join("tree");
        let control = CONTROL
            .replace("VERSION", version)
            .replace("ARCHITECTURE", architecture);
        let service = fs::read_to_string(root().join("deploy/borsklokka.service"))?;
        let own = fs::read_to_string(root().join("LICENSE-MIT"))?;
        let copyright = format!("{own}\n\n{}", fs::read_to_string(licences)?);
        let program = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
        let files: [(&str, &[u8]); 5] = [
            ("DEBIAN/control", control.as_bytes()),
            ("DEBIAN/conffiles", b"/etc/default/borsklokka\n"),
            ("etc/default/borsklokka", DEFAULTS.as_bytes()),
            ("lib/systemd/system/borsklokka.service", service.as_bytes()),
            ("usr/share/doc/borsklokka/copyright", copyright.as_bytes()),
        ];
        let programs: [(&str, &[u8]); 4] = [
            ("DEBIAN/preinst", BEFOREHAND.as_bytes()),
            ("DEBIAN/postinst", AFTER.as_bytes()),
            ("DEBIAN/prerm", BEFORE.as_bytes()),
            ("usr/bin/borsklokka", &program),
        ];
        for (file, content) in files.into_iter().chain(programs) {
            write(&tree.join(file), content)?;
        }
        // Whatever this process lets others do with its files.
        run(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&tree))?;
        run(Command::new("chmod")
            .arg("a+x")
            .args(programs.map(|(file, _)| tree.join(file))))?;
        // Passwords may stand in it; systemd reads it as root.
        run(Command::new("chmod")
            .arg("u=rw,go=")
            .arg(tree.join("etc/default/borsklokka")))?;
        run(Command::new("dpkg-deb")
            .args(["--build", "--root-owner-group", "-Zxz"])
            .args([&tree, &package])
            // So that the same source makes the same package.
            .env("SOURCE_DATE_EPOCH", committed_at("%ct")?))?;
        fs::remove_dir_all(&tree).with_context(|| format!("cannot remove {}", tree.display()))
    })?;
    Ok(package)
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    let written = || format!("cannot write {}", file.display());
    fs::create_dir_all(file.parent().with_context(written)?).with_context(written)?;
    fs::write(file, content).with_context(written)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// What each does was tried under a systemd; here that an installer can read them.
    #[test]
    fn the_scripts_are_the_shells() {
        for script in [BEFOREHAND, AFTER, BEFORE] {
            let checked = Command::new("sh").args(["-n", "-c", script]).output().unwrap();
            assert!(
                checked.status.success(),
                "{}\n{script}",
                String::from_utf8_lossy(&checked.stderr)
            );
        }
    }
}
