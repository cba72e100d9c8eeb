//! `GET /api/openapi.json`: the interface as [OpenAPI](https://www.openapis.org/) describes one, made of the table of routes. So it has every
//! address that is served and no other; what stands in bodies is told by the protocol's page.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::right::Right;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Required, ResponseBuilder,
};

use super::route::{Admits, Rate, Route};
use crate::api::{Denied, is_known};

/// What the bearer token is called in the document.
const TOKEN: &str = "token";
/// What an answer that is not granted is called.
const ERROR: &str = "Error";
/// What stands in bodies.
const JSON: &str = "application/json";

/// The rows, described once for everybody who asks.
pub(super) struct Description {
    json: Bytes,
    etag: String,
}

impl Description {
    /// That of some rows.
    ///
    /// # Errors
    /// If they cannot be written as JSON.
    pub(super) fn of(routes: &[Route]) -> Result<Self, Denied> {
        // By way of a value, whose keys are in order: the same each time.
        let value = serde_json::to_value(document(routes))
            .map_err(|error| Denied::Broken(format!("the interface cannot be described: {error}")))?;
        let json = Bytes::from(value.to_string());
        let etag = format!("\"{}\"", &hex::encode(Sha256::digest(&json))[..16]);
        Ok(Self { json, etag })
    }

    /// The answer, of which no request has a copy of its own.
    pub(super) fn respond(&self, headers: &HeaderMap) -> Response {
        let common = [
            (header::ETAG, self.etag.clone()),
            (header::CACHE_CONTROL, "no-cache".to_owned()),
        ];
        if is_known(headers, &self.etag) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        (common, [(header::CONTENT_TYPE, JSON)], self.json.clone()).into_response()
    }
}

/// The rows as OpenAPI has them.
pub(super) fn document(routes: &[Route]) -> OpenApi {
    let paths = routes.iter().fold(PathsBuilder::new(), |paths, route| {
        let item = utoipa::openapi::path::PathItem::new(method(&route.method), operation(route));
        paths.path(route.path, item)
    });
    let error = ObjectBuilder::new()
        .description(Some("Why something was not granted."))
        .property("code", text("Stable, for programs."))
        .required("code")
        .property(
            "message",
            text("For people: what happened and what to do, in the language that Accept-Language asks for."),
        )
        .required("message")
        .property(
            "detail",
            text("What exactly is wrong, in English, for whoever writes a client."),
        );
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "A token that the organiser made for a program, or that `borsklokka token` printed. People come with cookies.",
        ))
        .build();
    let info = InfoBuilder::new()
        .title("Børsklokka")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Every address of this server. What stands in bodies: docs/protocol.md.",
        ))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .paths(paths.build())
        .components(Some(
            ComponentsBuilder::new()
                .schema(ERROR, error)
                .security_scheme(TOKEN, SecurityScheme::Http(token))
                .build(),
        ))
        .build()
}

fn text(description: &str) -> Schema {
    Schema::Object(
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
            .build(),
    )
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

/// The names in braces of an address.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn parameter(name: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build()
}

fn operation(route: &Route) -> Operation {
    let (who, right) = admitted(route.admits);
    let mut told: BTreeMap<&str, Value> = BTreeMap::from([
        ("x-admits", json!(who)),
        ("x-body-bytes-max", json!(route.body_bytes_max)),
    ]);
    if let Some(right) = right {
        told.insert("x-right", json!(format!("{right:?}")));
        told.insert(
            "x-roles",
            json!(right.roles().iter().map(|role| role.as_str()).collect::<Vec<_>>()),
        );
        told.insert("x-private-channel", json!(right.needs_private_channel()));
    }
    if let Some(rate) = rate(route.rate) {
        told.insert("x-rate", json!(rate));
    }
    let extensions = told
        .into_iter()
        .fold(ExtensionsBuilder::new(), |built, (name, value)| {
            built.add(name, value)
        });
    let error = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ERROR)))
        .build();
    let denied = ResponseBuilder::new()
        .description("Not granted; the status says of which kind the reason is.")
        .content(JSON, error);
    let mut operation = OperationBuilder::new()
        .operation_id(Some(id(route)))
        .description(Some(format!("For {who}.")))
        .response(
            "200",
            ResponseBuilder::new().description("Granted; some are answered 201, 204 or 304."),
        )
        .response("default", denied)
        .extensions(Some(extensions.build()));
    for name in names(route.path) {
        operation = operation.parameter(parameter(name));
    }
    if route.body_bytes_max > 0 {
        let body = RequestBodyBuilder::new()
            .description(Some(format!("At most {} bytes.", route.body_bytes_max)))
            .content(
                JSON,
                ContentBuilder::new()
                    .schema(Some(ObjectBuilder::new().build()))
                    .build(),
            );
        operation = operation.request_body(Some(body.build()));
    }
    let is_by_token = match route.admits {
        Admits::Paired | Admits::Having(_) => {
            Some(vec![SecurityRequirement::new(TOKEN, Vec::<String>::new())])
        }
        Admits::Viewers | Admits::Partly(_) => Some(vec![
            SecurityRequirement::default(),
            SecurityRequirement::new(TOKEN, Vec::<String>::new()),
        ]),
        Admits::Everyone | Admits::Private | Admits::Operator | Admits::Account | Admits::Member(_) => None,
    };
    if let Some(ways) = is_by_token {
        operation = operation.securities(Some(ways));
    }
    operation.build()
}

/// A name for what is generated from the document.
fn id(route: &Route) -> String {
    let words = route
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let words = words.filter(|word| !matches!(*word, "api" | "v1"));
    std::iter::once(route.method.as_str().to_ascii_lowercase())
        .chain(words.map(str::to_owned))
        .collect::<Vec<_>>()
        .join("_")
}

/// Who is let through, in words, and the right that it takes if it takes one.
pub(super) fn admitted(admits: Admits) -> (String, Option<Right>) {
    match admits {
        Admits::Everyone => ("everybody".to_owned(), None),
        Admits::Viewers => ("everybody; a credential must hold".to_owned(), None),
        Admits::Paired => ("every paired device".to_owned(), None),
        Admits::Partly(right) => (format!("everybody; the rest: `{right:?}`"), Some(right)),
        Admits::Having(right) => (format!("`{right:?}`"), Some(right)),
        Admits::Private => ("everybody, in private".to_owned(), None),
        Admits::Operator => ("the operator, in private".to_owned(), None),
        Admits::Account => ("an account, in private".to_owned(), None),
        Admits::Member(deed) => (
            format!("the operator, or an account (`{deed:?}`), in private"),
            None,
        ),
    }
}

/// What bounds how often it may be asked, in words, beside the number of connections.
pub(super) fn rate(rate: Rate) -> Option<&'static str> {
    match rate {
        Rate::Connections => None,
        Rate::Guests => Some("each address without a credential"),
        Rate::Writes => Some("each device's writes"),
        Rate::Commands => Some("each device's commands"),
        Rate::Pairings => Some("each address's tries"),
        Rate::Logins => Some("wrong passphrases"),
        Rate::Links => Some("each address's wrong links, each deal's copies"),
        Rate::Registrations => Some("what each address registers"),
    }
}
