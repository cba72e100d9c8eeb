//! Whether a component says something in words of its own: every text that a person reads is in `words/`, in every language.
//!
//! A view is read as it is written, element by element: what stands between elements, and what an attribute says that is read
//! aloud or shown. Elsewhere in the frontend a text is known by its look, two words of which the first has a capital.
//!
//! Whoever reads a view so also sees where an element ends before it should. `view!` ends it at the first `>` outside of brackets,
//! though it was meant to compare: the attributes after it become text, and no browser hears of them.

use crate::rooms::{after_quote_mark, after_quoted};

/// Attributes that are shown or read aloud, ours among them.
const SAID: [&str; 12] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "asks",
    "hint",
    "label",
    "placeholder",
    "title",
    "words",
];

/// What is wrong in the frontend's code.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Each line that says something to people, with what it says.
    pub(crate) said: Vec<(usize, String)>,
    /// Each line on which an attribute of a view compares, outside of brackets.
    pub(crate) compared: Vec<usize>,
}

/// Reads the frontend's code. Tests may do either.
pub(crate) fn read(text: &str) -> Found {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(text);
    let tokens = tokens(code);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
        found: Found::default(),
    };
    reader.code(None, is_sentence);
    let mut found = reader.found;
    found.said.sort();
    found.said.dedup();
    found.compared.sort_unstable();
    found.compared.dedup();
    found
}

/// A piece of code.
#[derive(Debug, PartialEq)]
enum Piece {
    /// A name, a number or a keyword.
    Word(String),
    /// A text in quotes.
    Text(String),
    /// Any other character.
    Sign(char),
}

/// A piece and its line.
#[derive(Debug)]
struct Token {
    piece: Piece,
    line: usize,
    /// Whether white space stands before it.
    is_apart: bool,
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    found: Found,
}

impl Reader<'_> {
    fn sign(&self, ahead: usize) -> Option<char> {
        match self.tokens.get(self.at + ahead)?.piece {
            Piece::Sign(sign) => Some(sign),
            Piece::Word(_) | Piece::Text(_) => None,
        }
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        match &self.tokens.get(self.at + ahead)?.piece {
            Piece::Word(word) => Some(word),
            Piece::Sign(_) | Piece::Text(_) => None,
        }
    }

    /// Notes the text at this place, if it is one that says something.
    fn note(&mut self, says: impl Fn(&str) -> bool) {
        let Some(Token { piece, line, .. }) = self.tokens.get(self.at) else {
            return;
        };
        if let Piece::Text(text) | Piece::Word(text) = piece
            && says(text)
        {
            self.found.said.push((*line, text.clone()));
        }
    }

    /// Rust, to the bracket that closes it: views in it are read as such, and its texts by their look.
    fn code(&mut self, close: Option<char>, says: fn(&str) -> bool) {
        while let Some(Token { piece, .. }) = self.tokens.get(self.at) {
            match piece {
                Piece::Sign(sign) if Some(*sign) == close => return,
                Piece::Sign(open) => {
                    self.at += 1;
                    if let Some(close) = closes(*open) {
                        self.code(Some(close), says);
                        self.at += 1;
                    }
                }
                Piece::Word(word) if word == "view" && self.sign(1) == Some('!') => {
                    self.at += 2;
                    let close = self.sign(0).and_then(closes);
                    self.at += 1;
                    self.nodes(close);
                    self.at += 1;
                }
                Piece::Text(_) => {
                    self.note(says);
                    self.at += 1;
                }
                Piece::Word(_) => self.at += 1,
            }
        }
    }

    /// What a view shows, to the bracket that closes it.
    fn nodes(&mut self, close: Option<char>) {
        while let Some(Token { piece, line, .. }) = self.tokens.get(self.at) {
            match piece {
                Piece::Sign(sign) if Some(*sign) == close => return,
                Piece::Sign('<') => self.tag(),
                // What was to end an element that had ended before.
                Piece::Sign('>') => {
                    self.found.compared.push(*line);
                    self.at += 1;
                }
                Piece::Sign('{') => {
                    self.at += 1;
                    self.code(Some('}'), looks_said);
                    self.at += 1;
                }
                Piece::Sign(_) => self.at += 1,
                Piece::Text(_) | Piece::Word(_) => {
                    self.note(has_letter);
                    self.at += 1;
                }
            }
        }
    }

    /// An element's beginning or end, with its attributes.
    fn tag(&mut self) {
        self.at += 1;
        let mut attribute = String::new();
        while let Some(Token { piece, line, .. }) = self.tokens.get(self.at) {
            match piece {
                Piece::Sign('<') if !attribute.is_empty() => {
                    self.found.compared.push(*line);
                    self.at += 1;
                }
                Piece::Sign('>') if !attribute.is_empty() && self.is_operator() => {
                    self.found.compared.push(*line);
                    self.at += 1;
                }
                Piece::Sign('>') => {
                    self.at += 1;
                    return;
                }
                Piece::Sign(open) => {
                    self.at += 1;
                    if let Some(close) = closes(*open) {
                        self.code(Some(close), says_of(&attribute));
                        self.at += 1;
                    }
                }
                Piece::Text(_) => {
                    self.note(says_of(&attribute));
                    self.at += 1;
                }
                Piece::Word(word) if word == "view" && self.sign(1) == Some('!') => {
                    self.at += 2;
                    let close = self.sign(0).and_then(closes);
                    self.at += 1;
                    self.nodes(close);
                    self.at += 1;
                }
                Piece::Word(_) => match self.attribute() {
                    Some((name, pieces)) => {
                        attribute = name;
                        self.at += pieces;
                    }
                    None => self.at += 1,
                },
            }
        }
    }

    /// Whether the `>` at this place was not meant to end an element: it is part of another sign, or nothing that a view shows
    /// begins after it.
    fn is_operator(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let is_arrow = before.is_some_and(|before| matches!(before.piece, Piece::Sign('-' | '=')));
        let is_apart = self.tokens.get(self.at).is_some_and(|token| token.is_apart);
        let begins_node = match self.tokens.get(self.at + 1).map(|token| &token.piece) {
            Some(Piece::Word(_)) => false,
            Some(Piece::Sign(sign)) => matches!(sign, '<' | '{' | '}' | ')' | ']'),
            Some(Piece::Text(_)) | None => true,
        };
        is_arrow || matches!(self.sign(1), Some('=' | '>')) || is_apart && !begins_node
    }

    /// The attribute that begins here, such as `aria-label=`, and how many pieces it takes.
    fn attribute(&self) -> Option<(String, usize)> {
        let mut name = self.word(0)?.to_owned();
        let mut pieces = 1;
        while let (Some(sign @ ('-' | ':')), Some(word)) = (self.sign(pieces), self.word(pieces + 1)) {
            name.push(sign);
            name.push_str(word);
            pieces += 2;
        }
        let is_given = self.sign(pieces) == Some('=') && !matches!(self.sign(pieces + 1), Some('=' | '>'));
        is_given.then_some((name, pieces + 1))
    }
}

const fn closes(open: char) -> Option<char> {
    match open {
        '{' => Some('}'),
        '(' => Some(')'),
        '[' => Some(']'),
        _ => None,
    }
}

/// How a text in an attribute is judged.
fn says_of(attribute: &str) -> fn(&str) -> bool {
    let name = attribute.trim_start_matches("attr:").trim_start_matches("prop:");
    if SAID.contains(&name) {
        has_letter
    } else {
        is_sentence
    }
}

fn has_letter(text: &str) -> bool {
    without_gaps(text).contains(char::is_alphabetic)
}

/// A word with a capital, or one with a space beside it: what a view asks for in code looks otherwise.
fn looks_said(text: &str) -> bool {
    words_of(text) > 0 && (text.starts_with(char::is_uppercase) || text.contains(' '))
}

/// Several words, of which the first has a capital.
fn is_sentence(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && words_of(text) > 1
}

/// How many words there are: two letters in a row, at least. What draws a line has none.
fn words_of(text: &str) -> usize {
    let is_word = |word: &&str| {
        word.chars()
            .collect::<Vec<_>>()
            .windows(2)
            .any(|two| two.iter().all(|letter| letter.is_alphabetic()))
    };
    without_gaps(text).split(' ').filter(is_word).count()
}

/// A template of `format!` without what fills it in.
fn without_gaps(text: &str) -> String {
    let mut depth = 0_usize;
    let kept = text.chars().filter(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    kept.collect()
}

/// The pieces of a text in Rust, without comments.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = &text[..text.len() - rest.len()];
        let line = before.matches('\n').count() + 1;
        let is_apart = before.ends_with(char::is_whitespace);
        let mut put = |piece| {
            tokens.push(Token {
                piece,
                line,
                is_apart,
            });
        };
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("/*") {
            rest = rest.split_once("*/").map_or("", |(_, after)| after);
        } else if first == '"' {
            let after = after_quoted(&rest[1..]);
            put(Piece::Text(
                rest[1..rest.len() - after.len()].trim_end_matches('"').to_owned(),
            ));
            rest = after;
        } else if first == '\'' {
            rest = after_quote_mark(rest);
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            put(Piece::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                put(Piece::Sign(first));
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(code: &str) -> Vec<String> {
        read(code).said.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_component_that_speaks_for_itself_is_found() {
        for (code, found) in [
            (r#"view! { <p>"Lagret"</p> }"#, "Lagret"),
            (r#"view! { <p>{t.of} " av " {count}</p> }"#, " av "),
            (r"view! { <p>Lagret</p> }", "Lagret"),
            (
                r#"view! { <p>{move || ok.get().then_some("Lagret nå")}</p> }"#,
                "Lagret nå",
            ),
            (r#"view! { <p>{if ok { "Lagret" } else { "" }}</p> }"#, "Lagret"),
            (r#"view! { <p>{format!("{n} av {m}")}</p> }"#, "{n} av {m}"),
            (
                r#"view! { <button aria-label="lukk" class="a b">"×"</button> }"#,
                "lukk",
            ),
            (r#"view! { <img alt=move || format!("Logo {x}") /> }"#, "Logo {x}"),
            (
                r#"view! { <input on:input=move |_| a.set(1) placeholder="søk" /> }"#,
                "søk",
            ),
            (r#"view! { <Field id="a b" label="Navn" /> }"#, "Navn"),
            (r#"list.map(|_| view! { <li title={"x"}></li> })"#, "x"),
            (
                r#"view! { <b on:click=move |_| ask("Er du sikker?")></b> }"#,
                "Er du sikker?",
            ),
            (
                r#"fn f() { alert.set(Some("Noe gikk galt.".to_owned())) }"#,
                "Noe gikk galt.",
            ),
            (r#"view! { {kept.map(|k| view! { <i>"kept"</i> })} }"#, "kept"),
        ] {
            assert_eq!(says(code), [found], "{code}");
        }
        assert_eq!(
            read("\n\nview! {\n<p>\n\"Hei\"</p> }").said,
            [(5, "Hei".to_owned())]
        );
    }

    #[test]
    fn what_nobody_reads_is_left_alone() {
        for code in [
            r#"view! { <p class="card wide" data-testid="a">{t.saved} " · " {n} "×"</p> }"#,
            r#"view! { <a href="/" aria-label=t.close title=move || t.title(x)>{t.close}</a> }"#,
            r#"view! { <p>{move || match x { A => "business", B => "public" }}</p> }"#,
            r#"view! { <p>{move || (n > 1).then(|| format!("{n}/{m}"))}</p> }"#,
            r"view! { <For each=move || list.get() key=|x| x.id children=move |x| view! { <Row x /> } /> }",
            r"view! { <b hidden=move || { list.len() >= most } on:click=move |_| more()>{t.more}</b> }",
            r#"x.expect("every browser that runs WebAssembly has it")"#,
            "// view! { <p>\"Lagret\"</p> }\nfn f<'a>(c: char) -> bool { c == '\"' }",
            "#[cfg(test)]\nmod tests {\nview! { <p>\"Lagret\"</p> }\n}",
        ] {
            assert_eq!(says(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn an_attribute_that_compares_outside_of_brackets_is_found() {
        for attribute in [
            "hidden=move || list.len() >= most on:click=move |_| more()",
            "hidden=move || list.len() > 3 on:click=move |_| more()",
            "hidden=move || list.len() > *most",
            "hidden=move || list.len() > { most }",
            "hidden=move || list.name() > \"a\"",
            "hidden=move || list.len()>most",
            "hidden=move || list.len() <= most",
            "hidden=move || list.len() < most title=t.more",
            "hidden=list.get() >> 2 > 1",
            "on:click=move |_| -> bool { more() }",
            "items=list.collect::<Vec<_>>()",
        ] {
            let code = format!("view! {{\n<b\n{attribute}\n>{{t.more}}</b> }}");
            // Some are known only by the end that was meant.
            let is_near = |line: &usize| [3, 4].contains(line);
            let compared = read(&code).compared;
            assert!(
                !compared.is_empty() && compared.iter().all(is_near),
                "{code}: {compared:?}"
            );
        }
    }

    #[test]
    fn what_compares_in_brackets_or_elsewhere_is_left_alone() {
        for code in [
            "view! { <b hidden=move || { list.len() >= most } on:click=move |_| more()>{t.more}</b> }",
            "view! { <b hidden=(n > 3) title=f(|x| -> u8 { x }, n < 2) items=[a > b]>{n > 3}</b> }",
            "view! { <b class=move || match n { 0 => a, _ => b }\n>\n<i/>\"a\" </b>\n</Each> }",
            "view! { <ul>{list.iter().collect::<Vec<_>>()}</ul> <Row items=(list.collect::<Vec<_>>()) /> }",
            "view! { <Show when=is_open fallback=|| view! { <i title=t.a></i> }><b>{x}</b></Show> }",
            "view! { <For each=move || list.get() key=|x| x.id let(x)>\n// It is > 3.\n<b/></For> }",
            "view! { <></> } fn f(a: Vec<u8>) -> bool { a.len() > 3 && 2 < 3 }",
            "#[cfg(test)]\nmod tests {\nview! { <b hidden=a >= b></b> }\n}",
        ] {
            assert_eq!(read(code).compared, [0; 0], "{code}");
        }
    }
}
