//! The page itself. No scripts: an untrusted tablet may not run ours, and need not.

use super::device::Device;
use super::words::Words;
use crate::tls::{Authority, day};

/// How many pairs of digits a line of the fingerprint has, wherever it is shown: so it is compared line by line.
pub(crate) const PAIRS_OF_A_LINE: usize = 8;
pub(crate) const CERTIFICATE: &str = "/authority.crt";
pub(crate) const PROFILE: &str = "/authority.mobileconfig";

const STYLE: &str = include_str!("page.css");

/// What one answer shows.
pub(super) struct Page<'a> {
    pub(super) words: &'a Words,
    pub(super) authority: &'a Authority,
    pub(super) likely: &'a [Device],
    /// This server in https.
    pub(super) https: &'a str,
    /// This page in plain http.
    pub(super) trust_url: &'a str,
    /// The same as a QR code, as SVG.
    pub(super) qr: &'a str,
    pub(super) typeface: Option<String>,
}

impl Page<'_> {
    pub(super) fn html(&self) -> String {
        let words = self.words;
        let devices: String = Device::ALL
            .into_iter()
            .map(|device| self.device(device))
            .collect();
        let fingerprint = self
            .authority
            .fingerprint()
            .chunks(PAIRS_OF_A_LINE)
            .map(|line| format!("<span>{}</span>", line.join(" ")))
            .collect::<Vec<_>>()
            .concat();
        let holds = escape(&words.holds_until(&self.authority.name, &day(self.authority.until)));
        format!(
            r#"<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{sheet}</style>
</head>
<body>
<main>
<header>
<h1>{title}</h1>
<p class="lead">{lead}</p>
</header>
<section class="steps">
<h2>{steps}</h2>
{devices}</section>
<section>
<h2>{compare}</h2>
<p>{compare_how}</p>
<p class="fingerprint">{fingerprint}</p>
<p class="small">{holds}</p>
</section>
<section>
<h2>{done}</h2>
<p><a class="button" href="{https}/">{open}</a></p>
<p class="small">{warning}</p>
</section>
<section class="next">
<div class="qr">{qr}</div>
<div>
<h2>{next}</h2>
<p>{next_how}</p>
<p class="address">{trust_url}</p>
<h2>{after}</h2>
<p>{after_how}</p>
</div>
</section>
</main>
</body>
</html>
"#,
            tag = words.language.as_str(),
            title = words.title,
            lead = words.lead,
            steps = words.steps,
            compare = words.compare,
            compare_how = words.compare_how,
            done = words.done,
            open = words.open,
            warning = words.warning,
            next = words.next,
            next_how = words.next_how,
            after = words.after,
            after_how = words.after_how,
            https = escape(self.https),
            trust_url = escape(self.trust_url),
            qr = self.qr,
            sheet = self.sheet(),
        )
    }

    /// One device's steps, open if the reader may hold one.
    fn device(&self, device: Device) -> String {
        let (name, steps) = self.words.device(device);
        let is_open = if self.likely.contains(&device) {
            " open"
        } else {
            ""
        };
        let (file, fetch) = if device.takes_profile() {
            (PROFILE, self.words.profile)
        } else {
            (CERTIFICATE, self.words.certificate)
        };
        let steps = steps
            .iter()
            .map(|step| format!("<li>{}</li>", marked(step)))
            .collect::<Vec<_>>()
            .concat();
        format!(
            "<details{is_open}><summary>{name}</summary><ol>{steps}</ol><p><a class=\"button quiet\" href=\"{file}\">{fetch}</a></p></details>\n"
        )
    }

    /// The sheet in its head.
    pub(super) fn sheet(&self) -> String {
        format!("{}{STYLE}", self.typeface())
    }

    fn typeface(&self) -> String {
        self.typeface.as_ref().map_or_else(String::new, |address| {
            format!(
                "@font-face{{font-family:Archivo;src:url({}) format(\"woff2\");font-weight:400 900;font-stretch:85% 115%}}",
                escape(address)
            )
        })
    }
}

/// A text with its `*stars*` made bold.
fn marked(text: &str) -> String {
    let text = escape(text);
    let mut is_bold = false;
    let mut html = String::new();
    for (index, part) in text.split('*').enumerate() {
        if index > 0 {
            html.push_str(if is_bold { "</b>" } else { "<b>" });
            is_bold = !is_bold;
        }
        html.push_str(part);
    }
    html
}

/// A text as HTML or XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pressed_is_bold_and_nothing_else_is_markup() {
        assert_eq!(
            marked("Press *A & <B>*, then *C*."),
            "Press <b>A &amp; &lt;B&gt;</b>, then <b>C</b>."
        );
    }
}
