//! What the build says to whoever makes a mistake in a text file: the file, the line, and what to do.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

const LANGUAGES: &str =
    "[nb]\nname = \"Norsk bokmål\"\nregion = \"NO\"\n\n[en]\nname = \"English\"\nregion = \"GB\"\n";

const EN: &str = r#"# A wall.

# Over the newest deal.
new_deal = "New deal no. {number}"

# Before the return.
in_return = "In return:"
presets = ["Coffee", "Cake"]

# Deals that are left.
[left]
one = "{count} deal left of {goal}"
other = "{count} deals left of {goal}"

[scene]
welcome = "Welcome"
pause = "Break"
"#;

const NB: &str = r#"new_deal = "Ny avtale nr. {number}"
in_return = "Motytelse:"
presets = ["Kaffe", "Kake"]

[left]
one = "én avtale igjen av {goal}"
other = "{count} avtaler igjen av {goal}"

[scene]
welcome = "Velkommen"
pause = "Pause"
"#;

/// A folder `words` with one room in each language.
fn words(languages: &str, rooms: &[(&str, &str)]) -> TempDir {
    let words = TempDir::new().expect("a folder to write in");
    fs::write(words.path().join("languages.toml"), languages).expect("a folder to write in");
    for (path, text) in rooms {
        let path = words.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to write in");
        fs::write(path, text).expect("a folder to write in");
    }
    words
}

fn faults(words: &Path) -> Vec<String> {
    match words_build::texts(words, "screens") {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

/// What is said of a Norwegian room in which this stands in place of that.
fn said_of(that: &str, this: &str) -> Vec<String> {
    assert!(NB.contains(that), "{that}");
    let nb = NB.replacen(that, this, 1);
    let words = words(
        LANGUAGES,
        &[("en/screens/wall.toml", EN), ("nb/screens/wall.toml", &nb)],
    );
    faults(words.path())
}

#[test]
fn a_mistake_is_told_with_its_line_and_what_to_do() {
    for (that, this, says) in [
        (
            "in_return = \"Motytelse:\"\n",
            "",
            "words/nb/screens/wall.toml:2: `in_return` is missing here. words/en/screens/wall.toml:7 has it \"In return:\". Add it.",
        ),
        (
            "in_return",
            "in_retrun",
            "words/nb/screens/wall.toml:2: `in_retrun` is not a key of this room. Did you mean `in_return`, as in words/en/screens/wall.toml:7?",
        ),
        (
            "presets =",
            "extra = \"Mer\"\npresets =",
            "words/nb/screens/wall.toml:3: `extra` is in no other language. Take it out, or add it to words/en/screens/wall.toml and to the rest.",
        ),
        (
            "{number}",
            "{nummer}",
            "words/nb/screens/wall.toml:1: `new_deal` has {nummer} where it should have {number}. words/en/screens/wall.toml:4 is \"New deal no. {number}\". The names in braces are the program's: write the same ones, wherever they fit.",
        ),
        (
            " av {goal}\"\n\n",
            "\"\n\n",
            "words/nb/screens/wall.toml:7: `left` lacks {goal}. words/en/screens/wall.toml:11 is \"{count} deals left of {goal}\". The names in braces are the program's: write the same ones, wherever they fit.",
        ),
        (
            "Motytelse:",
            "Motytelse: {what}",
            "words/nb/screens/wall.toml:2: `in_return` has {what}, which nothing fills in. words/en/screens/wall.toml:7 is \"In return:\". The names in braces are the program's: write the same ones, wherever they fit.",
        ),
        (
            "one = \"én avtale igjen av {goal}\"\n",
            "",
            "words/nb/screens/wall.toml:5: `left` lacks the form `one`, which nb takes for 1. Add it.",
        ),
        (
            "one = \"én avtale igjen av {goal}\"\n",
            "one = \"én av {goal}\"\nfew = \"noen av {goal}\"\n",
            "words/nb/screens/wall.toml:7: `few` is not a form that nb counts by, and `left` is counted: its forms are one, other. Take it out. (A table with the key `other` is a counted text.)",
        ),
        (
            "welcome = \"Velkommen\"\n",
            "",
            "words/nb/screens/wall.toml:10: `welcome` is missing here. words/en/screens/wall.toml:16 has it \"Welcome\". Add it.",
        ),
        (
            "[\"Kaffe\", \"Kake\"]",
            "[\"Kaffe\"]",
            "words/nb/screens/wall.toml:3: `presets` has 1 texts here and 2 in words/en/screens/wall.toml:8. Make them as many.",
        ),
        (
            "\"Motytelse:\"",
            "[\"Motytelse:\"]",
            "words/nb/screens/wall.toml:2: `in_return` is a list of texts here and a text in words/en/screens/wall.toml:7. Write it as there.",
        ),
        (
            "\"Motytelse:\"",
            "7",
            "words/nb/screens/wall.toml:2: `in_return` is a integer, and has to be a text: put it in \"double quotes\".",
        ),
        (
            "\"Motytelse:\"",
            "\"Motytelse: \"",
            "words/nb/screens/wall.toml:2: `in_return`: the text begins or ends with a space. Take it away: where it stands, room is made for it.",
        ),
        (
            "in_return",
            "type",
            "words/nb/screens/wall.toml:2: `type` means something to the program. Choose another key, such as `type_text`.",
        ),
    ] {
        assert_eq!(said_of(that, this), [says], "{this}");
    }
    let quote = said_of("\"Motytelse:\"", "Motytelse:");
    assert!(
        quote[0].starts_with("words/nb/screens/wall.toml:2: ") && quote[0].contains("double quotes"),
        "{quote:?}"
    );
    assert!(
        said_of("Pause", "Pause").is_empty(),
        "what is right is not faulted"
    );
}

#[test]
fn a_language_counts_by_its_own_forms() {
    let three = format!("{LANGUAGES}\n[uk]\nname = \"Українська\"\nregion = \"UA\"\n");
    let rooms = [
        ("en/screens/wall.toml", EN),
        ("nb/screens/wall.toml", NB),
        ("uk/screens/wall.toml", EN),
    ];
    let said = faults(words(&three, &rooms).path());
    let says =
        "words/uk/screens/wall.toml:11: `left` lacks the form `few`, which uk takes for 2, 3, 4, 22. Add it.";
    assert_eq!(said, [says]);
    let uk = EN.replace(
        "other = ",
        "few = \"{count} угоди з {goal}\"\nmany = \"{count} угод з {goal}\"\nother = ",
    );
    let rooms = [
        ("en/screens/wall.toml", EN),
        ("nb/screens/wall.toml", NB),
        ("uk/screens/wall.toml", &uk),
    ];
    let made = words_build::texts(words(&three, &rooms).path(), "screens").unwrap();
    assert!(made.contains("Ukr") || made.contains("угоди"), "{made}");
}

#[test]
fn files_and_folders_that_nothing_reads_are_told() {
    let two = [("en/screens/wall.toml", EN), ("nb/screens/wall.toml", NB)];
    for (more, says) in [
        (
            "de/screens/wall.toml",
            "words/de: nothing reads this. A language's folder needs its block in words/languages.toml.",
        ),
        (
            "nb/wall.toml",
            "words/nb/wall.toml: nothing reads this. Texts lie in both, page.toml, screens, server.",
        ),
        (
            "nb/screens/wal.toml",
            "words/nb/screens/wal.toml: has no counterpart in words/en. Take it away, or add it there.",
        ),
        (
            "en/screens/phone.toml",
            "words/nb/screens/phone.toml: is missing. Copy words/en/screens/phone.toml there, and translate it.",
        ),
    ] {
        let rooms: Vec<(&str, &str)> = two.into_iter().chain([(more, EN)]).collect();
        assert_eq!(faults(words(LANGUAGES, &rooms).path()), [says], "{more}");
    }
}

#[test]
fn a_language_is_not_half_listed() {
    for (block, says) in [
        (
            "[xx]\nname = \"X\"\nregion = \"XX\"",
            "words/languages.toml:9: how `xx` counts is not known here.",
        ),
        (
            "[de]\nname = \"Deutsch\"",
            "words/languages.toml:9: `de` needs a name and a region",
        ),
        (
            "[de]\nflag = \"x\"",
            "words/languages.toml:9: `flag` says nothing of a language.",
        ),
    ] {
        let words = words(
            &format!("{LANGUAGES}\n{block}\n"),
            &[("en/screens/wall.toml", EN), ("nb/screens/wall.toml", NB)],
        );
        let said = faults(words.path());
        assert!(said.len() == 1 && said[0].starts_with(says), "{said:?}");
    }
}

#[test]
fn what_fills_a_text_in_comes_in_the_order_of_the_alphabet_whatever_the_words_do() {
    let turned = "said = \"{until} etter {from}\"\n";
    let rooms = [
        ("en/screens/a.toml", "said = \"{from} to {until}\"\n"),
        ("nb/screens/a.toml", turned),
    ];
    let made = words_build::texts(words(LANGUAGES, &rooms).path(), "screens").unwrap();
    assert!(
        made.contains("fn said(&self, from: impl ::core::fmt::Display, until: impl ::core::fmt::Display)"),
        "{made}"
    );
    assert!(made.contains(r#""\u{2} etter \u{1}""#), "{made}");
}
