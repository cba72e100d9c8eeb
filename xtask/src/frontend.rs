//! The frontend's pipeline: Rust to WebAssembly, its JavaScript glue, the optimiser, then the bundle in `frontend/dist`.
//!
//! wasm-bindgen runs as a library, so that its version is held by Cargo.lock and there is nothing to install. The
//! optimiser comes with the browser tests' packages, and is left out where there is no npm to install those.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use borsklokka_shared::screen::App;
use wasm_bindgen_cli_support::Bindgen;

use crate::browser;
use crate::browsers;
use crate::bundle;
use crate::finish::Finish;
use crate::page_size;
use crate::progress::{Inputs, step, step_if_changed};
use crate::workspace::{cargo, nameless, on_path, output, root, run, target_dir};

/// The crate that becomes the app.
pub(crate) const PACKAGE: &str = "borsklokka-frontend";
/// The profile that ships it.
pub(crate) const PROFILE: &str = Finish::Shipped.frontend_profile();
/// What it is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// What rustc emits for this target; the optimiser must know it all.
const OPTIMISER_FLAGS: [&str; 8] = [
    "-Oz",
    // The linker puts the stack first, so that nothing lies at the lowest addresses.
    "--low-memory-unused",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What a wall's first visit is worth: a view's code is made for each of its types, and functions that differ in constants alone
/// become one, before and after what makes each small. It takes the optimiser four times as long.
const MERGING_FLAGS: [&str; 3] = ["--merge-similar-functions", "-Oz", "--merge-similar-functions"];

/// Builds `frontend/dist`; returns its path. Steps whose inputs have not changed are left out.
///
/// # Errors
/// When a step fails; the error says which and what to do.
pub(crate) fn build(finish: Finish) -> Result<PathBuf> {
    let folder = target_dir().join("frontend");
    let work = folder.join(finish.frontend_profile());
    fs::create_dir_all(&work).with_context(|| format!("cannot create {}", work.display()))?;
    let _only_one = lock(&folder)?;
    if finish == Finish::Shipped && on_path("npm").is_some() {
        browser::install_packages()?;
    }

    ensure_target()?;
    let compiled = step("compile the frontend", || compile(finish))?;
    let apps = App::ALL
        .into_iter()
        .map(|app| {
            let name = app.as_str();
            let bound = bind(name, finish, &compiled, &work)?;
            let module = bound.join("app_bg.wasm");
            let wasm = match finish {
                Finish::Shipped => optimise(name, &module, &work)?,
                Finish::Quick => module,
            };
            browsers::validate(&read(&wasm)?)
                .with_context(|| format!("the {name} runs in too few browsers"))?;
            Ok(bundle::Built { app, bound, wasm })
        })
        .collect::<Result<Vec<_>>>()?;
    let dist = bundle::build(&apps, finish)?;
    if finish == Finish::Shipped {
        eprint!("{}", page_size::table(&dist)?);
    }
    Ok(dist)
}

/// Two pipelines at once would write the same folders: the second waits for the first.
fn lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot create {}", path.display()))?;
    file.lock()
        .with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

fn ensure_target() -> Result<()> {
    let sysroot = output(
        Command::new("rustc")
            .args(["--print", "sysroot"])
            .current_dir(root()),
    )?;
    if Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .is_dir()
    {
        return Ok(());
    }
    if on_path("rustup").is_none() {
        bail!(
            "this Rust cannot compile for {TARGET}, and there is no rustup to add it: install Rust from \
             https://rustup.rs, or your distribution's package of the Rust standard library for {TARGET}"
        );
    }
    step("add the WebAssembly target", || {
        run(Command::new("rustup")
            .args(["target", "add", TARGET])
            .current_dir(root()))
    })
}

/// Compiles every app; returns their folder.
fn compile(finish: Finish) -> Result<PathBuf> {
    let profile = finish.frontend_profile();
    let mut build = cargo();
    build.args(["build", "-p", PACKAGE, "--bins", "--target", TARGET]);
    build.args(["--profile", profile]);
    if finish == Finish::Shipped {
        let flags = nameless()?.map(|flag| format!("{flag:?}")).join(", ");
        build.args(["--config", &format!("target.{TARGET}.rustflags = [{flags}]")]);
    }
    run(&mut build)?;
    Ok(target_dir().join(TARGET).join(profile))
}

/// Writes the JavaScript glue and the module that goes with it; returns their folder.
fn bind(app: &str, finish: Finish, compiled: &Path, work: &Path) -> Result<PathBuf> {
    let compiled = &compiled.join(format!("{app}.wasm"));
    let folder = work.join("bound").join(app);
    let mut inputs = Inputs::default();
    inputs.add("pipeline", include_bytes!("frontend.rs"));
    inputs.add("compiled", &read(compiled)?);
    let name = format!("bind the {app} to JavaScript{}", finish.suffix());
    step_if_changed(&name, inputs, &folder, || {
        bundle::empty(&folder)?;
        Bindgen::new()
            .input_path(compiled)
            .out_name("app")
            .web(true)?
            .typescript(false)
            .omit_default_module_path(true)
            .remove_name_section(true)
            .remove_producers_section(true)
            .generate(&folder)
            .context(
                "wasm-bindgen failed: do wasm-bindgen and wasm-bindgen-cli-support have the same version?",
            )
    })?;
    Ok(folder)
}

/// Makes the module smaller where the optimiser is installed; returns the module to ship.
fn optimise(app: &str, bound: &Path, work: &Path) -> Result<PathBuf> {
    let wasm_opt = root().join("end2end/node_modules/binaryen/bin/wasm-opt");
    let (true, Some(node)) = (wasm_opt.is_file(), on_path("node")) else {
        eprintln!("==> optimise: left out (it comes with npm, which is not there; the app works without it)");
        return Ok(bound.to_owned());
    };
    let optimised = work.join(format!("{app}.wasm"));
    let mut inputs = Inputs::default();
    inputs.add("pipeline", include_bytes!("frontend.rs"));
    inputs.add(
        "optimiser",
        &read(&root().join("end2end/node_modules/binaryen/package.json"))?,
    );
    inputs.add("bound", &read(bound)?);
    let merging: &[&str] = if app == App::Wall.as_str() {
        &MERGING_FLAGS
    } else {
        &[]
    };
    step_if_changed(&format!("optimise the {app}"), inputs, &optimised, || {
        run(Command::new(node)
            .arg(wasm_opt)
            .args(merging)
            .args(OPTIMISER_FLAGS)
            .arg(bound)
            .arg("-o")
            .arg(&optimised))
    })?;
    Ok(optimised)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
