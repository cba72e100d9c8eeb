//! Keys: what a language, a room or a text is called in the files, and in the program.

use crate::text::is_name;

/// Why it cannot be a key, if it cannot.
pub(crate) fn fault(key: &str) -> Option<String> {
    /// Words that Rust or the build keeps for itself.
    const KEPT: [&str; 39] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
        "dyn", "else", "enum", "extern", "false", "fn", "for", "gen", "if", "impl", "in", "language", "let",
        "loop", "match", "mod", "move", "mut", "of", "pub", "ref", "return", "self", "static", "struct",
        "super", "true", "type",
    ];
    if !is_name(key) {
        return Some(format!(
            "`{key}` is no key. A key is small letters, digits and `_`, and begins with a letter."
        ));
    }
    KEPT.contains(&key)
        .then(|| format!("`{key}` means something to the program. Choose another key, such as `{key}_text`."))
}

/// `ModeratorScene` of `moderator_scene`.
pub(crate) fn camel(name: &str) -> String {
    let parts = name.split(['_', '/']).map(|part| {
        let (first, rest) = part.split_at(part.len().min(1));
        first.to_uppercase() + rest
    });
    parts.collect()
}
