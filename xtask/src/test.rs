//! `cargo xtask test`: the checks of the project, in the order in which they fail soonest. What takes long and
//! seldom fails alone is among them with `--all`, or alone with `--only`, so that the rest is done in time.
//!
//! Nothing is skipped: what a step needs and cannot install fails it; on systems other than Debian the step of the other engines
//! tells which it did not find. All of cargo's steps but the frontend's own pipeline share the dev profile, so that little is
//! compiled twice.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode};
use std::thread;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::finish::Finish;
use crate::progress::step;
use crate::workspace::{TESTED, build_what_is_tested, cargo, run, server_binary, target_dir};
use crate::{browser, debian, dependencies, engines, frontend, page_size, scripts, tidy};

/// One check, run as `cargo xtask test --only STEP`.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// The code is formatted.
    Format,
    /// The house rules hold.
    Tidy,
    /// The packages of the browser tests and the optimiser are installed.
    Packages,
    /// Scripts and style sheets have no fault that a linter or their types tell of.
    Scripts,
    /// The licences and sources of the dependencies are those that `deny.toml` allows; only with `--all`, or alone.
    Dependencies,
    /// Clippy has nothing to say of the workspace.
    Clippy,
    /// The documentation builds without warnings; only with `--all`, or alone.
    Doc,
    /// The tests of these commands pass.
    Commands,
    /// The frontend is built as it is shipped; the server embeds it.
    Frontend,
    /// Clippy has nothing to say of the frontend as WebAssembly; only with `--all`, or alone.
    ClippyWasm,
    /// The unit, property and socket tests pass.
    Native,
    /// The wall's first visit is within its limit.
    PageSize,
    /// The tests in a real browser pass.
    Browser,
    /// Walls, desks and timers that are watched for long in a browser are right; only with `--all`, or alone.
    Patient,
    /// Every page is laid out well in every language; only with `--all`, or alone.
    Looks,
    /// The evening in short holds in Firefox and WebKit too; only with `--all`, or alone.
    Engines,
}

/// What takes long and seldom fails alone.
const SELDOM: [Step; 6] = [
    Step::Dependencies,
    Step::Doc,
    Step::ClippyWasm,
    Step::Patient,
    Step::Looks,
    Step::Engines,
];

/// Runs the steps that are run each time, all there are, or one; stops at the first that fails. The last line counts.
pub(crate) fn test(only: Option<Step>, all: bool) -> ExitCode {
    let each_time = |step: &Step| all || !SELDOM.contains(step);
    let steps = only.map_or_else(
        || Step::value_variants().iter().copied().filter(each_time).collect(),
        |step| vec![step],
    );
    let mut passed = 0;
    let mut left_out = Vec::new();
    let mut aside = None;
    for each in steps {
        let name = name(each);
        let checked = step(&name, || match each {
            // It is long alone with its linker.
            Step::Clippy if only.is_none() => {
                aside = Some(Aside::begin(Step::Frontend)?);
                check(each)
            }
            Step::Frontend => match aside.take() {
                // It is long alone with its optimiser too.
                Some(aside) => build_what_is_tested()
                    .and_then(|()| aside.join())
                    .map(|()| Vec::new()),
                None => check(each),
            },
            _ => check(each),
        });
        match checked {
            Ok(parts) => left_out.extend(parts),
            Err(error) => {
                eprintln!("error: {error:#}");
                eprintln!("`cargo xtask test --only {name}` runs this step alone");
                println!("{passed} passed, 1 failed");
                return ExitCode::FAILURE;
            }
        }
        passed += 1;
    }
    for part in &left_out {
        println!("not run on this system: {part}");
    }
    if only.is_none() && !all {
        let seldom = SELDOM.map(name).join(", ");
        println!("not run each time: {seldom}; `cargo xtask test --all` runs them too");
    }
    println!("{passed} passed, 0 failed");
    ExitCode::SUCCESS
}

fn name(step: Step) -> String {
    step.to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

/// A step that runs in a process of its own beside others. It is ended if they fail first.
struct Aside {
    name: String,
    process: Child,
    /// What it says, which is printed once it is waited for.
    said: PathBuf,
}

impl Aside {
    fn begin(step: Step) -> Result<Self> {
        let name = name(step);
        let said = target_dir().join(format!("{name}.log"));
        let file = File::create(&said).with_context(|| format!("cannot create {}", said.display()))?;
        let process = Command::new(env::current_exe()?)
            .args(["test", "--only", &name])
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("the step {name} could not be started"))?;
        eprintln!(
            "    beside it: {name}, which says how far it is in {}",
            said.display()
        );
        Ok(Self { name, process, said })
    }

    fn join(mut self) -> Result<()> {
        let status = self.process.wait();
        std::io::stderr().write_all(&fs::read(&self.said)?)?;
        if !status?.success() {
            bail!("{} failed: its own message is above", self.name);
        }
        Ok(())
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // It may have ended by itself. What its compiler goes on with is used the next time.
        let _ended = self.process.kill();
        let _status = self.process.wait();
    }
}

/// Runs a step; returns what of it this system cannot run, on others than Debian.
fn check(step: Step) -> Result<Vec<String>> {
    match step {
        Step::Format => run(cargo().args(["fmt", "--all", "--check"])),
        Step::Tidy => tidy::check(),
        Step::Packages => browser::install_packages(),
        Step::Scripts => scripts::check(),
        Step::Dependencies => dependencies::check(),
        Step::Frontend => frontend::build(Finish::Shipped).map(drop),
        Step::Commands => run(cargo().args(["test", "-p", "xtask"])),
        Step::Clippy => run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
        Step::ClippyWasm => run(cargo()
            .args(["clippy", "-p", frontend::PACKAGE, "--target", frontend::TARGET])
            // The pipeline's profile: its macros and build scripts are compiled already.
            .args(["--profile", frontend::PROFILE, "--", "-D", "warnings"])),
        Step::Doc => run(cargo()
            .args(["doc", "--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings")),
        Step::Native => test_natively(),
        Step::PageSize => page_size::check(false),
        Step::Browser => test_in_browser(&browser::EACH_TIME),
        Step::Patient => test_in_browser(&[browser::PATIENT]),
        Step::Looks => test_in_browser(&[browser::LOOKS]),
        Step::Engines => return engines::test(),
    }?;
    Ok(Vec::new())
}

fn test_natively() -> Result<()> {
    debian::install_postgresql()?;
    // They wait for servers and disks as long as they compute: more than one a processor are sooner done.
    let at_once = thread::available_parallelism()?.get() * 3 / 2;
    let cargo_test = || {
        let mut test = cargo();
        test.arg("test")
            .args(TESTED)
            .env("RUST_TEST_THREADS", at_once.to_string());
        test
    };
    run(&mut cargo_test())?;
    // What lets people in is tested on the second database too. Every target again: for fewer of them some libraries would be
    // compiled anew, with other features.
    run(cargo_test()
        .args(["--tests", "access"])
        .env("BORSKLOKKA_TEST_DATABASE", "postgres"))
}

fn test_in_browser(projects: &[browser::Project]) -> Result<()> {
    build_what_is_tested()?;
    browser::test(&server_binary("debug"), projects)
}
