//! Traces: what became of a request over HTTP, of a command and of the transaction that it shared, for a collector of OpenTelemetry. Nothing is
//! recorded unless one was named (`--traces`), and of an exchange there is its address in it, of whoever asked the device and the role: no name,
//! no text.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use axum::http::{Method, Request, Response, StatusCode};
use borsklokka_shared::command::Command;
use borsklokka_shared::role::Actor;
use bytes::Bytes;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::{Span, Subscriber, field::Empty};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::seldom::Seldom;

/// What every span is of. They are of the finest level, so that what is written of the server in words has none of them.
const TARGET: &str = "borsklokka_traces";
/// Where a collector takes spans, behind its address.
const PATH: &str = "/v1/traces";
/// How long it may take to accept some.
const ACCEPTED_WITHIN: Duration = Duration::from_secs(5);
/// How often it is told that it accepts none.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// The way to a collector, until it is closed.
#[derive(Debug)]
pub struct Collector(SdkTracerProvider);

impl Collector {
    /// The way to the collector at an address such as `http://127.0.0.1:4318`. Within a runtime, which sends.
    ///
    /// # Errors
    /// If it is no address.
    pub fn at(address: &str) -> anyhow::Result<Self> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender {
                client: HyperClient::with_default_connector(ACCEPTED_WITHIN, None),
                runtime: Handle::current(),
                trouble: Arc::new(Mutex::new(Seldom::every(TELL_EVERY))),
            })
            .with_endpoint(format!("{}{PATH}", address.trim_end_matches('/')))
            .with_timeout(ACCEPTED_WITHIN)
            .build()
            .context("traces cannot be sent")?;
        let server = Resource::builder()
            .with_service_name("borsklokka")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(server);
        Ok(Self(provider.build()))
    }

    /// What hands the spans to it.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("borsklokka"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|metadata| metadata.target() == TARGET))
    }

    /// Sends what is left.
    pub async fn close(self) {
        let closed = tokio::task::spawn_blocking(move || self.0.shutdown()).await;
        if !matches!(closed, Ok(Ok(()))) {
            tracing::warn!("the last traces were not sent: {closed:?}");
        }
    }
}

/// Sends from whatever thread asks, on the runtime.
#[derive(Debug)]
struct Sender {
    client: HyperClient,
    runtime: Handle,
    trouble: Arc<Mutex<Seldom>>,
}

impl HttpClient for Sender {
    fn send_bytes<'a, 'sent>(
        &'a self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sent>>
    where
        'a: 'sent,
        Self: 'sent,
    {
        let (client, trouble) = (self.client.clone(), Arc::clone(&self.trouble));
        let sent = self.runtime.spawn(async move {
            let to = request.uri().clone();
            let sent = client.send_bytes(request).await;
            let why = match &sent {
                Ok(answer) if answer.status().is_success() => return sent,
                Ok(answer) => format!("it answers {}", answer.status()),
                Err(error) => error.to_string(),
            };
            let untold = trouble.lock().unwrap_or_else(PoisonError::into_inner).tell(false);
            if let Some(untold) = untold {
                tracing::warn!(
                    untold,
                    "the collector at {to} takes no traces, and some are lost: {why}"
                );
            }
            sent
        });
        Box::pin(async { sent.await? })
    }
}

/// A request over HTTP, by the row of the table of routes in which no secret of an address stands.
pub(crate) fn request(method: &Method, route: &str) -> Span {
    tracing::trace_span!(
        target: TARGET,
        "request",
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
    )
}

/// How the request of a span was answered.
pub(crate) fn answered(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

/// A command on its way to an exchange, from whom.
pub(crate) fn command(exchange: &str, actor: &Actor, command: &Command) -> Span {
    tracing::trace_span!(
        target: TARGET,
        "command",
        otel.name = <&str>::from(command),
        borsklokka.exchange = exchange,
        borsklokka.device = %actor.device,
        borsklokka.role = actor.role.as_str(),
        borsklokka.code = Empty,
    )
}

/// What became of the command of a span.
pub(crate) fn decided(span: &Span, refused: Option<&'static str>) {
    span.record("borsklokka.code", refused.unwrap_or("accepted"));
}

/// A transaction that commands share: within the first of them, and after the others.
pub(crate) fn commit<'a>(of: impl IntoIterator<Item = &'a Span>) -> Span {
    let mut of = of.into_iter().filter(|span| !span.is_disabled());
    let Some(first) = of.next() else {
        return Span::none();
    };
    let commit = tracing::trace_span!(
        target: TARGET,
        parent: first,
        "commit",
        borsklokka.commands = Empty,
        borsklokka.outcome = Empty,
    );
    let mut commands = 1_u64;
    for other in of {
        commit.follows_from(other);
        commands += 1;
    }
    commit.record("borsklokka.commands", commands);
    commit
}

/// What became of the transaction that is under way.
pub(crate) fn committed(outcome: &'static str) {
    Span::current().record("borsklokka.outcome", outcome);
}
