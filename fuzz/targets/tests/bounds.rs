//! What is hostile by its size: however small a file is that says it is huge, and however deep, long or often doubled, reading it takes no more
//! memory than a multiple of what was sent. One after the other, for memory is counted of the whole process.
#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write as _};
use std::sync::{Mutex, PoisonError};

use borsklokka::fuzzed::is_picture;
use borsklokka_frontend::live::outbox::file;
use borsklokka_shared::wire::{ClientMessage, read_server_message};
use borsklokka_spreadsheets::read;
use fuzz_targets::named;
use peak_alloc::PeakAlloc;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const MIB: usize = 1 << 20;

/// The most memory that something took beside what was there, in bytes.
fn taken(work: impl FnOnce()) -> usize {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    work();
    MEMORY.peak_usage().saturating_sub(before)
}

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn hostile_sizes_take_no_more_memory_than_a_multiple_of_what_was_sent() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let deep = nested(500_000);
    let wide = format!("[{}1]", "1,".repeat(500_000));
    for (name, text) in [("deep", &deep), ("wide", &wide)] {
        let frame =
            format!(r#"{{"type":"command","id":"00000000-0000-0000-0000-000000000001","command":{text}}}"#);
        let bytes = taken(|| drop(serde_json::from_str::<ClientMessage>(&frame)));
        assert!(
            bytes <= 100 * frame.len(),
            "a {name} frame of a client: {bytes} bytes"
        );
        let frame = format!(r#"{{"type":"event","event":{text}}}"#);
        let bytes = taken(|| drop(read_server_message(&frame)));
        assert!(
            bytes <= 100 * frame.len(),
            "a {name} frame of a server: {bytes} bytes"
        );
        let outbox =
            format!(r#"{{"format":"borsklokka-outbox","version":1,"exchange":"x","records":[{text}]}}"#);
        let bytes = taken(|| drop(file::read("x", &outbox)));
        assert!(bytes <= 100 * outbox.len(), "a {name} outbox: {bytes} bytes");
    }

    let rows = "a;b\n".repeat(1_000_000);
    let cells = ";".repeat(MIB);
    let cell = format!("\"{}\"", "x".repeat(4 * MIB));
    for (name, text) in [
        ("a million rows", &rows),
        ("a million cells", &cells),
        ("one cell", &cell),
    ] {
        let bytes = taken(|| drop(read(text.as_bytes(), &|| false)));
        assert!(bytes <= 64 * MIB, "a table of {name}: {bytes} bytes");
    }
    let nothing = vec![b' '; 300 * MIB];
    let bomb = packed(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", &nothing),
    ]);
    drop(nothing);
    assert!(bomb.len() < MIB);
    let bytes = taken(|| drop(read(&bomb, &|| false)));
    assert!(
        bytes <= 64 * MIB,
        "a workbook that unpacks to 300 MiB: {bytes} bytes"
    );
    let archive = named("archive").unwrap();
    let nothing = vec![b' '; 300 * MIB];
    let bomb = packed(&[("manifest.json", &nothing)]);
    drop(nothing);
    let bytes = taken(|| (archive.run)(&bomb));
    assert!(
        bytes <= 64 * MIB,
        "an exchange that unpacks to 300 MiB: {bytes} bytes"
    );
}

#[test]
fn pictures_that_say_they_are_huge_keep_nobody_from_the_paper() {
    const SVG: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">"#;
    let mut doubled = String::new();
    for n in 1..30 {
        let before = n - 1;
        doubled += &[r#"<g id="a"#, &n.to_string(), r#"">"#].concat();
        for _ in 0..2 {
            doubled += &[r##"<use href="#a"##, &before.to_string(), r#""/>"#].concat();
        }
        doubled += "</g>";
    }
    let doubled = format!(
        r##"{SVG}<defs><g id="a0"><rect width="1" height="1"/></g>{doubled}</defs><use href="#a29"/></svg>"##
    );
    let nested = format!("{SVG}{}{}</svg>", "<g>".repeat(50_000), "</g>".repeat(50_000));
    let target = named("picture").unwrap();
    for (name, picture) in [("doubled thirty times", doubled), ("nested", nested)] {
        assert!(is_picture("image/svg+xml", picture.as_bytes()));
        let bytes = taken(|| (target.run)(picture.as_bytes()));
        assert!(bytes <= 256 * MIB, "a drawing {name}: {bytes} bytes");
    }
}
