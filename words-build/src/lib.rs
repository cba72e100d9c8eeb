//! Makes Rust of the text files in `words/`, in the build scripts of those who say them.
//!
//! `words/languages.toml` lists the languages; each has a folder with the same files, a room each, which lie in one of three
//! parts: what the screens say, what the server says, and what both do. A file becomes a struct with a field for each text
//! (and a method, if there is something to fill in), and a value of it in each language. English is the language that the
//! others are compared with: its files say which texts there are, and its comments say what each is for.
//!
//! A mistake stops the build with its file, its line and what to do about it: [`Fault`].

mod check;
mod fault;
mod key;
mod languages;
mod plurals;
mod room;
mod rust;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

pub use self::fault::Fault;
use self::languages::Language;
use self::room::Room;

/// Where a language's files may lie, below its folder: what screens, server and both say, and the page before the app stands.
const PARTS: [&str; 4] = ["both", "page.toml", "screens", "server"];

/// What a build script calls: writes the texts of a part as `words.rs` for the package to include, and says what is wrong.
pub fn build(part: &str) {
    let words = Path::new("../words");
    println!("cargo::rerun-if-changed=../words/languages.toml");
    for language in languages::read(words).unwrap_or_default() {
        println!("cargo::rerun-if-changed=../words/{}/{part}", language.tag);
    }
    finish("words.rs", texts(words, part));
}

/// What the build script of the package that knows the languages calls: writes `languages.rs` to include.
pub fn build_languages() {
    println!("cargo::rerun-if-changed=../words/languages.toml");
    let languages = languages::read(Path::new("../words"));
    finish(
        "languages.rs",
        languages.map(|languages| rust::languages(&languages)),
    );
}

fn finish(name: &str, made: Result<String, Vec<Fault>>) {
    match made {
        Ok(source) => {
            let out = env::var_os("OUT_DIR").expect("Cargo says where to write");
            fs::write(PathBuf::from(out).join(name), source).expect("Cargo made that folder");
        }
        Err(faults) => faults.iter().for_each(|fault| println!("cargo::error={fault}")),
    }
}

/// The texts of a part as Rust.
///
/// # Errors
/// Everything that is wrong with them.
pub fn texts(words: &Path, part: &str) -> Result<String, Vec<Fault>> {
    let languages = languages::read(words)?;
    let mut faults = misplaced(words, &languages);
    let mut spoken = Vec::new();
    for language in languages {
        match room::read_all(words, &language, part) {
            Ok(rooms) => spoken.push((language, rooms)),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        faults = check::compare(&spoken);
    }
    if faults.is_empty() {
        Ok(rust::texts(&spoken, part))
    } else {
        Err(faults)
    }
}

/// The plain texts of one language: its tag, and the texts by their keys.
pub type Spoken = (String, BTreeMap<String, String>);

/// The texts of a page that is not Rust, such as what stands there before the app does: by language, then by key.
///
/// # Errors
/// Everything that is wrong with them.
pub fn page(words: &Path) -> Result<Vec<Spoken>, Vec<Fault>> {
    let mut spoken = Vec::new();
    for language in languages::read(words)? {
        let rooms = room::read_all(words, &language, "page.toml")?;
        spoken.push((language, rooms));
    }
    let faults = check::compare(&spoken);
    if !faults.is_empty() {
        return Err(faults);
    }
    let plain = |rooms: &[Room]| rooms.iter().flat_map(Room::plain).collect();
    Ok(spoken
        .iter()
        .map(|(language, rooms)| (language.tag.clone(), plain(rooms)))
        .collect())
}

/// Folders and files that nothing reads.
fn misplaced(words: &Path, languages: &[Language]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in names(words) {
        if name != languages::LIST && !languages.iter().any(|language| language.tag == name) {
            let says = format!(
                "nothing reads this. A language's folder needs its block in words/{}.",
                languages::LIST
            );
            faults.push(Fault::of_file(&format!("words/{name}"), says));
        }
    }
    for language in languages {
        for name in names(&words.join(&language.tag)) {
            if !PARTS.contains(&name.as_str()) {
                let says = format!("nothing reads this. Texts lie in {}.", PARTS.join(", "));
                faults.push(Fault::of_file(&format!("words/{}/{name}", language.tag), says));
            }
        }
    }
    faults
}

/// What lies in a folder, in order; nothing if there is none. What an editor or a system hides is left alone.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.') && !name.ends_with('~'))
        .collect();
    names.sort();
    names
}
