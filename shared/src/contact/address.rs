//! Mail addresses, and what stands around them.

use super::label::labelled;

/// Whether a text can be an e-mail address. Only the slips of a hurried hand are caught; whether mail arrives, mail shows.
pub fn is_email(text: &str) -> bool {
    let Some((mailbox, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let has_no_gap = |part: &str| part.split('.').all(|label| !label.is_empty());
    !text
        .chars()
        .any(|c| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')' | '[' | ']'))
        && !mailbox.contains('@')
        && domain.contains('.')
        && has_no_gap(mailbox)
        && has_no_gap(domain)
}

/// An address without what stands around it in a line.
pub(super) fn bare_address(text: &str) -> &str {
    let around = ['<', '>', '(', ')', '[', ']', '"', '\'', ' ', ',', ';', ':'];
    let text = text.trim_start_matches(around);
    text.trim_end_matches(|c| around.contains(&c) || matches!(c, '.' | '!' | '?'))
}

/// An address without the labels and the signs around it, however many there are: `<mailto:kari@example.org>`.
pub(super) fn lone_address(text: &str) -> &str {
    let (_, address) = labelled(text);
    let bare = bare_address(address);
    if bare.len() < text.len() {
        lone_address(bare)
    } else {
        bare
    }
}
