//! Writes inputs. `corpus FOLDER` writes all that targets start from, a folder each, for libFuzzer. `corpus` alone makes anew the two that
//! a server writes, an exchange as a file and a backup, which is to be done when an exchange's file has got another table.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use borsklokka::backup;
use borsklokka::database::Database;
use borsklokka::export::{self, Personal};
use borsklokka::stop::Stop;
use fuzz_targets::{TARGETS, corpus, server};
use test_support::EVENING;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn main() {
    match std::env::args().nth(1) {
        Some(folder) => write_all(Path::new(&folder)),
        None => tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(make_anew()),
    }
}

fn write_all(folder: &Path) {
    for target in TARGETS {
        let folder = folder.join(target.name);
        fs::create_dir_all(&folder).unwrap();
        for (name, content) in corpus::of(target.name) {
            fs::write(folder.join(name), content).unwrap();
        }
        println!("{}", folder.display());
    }
}

async fn make_anew() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("played.db").display());
    let stop = Stop::new();
    let hub = server::hub(&url, stop.clone()).await;
    server::play(&hub, "drammen").await;
    stop.cancel();
    let database = Database::open_to_read(&url).await.unwrap();
    for (name, personal) in [
        ("exchange", Personal::LeftOut),
        ("exchange-with-personal-data", Personal::Included),
    ] {
        let path = folder.path().join(name);
        export::write(&database, "drammen", personal, EVENING, &path)
            .await
            .unwrap();
        keep(&format!("archive/{name}.zip"), &fs::read(path).unwrap());
    }
    let path = folder.path().join("backup.db");
    backup::make(&url, &path).await.unwrap();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("backup.db", SimpleFileOptions::default()).unwrap();
    zip.write_all(&fs::read(path).unwrap()).unwrap();
    keep("backup/backup.db.zip", &zip.finish().unwrap().into_inner());
}

fn keep(name: &str, content: &[u8]) {
    let path = corpus::folder().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    println!("{}: {} bytes", path.display(), content.len());
}
