//! The pictures of an exchange: its logo and its sponsors'. The organiser hangs them up, everybody sees them. A picture
//! never changes under its id, so whoever has it keeps it for ever.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use borsklokka_shared::ids::{ExchangeId, PictureId};

use crate::access::Access;
use crate::api::{Denied, Thing};
use crate::database::{on_either, within, write_on};
use crate::entered::{Entered, find_exchange};
use crate::hub::Hub;
use crate::whole::{is_jpeg, is_png, is_webp};

/// Largest picture, in KiB.
const PICTURE_KIB_MAX: usize = 512;
/// The same, in bytes.
pub(crate) const BODY_BYTES_MAX: usize = PICTURE_KIB_MAX * 1_024;
/// Pictures of one exchange, counted: a logo, twelve sponsors, and room to change one's mind.
pub(crate) const PICTURES_MAX: u32 = 32;
/// How far into a file its first tag of SVG may stand, in bytes: comments and a document type go before it.
const SVG_START_BYTES: usize = 4_096;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A drawing may hold scripts: opened as a page of its own, it runs none and reaches nothing.
const CONTENT_SECURITY_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// The kinds of picture that every browser shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Png,
    Jpeg,
    WebP,
    Svg,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Png, Kind::Jpeg, Kind::WebP, Kind::Svg];

    const fn media_type(self) -> &'static str {
        match self {
            Kind::Png => "image/png",
            Kind::Jpeg => "image/jpeg",
            Kind::WebP => "image/webp",
            Kind::Svg => "image/svg+xml",
        }
    }

    /// The kind that a request or a row names.
    fn named(media_type: &str) -> Option<Self> {
        let bare = media_type.split(';').next().unwrap_or_default().trim();
        Self::ALL
            .into_iter()
            .find(|kind| kind.media_type().eq_ignore_ascii_case(bare))
    }

    /// Whether a file is of this kind, and all of it is there.
    fn is_of(self, content: &[u8]) -> bool {
        match self {
            Kind::Png => is_png(content),
            Kind::Jpeg => is_jpeg(content),
            Kind::WebP => is_webp(content),
            Kind::Svg => is_svg(content),
        }
    }
}

/// Whether a file is a picture that an exchange can have, of the kind that is named.
pub(crate) fn is_picture(media_type: &str, content: &[u8]) -> bool {
    content.len() <= BODY_BYTES_MAX && Kind::named(media_type).is_some_and(|kind| kind.is_of(content))
}

/// Whether a file is text that begins with a tag and soon comes to one of SVG, which ends.
fn is_svg(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else {
        return false;
    };
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let begins = text.find("<svg").filter(|at| *at < SVG_START_BYTES);
    let drawing = begins.map(|at| &text[at..]);
    text.starts_with('<') && drawing.is_some_and(|drawing| drawing.contains("</svg") || is_empty(drawing))
}

/// Whether there is nothing in a tag.
fn is_empty(tag: &str) -> bool {
    tag.split_once('>').is_some_and(|(tag, _)| tag.ends_with('/'))
}

/// A picture as it is stored: its media type, and the file.
type Picture = (String, Vec<u8>);

impl Access {
    async fn picture(&self, exchange: ExchangeId, id: PictureId) -> Result<Picture, Denied> {
        let found = on_either!(self.database().reading(), on => sqlx::query_as(
            "SELECT media_type, content FROM pictures WHERE exchange_id = $1 AND id = $2",
        )
        .bind(exchange.to_string())
        .bind(id.to_string())
        .fetch_optional(on)
        .await)?;
        found.ok_or(Denied::UnknownPicture)
    }

    /// The file of a picture.
    ///
    /// # Errors
    /// [`Denied::UnknownPicture`] if the exchange has no such picture; and if the database cannot be read.
    pub(crate) async fn picture_content(
        &self,
        exchange: ExchangeId,
        id: PictureId,
    ) -> Result<Vec<u8>, Denied> {
        let (_, content) = self.picture(exchange, id).await?;
        Ok(content)
    }

    /// Keeps a picture under an id that is free, or that it has already.
    async fn hang_picture(
        &self,
        exchange: ExchangeId,
        id: PictureId,
        kind: Kind,
        content: &[u8],
    ) -> Result<(), Denied> {
        let mut transaction = self.database().begin().await?;
        let there: Option<Picture> = within!(&mut transaction, on => sqlx::query_as(
            "SELECT media_type, content FROM pictures WHERE exchange_id = $1 AND id = $2",
        )
        .bind(exchange.to_string())
        .bind(id.to_string())
        .fetch_optional(&mut **on)
        .await)?;
        if let Some((media_type, there)) = there {
            return if media_type == kind.media_type() && there == content {
                Ok(())
            } else {
                Err(Denied::PictureTaken)
            };
        }
        let others: i64 = within!(&mut transaction, on => sqlx::query_scalar("SELECT COUNT(*) FROM pictures WHERE exchange_id = $1")
            .bind(exchange.to_string())
            .fetch_one(&mut **on)
            .await)?;
        if others >= i64::from(PICTURES_MAX) {
            return Err(Denied::TooMany {
                thing: Thing::Pictures,
                max: PICTURES_MAX,
            });
        }
        within!(&mut transaction, on => sqlx::query(
            "INSERT INTO pictures (exchange_id, id, media_type, content, made_at_ms) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(exchange.to_string())
        .bind(id.to_string())
        .bind(kind.media_type())
        .bind(content)
        .bind(self.clock().now().unix_ms)
        .execute(&mut **on)
        .await.map(|done| done.rows_affected()))?;
        transaction.commit().await?;
        Ok(())
    }

    async fn take_picture_down(&self, exchange: ExchangeId, id: PictureId) -> Result<(), Denied> {
        let taken = write_on!(self.database(), on => sqlx::query("DELETE FROM pictures WHERE exchange_id = $1 AND id = $2")
            .bind(exchange.to_string())
            .bind(id.to_string())
            .execute(on)
            .await.map(|done| done.rows_affected()))?;
        if taken == 0 {
            return Err(Denied::UnknownPicture);
        }
        Ok(())
    }
}

/// `GET /api/v1/exchanges/{slug}/pictures/{id}`, for everybody.
pub(crate) async fn show(
    State(hub): State<Arc<Hub>>,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Response, Denied> {
    let exchange = find_exchange(&hub, &slug)?;
    let id = picture_id(&id)?;
    let fetch = async {
        let (media_type, content) = hub.access.picture(exchange, id).await?;
        let kind = Kind::named(&media_type)
            .ok_or_else(|| Denied::Broken(format!("a stored picture is of the kind {media_type}")))?;
        Ok::<_, Denied>((kind.media_type(), content))
    };
    let (media_type, content) = hub.gallery.show(exchange, id, fetch).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    Ok((headers, content).into_response())
}

/// `PUT /api/v1/exchanges/{slug}/pictures/{id}`, for the organiser. The body is the file. The same again changes nothing.
pub(crate) async fn hang(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
    headers: HeaderMap,
    content: Bytes,
) -> Result<StatusCode, Denied> {
    let id = picture_id(&id)?;
    let kind = kind_said(&headers).ok_or(Denied::NotAPicture)?;
    if !kind.is_of(&content) {
        return Err(Denied::NotAPicture);
    }
    hub.access.hang_picture(exchange, id, kind, &content).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/v1/exchanges/{slug}/pictures/{id}`, for the organiser. A screen that has the picture may go on showing it.
pub(crate) async fn take_down(
    State(hub): State<Arc<Hub>>,
    Path((_, id)): Path<(String, String)>,
    Entered { exchange, .. }: Entered,
) -> Result<StatusCode, Denied> {
    let id = picture_id(&id)?;
    hub.access.take_picture_down(exchange, id).await?;
    hub.gallery.take_down(exchange, id).await;
    Ok(StatusCode::NO_CONTENT)
}

fn picture_id(text: &str) -> Result<PictureId, Denied> {
    text.parse().map_err(|_| Denied::UnknownPicture)
}

fn kind_said(headers: &HeaderMap) -> Option<Kind> {
    Kind::named(headers.get(header::CONTENT_TYPE)?.to_str().ok()?)
}

/// What a picture is answered that is too large.
pub(crate) fn too_large() -> Denied {
    Denied::PictureTooLarge {
        kib_max: PICTURE_KIB_MAX,
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::role::Role;

    use super::*;
    use crate::fixture::{Browser, open_hub};

    const PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\0IEND\xAE\x42\x60\x82";
    const JPEG: &[u8] = b"\xFF\xD8\xFF\xC0\0\x02\xFF\xDA\0\x02 and so on\xFF\xD9";
    const WEBP: &[u8] = b"RIFF\x10\0\0\0WEBPVP8 and so on";
    const SVG: &[u8] = b"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- drawn --> <svg/>";

    fn path(slug: &str, number: u32) -> String {
        format!("/api/v1/exchanges/{slug}/pictures/6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c{number:04}")
    }

    #[tokio::test]
    async fn a_picture_hangs_until_it_is_taken_down() {
        let hub = open_hub().await;
        let organiser = Browser::bearing(&hub, &hub.token("drammen", Role::Organiser, "").await);
        let guest = hub.browser();
        assert_eq!(guest.get(&path("drammen", 1)).await.code(), "unknown_picture");
        for (number, (media_type, content)) in (1..).zip([
            ("image/png", PNG),
            ("image/jpeg", JPEG),
            ("image/webp", WEBP),
            ("image/svg+xml; charset=utf-8", SVG),
        ]) {
            let path = path("drammen", number);
            for _ in 0..2 {
                let hung = organiser.put_file(&path, media_type, content).await;
                assert_eq!(
                    hung.status,
                    StatusCode::NO_CONTENT,
                    "{media_type}, and the same again"
                );
            }
            let shown = guest.get(&path).await;
            assert_eq!(
                shown.headers["content-type"],
                media_type.split(';').next().unwrap()
            );
            assert_eq!(shown.text, String::from_utf8_lossy(content));
        }
        let other = organiser
            .put_file(&path("drammen", 1), "image/png", &[PNG, b"!"].concat())
            .await;
        assert_eq!(
            (other.status, other.code()),
            (StatusCode::CONFLICT, "picture_taken")
        );
        assert_eq!(
            guest.get(&path("drammen", 1)).await.text,
            String::from_utf8_lossy(PNG),
            "it is as it was"
        );
        assert_eq!(
            organiser.delete(&path("drammen", 1)).await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(
            organiser.delete(&path("drammen", 1)).await.code(),
            "unknown_picture"
        );
        assert_eq!(guest.get(&path("drammen", 1)).await.status, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn what_is_no_picture_or_not_of_its_kind_is_refused() {
        let hub = open_hub().await;
        let organiser = Browser::bearing(&hub, &hub.token("drammen", Role::Organiser, "").await);
        for (media_type, content) in [
            ("image/png", JPEG),
            ("image/jpeg", PNG),
            ("image/webp", b"RIFF\x10\0\0\0WAVEfmt ".as_slice()),
            ("image/svg+xml", b"<html><script></script></html>"),
            ("image/svg+xml", b"a text about <svg>"),
            ("image/svg+xml", b"\xFF<svg/>"),
            ("image/gif", b"GIF89a"),
            ("image/png", &PNG[..PNG.len() - 1]),
            ("image/jpeg", &JPEG[..JPEG.len() - 1]),
            ("image/webp", &WEBP[..20]),
            ("image/svg+xml", b"<svg><path d=\"M0 0"),
            ("text/html", SVG),
            ("", PNG),
            ("image/png", b""),
        ] {
            let answer = organiser.put_file(&path("drammen", 1), media_type, content).await;
            assert_eq!(
                (answer.status, answer.code()),
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_a_picture"),
                "{media_type} {content:?}"
            );
        }
        let large = vec![0; PICTURE_KIB_MAX * 1_024 + 1];
        let answer = organiser.put_file(&path("drammen", 1), "image/png", &large).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::PAYLOAD_TOO_LARGE, "too_large")
        );
        let answer = organiser
            .put_file("/api/v1/exchanges/drammen/pictures/logo", "image/png", PNG)
            .await;
        assert_eq!(answer.code(), "unknown_picture");
    }

    #[tokio::test]
    async fn an_exchange_has_so_many_pictures_of_its_own() {
        let hub = open_hub().await;
        let drammens = Browser::bearing(&hub, &hub.token("drammen", Role::Organiser, "").await);
        let svelviks = Browser::bearing(&hub, &hub.token("svelvik", Role::Organiser, "").await);
        for number in 0..PICTURES_MAX {
            let hung = drammens
                .put_file(&path("drammen", number), "image/png", PNG)
                .await;
            assert_eq!(hung.status, StatusCode::NO_CONTENT);
        }
        let answer = drammens
            .put_file(&path("drammen", PICTURES_MAX), "image/png", PNG)
            .await;
        assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "too_many"));
        // The same id in another exchange is another picture.
        assert_eq!(
            svelviks.get(&path("svelvik", 1)).await.status,
            StatusCode::NOT_FOUND
        );
        let hung = svelviks.put_file(&path("svelvik", 1), "image/jpeg", JPEG).await;
        assert_eq!(hung.status, StatusCode::NO_CONTENT);
        svelviks.delete(&path("svelvik", 1)).await;
        assert_eq!(
            drammens.get(&path("drammen", 1)).await.text,
            String::from_utf8_lossy(PNG)
        );
    }

    #[tokio::test]
    async fn only_the_organiser_hangs_pictures() {
        let hub = open_hub().await;
        for role in [Role::Broker, Role::Notary, Role::Moderator] {
            let staff = Browser::bearing(&hub, &hub.token("drammen", role, "").await);
            let put = staff.put_file(&path("drammen", 1), "image/png", PNG).await;
            let delete = staff.delete(&path("drammen", 1)).await;
            assert_eq!(
                (put.code(), delete.code()),
                ("not_allowed", "not_allowed"),
                "{role:?}"
            );
        }
    }
}
