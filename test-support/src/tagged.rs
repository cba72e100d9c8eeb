//! The names of a closed set on the wire, read from what writes and reads it.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The names that a tagged type knows, read from serde's own complaint: a new variant cannot be forgotten.
pub fn names_of<T: DeserializeOwned>(tag: &str) -> Vec<String> {
    let unknown = serde_json::json!({ tag: "?" });
    let Err(complaint) = serde_json::from_value::<T>(unknown) else {
        panic!("`?` is a variant");
    };
    let complaint = complaint.to_string();
    let (_, names) = complaint
        .split_once("expected")
        .expect("serde lists the variants");
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The tag that a value is written with.
pub fn tag_of(value: &impl Serialize, tag: &str) -> String {
    let value = serde_json::to_value(value).expect("it has string keys");
    value[tag].as_str().expect("it is tagged").to_owned()
}
