//! How a JSON body is read: one object, in which nothing is said twice.

use std::collections::HashSet;
use std::fmt;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::{DeserializeOwned, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::denied::Denied;

/// A JSON body. What cannot be read is answered like every other error.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Asked<T> {
    type Rejection = Denied;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        match Json::<Box<RawValue>>::from_request(request, state).await {
            Ok(Json(raw)) => read(raw.get()).map(Self),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(Denied::TooLarge),
            Err(JsonRejection::JsonDataError(error)) => Err(Denied::Malformed(root_cause(&error))),
            Err(JsonRejection::JsonSyntaxError(error)) => Err(Denied::Malformed(root_cause(&error))),
            Err(rejection) => Err(Denied::Malformed(rejection.body_text())),
        }
    }
}

/// A JSON body that takes the place of what stands, in which what is left out is as nobody has said anything. A key that is misspelt would
/// silently put back what it was meant to set, so one that nobody knows is refused.
pub struct AskedWhole<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for AskedWhole<T> {
    type Rejection = Denied;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let Asked(raw) = Asked::<Box<RawValue>>::from_request(request, state).await?;
        read_whole(raw.get()).map(Self)
    }
}

fn read_whole<T: DeserializeOwned>(text: &str) -> Result<T, Denied> {
    let mut unknown = None;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_ignored::deserialize(&mut json, |path| unknown = Some(key_at(&path)));
    let whole = read.map_err(|error: serde_json::Error| Denied::Malformed(error.to_string()))?;
    match unknown {
        None => Ok(whole),
        Some(key) => Err(Denied::Malformed(format!("the key `{key}` is not known"))),
    }
}

/// A key as whoever wrote it knows it: what may be absent stands in a path as a step of its own, `?`.
pub(crate) fn key_at(path: &serde_ignored::Path<'_>) -> String {
    path.to_string().replace(".?", "")
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Denied> {
    // A list of the fields' values would be taken for the object.
    if !text.trim_start().starts_with('{') {
        return Err(Denied::Malformed("expected an object".to_owned()));
    }
    serde_json::from_str::<SaidOnce>(text)
        .and_then(|SaidOnce| serde_json::from_str(text))
        .map_err(|error| Denied::Malformed(error.to_string()))
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Any JSON in which no object has a key twice: which of the two was meant, nobody knows.
struct SaidOnce;

impl<'de> serde::Deserialize<'de> for SaidOnce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for SaidOnce {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self, A::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = object.next_key::<String>()? {
            object.next_value::<Self>()?;
            if let Some(twice) = keys.replace(key) {
                return Err(A::Error::custom(format_args!("the key `{twice}` stands twice")));
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Pairing {
        code: String,
        name: Option<String>,
        #[serde(default)]
        rest: serde_json::Value,
    }

    #[test]
    fn what_takes_the_place_of_everything_has_no_key_that_nobody_knows() {
        #[derive(Debug, Default, Deserialize, PartialEq)]
        #[serde(default)]
        struct Form {
            is_on: bool,
            texts: Vec<Pairing>,
        }
        let known = r#"{"is_on":true,"texts":[{"code":"A","rest":{"anything":1}}]}"#;
        assert!(read_whole::<Form>(known).unwrap().is_on);
        for (text, key) in [
            (r#"{"is_on":true,"isOn":true}"#, "isOn"),
            (
                r#"{"is_on":true,"texts":[{"code":"A","nam":"Kari"}]}"#,
                "texts.0.nam",
            ),
        ] {
            let Err(Denied::Malformed(why)) = read_whole::<Form>(text) else {
                panic!("{text}")
            };
            assert_eq!(why, format!("the key `{key}` is not known"));
        }
    }

    #[test]
    fn a_body_is_one_object_in_which_nothing_is_said_twice() {
        for text in [
            r#"{"code":"A"}"#,
            r#" {"code":"A","rest":[1,-2,2.5,true,null,"x",{"a":1},{"a":1}]} "#,
        ] {
            assert_eq!(read::<Pairing>(text).unwrap().code, "A", "{text}");
        }
        let deep = format!(
            r#"{{"code":"A","rest":{}1{}}}"#,
            "[".repeat(5_000),
            "]".repeat(5_000)
        );
        for text in [
            r#"["A","Kari",true]"#,
            r#""A""#,
            "7",
            "null",
            r#"{"code":"A","code":"B"}"#,
            r#"{"code":"A","unknown":1,"unknown":1}"#,
            r#"{"code":"A","rest":[{"a":1,"\u0061":2}]}"#,
            &deep,
        ] {
            let refused = read::<Pairing>(text);
            assert!(
                matches!(refused, Err(Denied::Malformed(_))),
                "{text}: {refused:?}"
            );
        }
    }
}
