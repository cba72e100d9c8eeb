//! The inputs that targets start from: the files of `fuzz/corpus`, each named by what it is, and one example of each command and event,
//! which is added without a file.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::PathBuf;

use borsklokka_shared::audience::Audience;
use borsklokka_shared::event::encode;
use borsklokka_shared::ids::{CommandId, Seq};
use borsklokka_shared::wire::{ClientMessage, CommandMessage, EventMessage, ServerMessage};
use test_support::{EVENING, examples};
use uuid::Uuid;
use zip::ZipArchive;

/// The inputs of a target, by name.
pub fn of(target: &str) -> BTreeMap<String, Vec<u8>> {
    let mut inputs = examples_of(target);
    let folder = folder().join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for file in files {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let content = fs::read(&path).unwrap();
        // A database is mostly nothing.
        let content = if name.ends_with(".db.zip") {
            unpacked(&content)
        } else {
            content
        };
        inputs.insert(name, content);
    }
    inputs
}

/// Where the files are.
pub fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus"))
}

fn unpacked(zip: &[u8]) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut content = Vec::new();
    zip.by_index(0).unwrap().read_to_end(&mut content).unwrap();
    content
}

fn examples_of(target: &str) -> BTreeMap<String, Vec<u8>> {
    let json = |value: serde_json::Value| value.to_string().into_bytes();
    let named = |inputs: Vec<Vec<u8>>| {
        let named = (1..).zip(inputs);
        named.map(|(n, input)| (format!("example {n}"), input)).collect()
    };
    let commands = || {
        let commands = examples::commands();
        commands
            .into_iter()
            .map(|command| serde_json::to_value(command).unwrap())
    };
    match target {
        "command" => named(commands().map(json).collect()),
        "client_frame" => {
            let message = |command| {
                ClientMessage::Command(CommandMessage {
                    id: CommandId(Uuid::nil()),
                    written_at: Some(EVENING),
                    clock: borsklokka_shared::decide::ClockTrust::Estimated,
                    epoch: None,
                    command,
                })
            };
            let frames = commands()
                .map(message)
                .map(|one| serde_json::to_vec(&one).unwrap());
            named(frames.collect())
        }
        "event" => named(
            examples::events()
                .iter()
                .map(|event| encode(event).into_bytes())
                .collect(),
        ),
        "server_frame" => {
            let message = |event| {
                ServerMessage::Event(EventMessage {
                    seq: Seq(2),
                    prev: Seq(1),
                    at: EVENING,
                    event,
                })
            };
            let frames = examples::events().into_iter().map(message);
            let mut frames: Vec<_> = frames.map(|one| serde_json::to_vec(&one).unwrap()).collect();
            for audience in [Audience::Staff, Audience::Public] {
                frames.push(serde_json::to_vec(&crate::evening::welcome(audience)).unwrap());
            }
            named(frames)
        }
        _ => BTreeMap::new(),
    }
}
