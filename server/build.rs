//! The migrations become a list, each database's its own; the server's texts are made of the files in `words/`; the licences of what is in
//! the program are put inside, and what Windows shows of it.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
    list_migrations(&["sqlite", "postgres"]);
    words_build::build("server");
    look_for_screens();
    put_licences_inside();
    describe_to_windows();
}

/// Where the frontend's bundle lies. A server that is compiled before it is there has to know its folder: while it is developed it reads the
/// pages from there, and a folder that is not there has no path to compare theirs with. With the pages inside it is compiled anew as
/// soon as they are others.
fn look_for_screens() {
    const DIST: &str = "../frontend/dist";
    fs::create_dir_all(DIST).expect("a folder for the frontend");
    if env::var_os("CARGO_CFG_DEBUG_ASSERTIONS").is_none() {
        println!("cargo::rerun-if-changed={DIST}");
    }
}

/// Its name and icon, as a file, among the programs that run, and in the firewall's question. `borsklokka.ico` is the middle of the
/// frontend's `icon-512.png`: `convert icon-512.png -gravity center -crop 340x340+0+0 +repage -define icon:auto-resize=256,64,48,32,24,16`.
fn describe_to_windows() {
    const ICON: &str = "borsklokka.ico";
    println!("cargo::rerun-if-changed={ICON}");
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("windows") {
        return;
    }
    let mut resource = winresource::WindowsResource::new();
    for what in ["FileDescription", "ProductName"] {
        resource.set(what, "Børsklokka");
    }
    if let Err(error) = resource.set_icon(ICON).compile_for("borsklokka") {
        println!("cargo::warning=Windows will show neither name nor icon of the program: {error}");
    }
}

/// Where `cargo xtask dist` has gathered the licences.
const LICENCES: &str = "BORSKLOKKA_LICENCES";
const WITHOUT_LICENCES: &str = "This program was compiled where it runs, without the licences of its libraries: `cargo xtask licences` gathers them.\n";

fn put_licences_inside() {
    println!("cargo::rerun-if-env-changed={LICENCES}");
    let text = env::var_os(LICENCES).map_or(WITHOUT_LICENCES.to_owned(), |file| {
        println!("cargo::rerun-if-changed={}", Path::new(&file).display());
        fs::read_to_string(file).expect("the licences that were gathered")
    });
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("licences.txt"), text).expect("the licences are written");
}

/// Writes a constant a database: number, name and text of each of its migrations.
fn list_migrations(databases: &[&str]) {
    let mut lists = String::new();
    for database in databases {
        let folder =
            fs::canonicalize(Path::new("../migrations").join(database)).expect("the folder of migrations");
        let mut files: Vec<_> = fs::read_dir(&folder)
            .expect("the folder of migrations")
            .map(|entry| entry.expect("a migration").path())
            .collect();
        files.sort();
        let constant = database.to_uppercase();
        writeln!(lists, "pub(super) const {constant}: &[(i64, &str, &str)] = &[")
            .expect("written to a string");
        for file in files {
            let name = file.file_stem().expect("a file").to_string_lossy();
            let (number, name) = name
                .split_once('_')
                .expect("a migration is named NUMBER_name.sql");
            let number: i64 = number.parse().expect("a migration is named NUMBER_name.sql");
            let file = file.to_string_lossy();
            writeln!(lists, "    ({number}, {name:?}, include_str!({file:?})),")
                .expect("written to a string");
        }
        lists.push_str("];\n");
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("migrations.rs"), lists).expect("the list of migrations is written");
}
