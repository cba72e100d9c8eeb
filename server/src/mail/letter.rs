//! How a mail reads, and what goes over the wire of it: the text with its gaps filled in, once plain and once as HTML, whose it is and why
//! one gets it. Both are made of the same text. No picture is fetched from anywhere, and nothing that somebody wrote is markup.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use borsklokka_shared::date::Date;
use borsklokka_shared::exchange::Settings;
use borsklokka_shared::ids::MailId;
use borsklokka_shared::instant::Instant;
use borsklokka_shared::language::Language;
use borsklokka_shared::mail::{Gap, MailKind, MailSettings, MailText};
use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart};
use maud::{DOCTYPE, Markup, html};

use super::matter::Matter;
use super::queue::Went;
use super::texts::{braced, chosen, filled, label, why};
use crate::agreement::texts::Texts;
use crate::copies::Copy;
use crate::links::Page;
use crate::spoken::mail::Mail as Words;

/// What a mail is read of.
pub(super) struct Source<'a> {
    pub(super) exchange: &'a Settings,
    pub(super) settings: &'a MailSettings,
    pub(super) kind: MailKind,
    pub(super) language: Language,
    pub(super) matter: &'a Matter,
}

/// A link as it stands in a mail.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) page: Page,
    pub(super) url: String,
    /// Until when it holds.
    pub(super) until: Date,
}

/// How a mail reads.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

impl Source<'_> {
    /// The text with its gaps filled in, but for the link.
    pub(super) fn body(&self) -> Went {
        let text = chosen(self.settings, self.kind, self.language);
        let mut gaps: BTreeMap<Gap, String> = self
            .matter
            .gaps
            .iter()
            .map(|(gap, value)| (*gap, one_line(value)))
            .collect();
        gaps.insert(Gap::Exchange, one_line(&self.exchange.name));
        gaps.insert(Gap::Place, one_line(&self.exchange.place));
        gaps.insert(Gap::Day, Texts::of(self.language).day(self.exchange.date));
        let text = MailText {
            body: if gaps.contains_key(&Gap::By) {
                text.body
            } else {
                without_sentence(&text.body, Gap::By)
            },
            ..text
        };
        let subject = one_line(filled(&text.subject, &gaps).trim());
        // It stays, so that what is kept of a mail that went has no link.
        gaps.insert(Gap::Link, LINK.to_owned());
        Went {
            subject,
            body: filled(&text.body, &gaps),
        }
    }

    /// How it reads with a link, or where one will be.
    pub(super) fn written(&self, went: &Went, link: Option<&Shown>) -> Written {
        let words = Words::of(self.language);
        let exchange = one_line(&self.exchange.name);
        let name = self
            .matter
            .gaps
            .get(&Gap::Name)
            .map_or(String::new(), |name| one_line(name));
        let day = Texts::of(self.language).day(self.exchange.date);
        let small = [
            link.map(|link| words.link_until(Texts::of(self.language).day(link.until))),
            Some(why(self.kind, self.language, &exchange, &name)),
            Some(words.held_by(day, &exchange, one_line(&self.exchange.place))),
        ];
        let small: Vec<String> = small.into_iter().flatten().collect();
        let link = link.map(|link| Button {
            url: &link.url,
            label: label(link.page, self.language),
        });
        laid_out(self.language, &went.subject, &went.body, link, &small)
    }
}

/// A mail of a text that is filled in: its link where it goes, or a gap where one will be.
pub(super) fn laid_out(
    language: Language,
    subject: &str,
    body: &str,
    link: Option<Button<'_>>,
    small: &[String],
) -> Written {
    let url = link.map_or("", |link| link.url);
    let text = body.replace(LINK, url);
    Written {
        subject: subject.to_owned(),
        text: format!("{}\n\n-- \n{}\n", text.trim(), small.join("\n\n")),
        html: page(language, subject, body, link, small),
    }
}

/// A link, and what it says where a mail is shown with buttons.
#[derive(Clone, Copy)]
pub(super) struct Button<'a> {
    pub(super) url: &'a str,
    pub(super) label: &'a str,
}

fn page(language: Language, subject: &str, body: &str, link: Option<Button<'_>>, small: &[String]) -> String {
    let paragraphs = body.split("\n\n").map(str::trim).filter(|text| !text.is_empty());
    let page = html! {
        (DOCTYPE)
        html lang=(language.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light";
                title { (subject) }
            }
            body style=(BODY) {
                div style=(SHEET) {
                    @for text in paragraphs { (paragraph(text, link)) }
                    div style=(FOOT) {
                        @for text in small { p style=(SMALL) { (text) } }
                    }
                }
            }
        }
    };
    page.into_string()
}

fn paragraph(text: &str, link: Option<Button<'_>>) -> Markup {
    let lines = text.split('\n').map(str::trim);
    match link {
        Some(link) if text == LINK => html! {
            p style=(CALL) {
                a href=(link.url) style=(BUTTON) {
                    (link.label)
                }
            }
        },
        link => html! {
            p style=(PARAGRAPH) {
                @for (nth, line) in lines.enumerate() {
                    @if nth > 0 { br; }
                    @for (nth, part) in line.split(LINK).enumerate() {
                        @if nth > 0 {
                            @if let Some(link) = link {
                                a href=(link.url) style=(LINKED) { (link.label) }
                            }
                        }
                        (part)
                    }
                }
            }
        },
    }
}

/// How a mail looks. Mail programs read styles where they stand, and no sheet.
const BODY: &str = "margin:0;background:#f7f4ec;color:#14181f;font:16px/1.5 Helvetica,Arial,sans-serif";
const SHEET: &str = "max-width:34em;margin:0 auto;padding:24px";
const FOOT: &str =
    "border-top:1px solid #8b94a1;margin-top:32px;padding-top:8px;font-size:14px;color:#4a5361";
const SMALL: &str = "margin:8px 0";
const CALL: &str = "margin:24px 0";
const BUTTON: &str = "display:inline-block;background:#14181f;color:#ffffff;padding:12px 20px;border-radius:8px;text-decoration:none;font-weight:bold";
const PARAGRAPH: &str = "margin:16px 0";
const LINKED: &str = "color:#14181f";
/// All of them: the pages where the organiser reads mails show these and no other.
pub(crate) const STYLES: [&str; 8] = [BODY, SHEET, FOOT, SMALL, CALL, BUTTON, PARAGRAPH, LINKED];

/// Where the link goes in a text that is filled in: nobody types it.
pub(super) const LINK: &str = "\u{FFFC}";

/// A text without the sentence in which a gap stands that nothing fills.
fn without_sentence(text: &str, gap: Gap) -> String {
    let gap = format!("{{{}}}", gap.as_str());
    let mut text = text.to_owned();
    while let Some(at) = text.find(&gap) {
        let from = text[..at].rfind(['.', '!', '?', '\n']).map_or(0, |end| end + 1);
        let rest = &text[at..];
        let until = at + rest.find(['.', '!', '?', '\n']).map_or(rest.len(), |end| end + 1);
        text.replace_range(from..until, "");
    }
    text.trim().to_owned()
}

/// What somebody wrote, as a part of a line: no line ends in it, and no link begins.
pub(super) fn one_line(text: &str) -> String {
    let plain = text.chars().filter(|c| *c != '\u{FFFC}').map(|c| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            c
        }
    });
    plain.collect::<String>().trim().to_owned()
}

/// A text of a mail whose link is shown as its gap.
pub(super) fn without_link(text: &str) -> String {
    text.replace(LINK, &braced(Gap::Link))
}

/// Says that no person wrote it, so that no person's absence answers it.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// From whom a mail is, to whom, and when.
pub(super) struct Cover<'a> {
    pub(super) id: MailId,
    /// What its identifier ends in.
    pub(super) domain: &'a str,
    pub(super) from: &'a Mailbox,
    pub(super) to: Mailbox,
    pub(super) reply_to: Option<Mailbox>,
    pub(super) at: Instant,
}

/// A mail as it goes over the wire.
///
/// # Errors
/// If the library cannot make one of it.
pub(super) fn message(
    cover: Cover<'_>,
    written: Written,
    paper: Option<Copy>,
) -> Result<Message, lettre::error::Error> {
    let date = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(cover.at.unix_ms).unwrap_or(0));
    let mut message = Message::builder()
        .message_id(Some(format!("<{}@{}>", cover.id, cover.domain)))
        .date(date)
        .from(cover.from.clone())
        .to(cover.to)
        .subject(written.subject)
        .header(AutoSubmitted);
    if let Some(reply_to) = cover.reply_to {
        message = message.reply_to(reply_to);
    }
    let texts = MultiPart::alternative_plain_html(written.text, written.html);
    match paper {
        None => message.multipart(texts),
        Some(Copy { name, pdf }) => {
            let media_type = ContentType::parse("application/pdf").expect("a media type");
            let paper = Attachment::new(format!("{name}.pdf")).body(pdf, media_type);
            message.multipart(MultiPart::mixed().multipart(texts).singlepart(paper))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_that_nothing_fills_is_left_out() {
        for (text, left) in [
            ("Hei!\n\nSvar gjerne innen {by}.", "Hei!"),
            (
                "Svar gjerne innen {by}. Vi spør ikke flere ganger.",
                "Vi spør ikke flere ganger.",
            ),
            ("Uten dag.", "Uten dag."),
        ] {
            assert_eq!(without_sentence(text, Gap::By), left);
        }
    }
}
