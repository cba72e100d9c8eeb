//! The fuzzers' targets on a stable compiler: first every input of the corpus as it is, then so many that are made of them, each from a seed
//! of its own. One that fails prints its seed; `BORSKLOKKA_FUZZ_SEED=7 cargo test -p borsklokka-fuzz-targets command` tries that input alone,
//! and `BORSKLOKKA_FUZZ_TIMES=100` a hundred times as many.

use std::path::PathBuf;
use std::{env, fs, thread};

use fuzz_targets::spoil::spoilt;
use fuzz_targets::{TARGETS, Target, corpus, named};

/// The seed to try alone.
const SEED: &str = "BORSKLOKKA_FUZZ_SEED";
/// How many times as many inputs are tried as usual.
const TIMES: &str = "BORSKLOKKA_FUZZ_TIMES";

/// Says which input failed, and keeps it.
struct Trial<'a> {
    target: Target,
    origin: String,
    input: &'a [u8],
}

impl Trial<'_> {
    fn run(self) {
        (self.target.run)(self.input);
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let name = self.target.name;
            let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
            let kept = fs::write(&path, self.input).map(|()| path.display().to_string());
            eprintln!(
                "{name} failed with {}; the input ({} bytes) lies in {}",
                self.origin,
                self.input.len(),
                kept.unwrap_or_else(|error| format!("no file: {error}")),
            );
        }
    }
}

fn number(variable: &str) -> Option<u64> {
    let said = env::var(variable).ok()?;
    Some(
        said.parse()
            .unwrap_or_else(|_| panic!("{variable}={said} is no number")),
    )
}

fn seeded(name: &str) {
    let target = named(name).expect("a target");
    let inputs = corpus::of(name);
    assert!(!inputs.is_empty(), "no input to begin with");
    let contents: Vec<&[u8]> = inputs.values().map(Vec::as_slice).collect();
    let from_seed = |seed: u64| {
        let input = spoilt(target.shape, &contents, seed);
        Trial {
            target,
            origin: format!("{SEED}={seed}"),
            input: &input,
        }
        .run();
    };
    if let Some(seed) = number(SEED) {
        return from_seed(seed);
    }
    for (origin, input) in &inputs {
        Trial {
            target,
            origin: format!("the corpus's {origin}"),
            input,
        }
        .run();
    }
    let tries = u64::from(target.tries) * number(TIMES).unwrap_or(1);
    (0..tries).for_each(from_seed);
}

macro_rules! seeded {
    ($($name:ident),+ $(,)?) => {
        $(#[test] fn $name() { seeded(stringify!($name)); })+
        const SEEDED: &[&str] = &[$(stringify!($name)),+];
    };
}

seeded!(
    client_frame,
    command,
    server_frame,
    event,
    host,
    request,
    strokes,
    agreement,
    picture,
    outbox_file,
    form,
    texts,
    csv,
    spreadsheet,
    archive,
    backup,
);

#[test]
fn every_target_is_tried_here_and_by_libfuzzer() {
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names, SEEDED);
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz_targets"));
    let listed = fs::read_to_string(folder.join("../Cargo.toml")).expect("the fuzzers' manifest");
    for name in names {
        assert!(
            folder.join(format!("{name}.rs")).is_file(),
            "fuzz/fuzz_targets/{name}.rs"
        );
        assert!(
            listed.contains(&format!("name = \"{name}\"")),
            "{name} in fuzz/Cargo.toml"
        );
    }
}

#[test]
fn a_seed_makes_the_same_input_always() {
    for target in TARGETS {
        let inputs = corpus::of(target.name);
        let contents: Vec<&[u8]> = inputs.values().map(Vec::as_slice).collect();
        let made = |seed| spoilt(target.shape, &contents, seed);
        assert_eq!(made(1), made(1), "{}", target.name);
        assert!(
            (0..20).any(|seed| made(seed) != made(seed + 1)),
            "{}",
            target.name
        );
    }
}
