//! People's texts, at the door: what nobody sees is dropped, what looks alike is written alike, and what shows nothing is no
//! text. Every text that is kept has been through [`tidy`]: those of commands in [`decide`](crate::decide::decide), the
//! others in [`readable`].

mod unicode;

use self::unicode::{composed, is_combining_mark};
use crate::refusal::Refusal;

/// Most accents that one letter may carry: nobody writes more, and a pile of them covers the lines above.
const ACCENTS_MAX: usize = 2;
/// Most marks of any kind on one letter, accents among them: Vietnamese and Thai write two, Arabic three or four, and Hebrew with
/// points and cantillation five.
const MARKS_MAX: usize = 5;
/// Most of them where letters that stand under letters are marks too, as in Tibetan and Burmese.
const STACKED_MARKS_MAX: usize = 8;

/// A text as it is kept: composed letters (NFC), one space for every kind and number of them, none at the ends, and nothing
/// that is not seen. Joiners and selectors stay where they shape what is seen, as in `👩‍🍳`, `🏳️‍🌈` and `می‌خواهم`. Tidying twice
/// changes nothing.
pub fn tidy(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut tidy = tidied_once(text);
    // What is dropped may bring together what changes once more; each time something is gone, so there is an end.
    loop {
        let again = tidied_once(&tidy);
        if again == tidy {
            return tidy;
        }
        tidy = again;
    }
}

/// Whether a text is of single spaces and of letters, digits and signs that stand for themselves, as most are: then it is tidy, and
/// no table of Unicode need be looked into.
fn is_plain(text: &str) -> bool {
    let mut last = ' ';
    text.chars().all(|c| {
        let before = std::mem::replace(&mut last, c);
        match c {
            ' ' => before != ' ',
            // The soft hyphen is not seen.
            '!'..='~' | '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{17F}' | '\u{2010}'..='\u{2027}' => true,
            _ => false,
        }
    }) && last != ' '
}

fn tidied_once(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let whole = composed(text);
    let mut rest = whole.chars().peekable();
    while let Some(c) = rest.next() {
        let last = kept.chars().next_back();
        let keeps = match Part::of(c) {
            Part::Space => {
                if last.is_some_and(|last| last != ' ') {
                    kept.push(' ');
                }
                continue;
            }
            Part::Unseen => false,
            Part::Joiner => {
                // Of several joiners, and of what is dropped after one, only the first and what is seen counts.
                while rest
                    .next_if(|next| matches!(Part::of(*next), Part::Unseen | Part::Joiner))
                    .is_some()
                {}
                last.is_some_and(|last| joins(last, c, rest.peek().copied()))
            }
            Part::Selector => last.is_some_and(takes_selector),
            Part::Tag => last.is_some_and(|last| last == FLAG || Part::of(last) == Part::Tag),
            Part::Accent => last.is_some_and(|last| last != ' '),
            Part::Seen => true,
        };
        if keeps {
            kept.push(c);
        }
    }
    // What was dropped may have kept two apart that are one; and only then it is known how many marks a letter has.
    let (mut accents, mut marks, mut marks_max) = (0, 0, MARKS_MAX);
    let mut tidy: String = composed(&kept)
        .chars()
        .filter(|c| {
            let part = Part::of(*c);
            if part == Part::Accent {
                accents += 1;
                marks += 1;
                return accents <= ACCENTS_MAX && marks <= marks_max;
            }
            if is_combining_mark(*c) {
                marks += 1;
                return marks <= marks_max;
            }
            // What shapes the letter is no other one.
            if part != Part::Joiner {
                let stacks = is_of_stacking_script(*c);
                marks_max = if stacks { STACKED_MARKS_MAX } else { MARKS_MAX };
                (accents, marks) = (0, 0);
            }
            true
        })
        .collect();
    tidy.truncate(tidy.trim_end_matches(' ').len());
    tidy
}

/// A text of several lines as it is kept: each as [`tidy`] makes it, with one empty line at most between two, and none at the ends.
pub fn tidy_lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(tidy) {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if !kept.is_empty() {
            kept.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        kept.push_str(&line);
        empty = 0;
    }
    kept
}

/// A text that people read, tidied.
///
/// # Errors
/// If it shows nothing, is too long, or holds the sign of a text that was broken on its way.
pub fn readable(field: &str, text: &str, chars_max: usize) -> Result<String, Refusal> {
    judged(field, tidy(text), chars_max)
}

/// The same of a text in which lines and paragraphs are told apart.
///
/// # Errors
/// As [`readable`].
pub fn readable_lines(field: &str, text: &str, chars_max: usize) -> Result<String, Refusal> {
    judged(field, tidy_lines(text), chars_max)
}

fn judged(field: &str, text: String, chars_max: usize) -> Result<String, Refusal> {
    let field = || field.to_owned();
    if !is_visible(&text) {
        Err(Refusal::TextMissing { field: field() })
    } else if text.chars().count() > chars_max {
        Err(Refusal::TextTooLong {
            field: field(),
            max: chars_max,
        })
    } else if text.contains(char::REPLACEMENT_CHARACTER) {
        Err(Refusal::TextUnprintable { field: field() })
    } else {
        Ok(text)
    }
}

/// Whether anything of a text is surely seen: a letter, a digit, or a sign that fonts have. What no version of Unicode has given a form yet
/// is a box at best.
pub fn is_visible(text: &str) -> bool {
    text.chars().any(|c| {
        let is_known = c.is_alphanumeric() || is_sign(c) || is_emoji(c);
        is_known && Part::of(c) == Part::Seen && !is_combining_mark(c)
    })
}

/// Signs of the alphabets of Europe, of mathematics, money and music, arrows and shapes, of the scripts of eastern Asia, and that of a text
/// which was broken on its way.
fn is_sign(c: char) -> bool {
    matches!(c, '!'..='~' | '\u{A1}'..='\u{FF}' | '\u{2010}'..='\u{2BFF}' | '\u{3001}'..='\u{303F}' | '\u{FF01}'..='\u{FFEF}' | '\u{FFFD}' | '\u{1D100}'..='\u{1D1FF}')
}

/// A letter without its accents, and ø and æ as o and a: however somebody types it, it is found. What it is not about stays
/// as it is. Small letters are taken.
pub fn bare(letter: char) -> char {
    if letter.is_ascii() {
        return letter;
    }
    BARE.iter()
        .find(|(_, accented)| accented.contains(letter))
        .map_or(letter, |(bare, _)| *bare)
}

/// Whether a character is an accent that stands on the letter before it: a text that was written in pieces has them.
pub const fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20DF}' | '\u{FE20}'..='\u{FE2F}')
}

/// Accented small letters of the Latin alphabets of Europe and Vietnam, and what they are without.
const BARE: [(char, &str); 19] = [
    ('a', "åáàâäãąāăǎæạảấầẩẫậắằẳẵặ"),
    ('c', "çčćĉċ"),
    ('d', "đďð"),
    ('e', "éèêëęēĕėěẹẻẽếềểễệ"),
    ('g', "ğĝġģǧ"),
    ('h', "ĥħ"),
    ('i', "íìîïĩīĭįıỉị"),
    ('j', "ĵ"),
    ('k', "ķǩ"),
    ('l', "łľĺļ"),
    ('n', "ñńňņŋ"),
    ('o', "øöóòôõōŏőơọỏốồổỗộớờởỡợœ"),
    ('r', "řŕŗ"),
    ('s', "šśşșŝ"),
    ('t', "ťţțŧ"),
    ('u', "üúùûũūŭůűųưụủứừửữự"),
    ('w', "ŵẁẃẅ"),
    ('y', "ýÿŷỳỵỷỹ"),
    ('z', "žźżʒǯ"),
];

/// The black flag that begins the flags of England, Scotland and Wales.
const FLAG: char = '\u{1F3F4}';

/// What a character is to whoever reads the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Seen,
    Space,
    /// It shapes the characters beside it, where these can be shaped.
    Joiner,
    /// It chooses another form of the character before it.
    Selector,
    /// It spells which flag is meant.
    Tag,
    Accent,
    Unseen,
}

impl Part {
    fn of(c: char) -> Self {
        match c {
            '\u{200C}' | '\u{200D}' => Part::Joiner,
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}' | '\u{180F}' => Part::Selector,
            '\u{E0020}'..='\u{E007F}' => Part::Tag,
            // The blank of Braille is no white space to Unicode.
            '\u{2800}' => Part::Space,
            c if c.is_whitespace() => Part::Space,
            c if c.is_control() => Part::Unseen,
            '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            // Fillers of Hangul and Khitan, and what joins hieroglyphs: two names that differ by one look alike.
            | '\u{115F}'
            | '\u{1160}'
            | '\u{3164}'
            | '\u{FFA0}'
            | '\u{16FE4}'
            | '\u{13430}'..='\u{1343F}'
            | '\u{1D159}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180E}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FDD0}'..='\u{FDEF}'
            | '\u{FEFF}'
            | '\u{FFF0}'..='\u{FFFC}'
            // Private use: each font has something else there, or a box.
            | '\u{E000}'..='\u{F8FF}'
            | '\u{F0000}'..='\u{10FFFF}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}' => Part::Unseen,
            c if u32::from(c) & 0xFFFE == 0xFFFE => Part::Unseen,
            c if is_accent(c) => Part::Accent,
            _ => Part::Seen,
        }
    }
}

/// Whether a joiner between these shapes what is seen: emoji become one, letters of the scripts that join are kept joined or
/// apart.
fn joins(last: char, joiner: char, next: Option<char>) -> bool {
    let is_selector = Part::of(last) == Part::Selector;
    if is_emoji(last) || is_selector {
        return joiner == '\u{200D}' && next.is_some_and(is_emoji);
    }
    let apart = joiner == '\u{200C}';
    is_of_joining_script(last) && (!apart || next.is_some_and(is_of_joining_script))
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Arabic and its kin, the Indic scripts and their kin, and Mongolian.
fn is_of_joining_script(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{18AF}'
        | '\u{A840}'..='\u{A87F}' | '\u{A8E0}'..='\u{A8FF}' | '\u{FB50}'..='\u{FDCF}' | '\u{FE70}'..='\u{FEFE}' | '\u{10AC0}'..='\u{10FFF}' | '\u{11000}'..='\u{11FFF}')
}

/// Tibetan, the Indic scripts and their kin in the south-east of Asia.
fn is_of_stacking_script(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{DFF}' | '\u{F00}'..='\u{109F}' | '\u{1700}'..='\u{1CFF}' | '\u{A800}'..='\u{ABFF}' | '\u{11000}'..='\u{11FFF}')
}

/// Signs, digits (as on a key) and the scripts whose letters have forms.
fn takes_selector(c: char) -> bool {
    Part::of(c) == Part::Seen
        && (matches!(c, '#' | '*' | '0'..='9' | '©' | '®') || (c >= '\u{1000}' && !is_combining_mark(c)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_and_paragraphs_stay_and_everything_else_is_tidied() {
        for (text, kept) in [
            ("En\r\nto", "En\nto"),
            (" En \n\n\n \n to  tre\n", "En\n\nto tre"),
            ("\n\u{200B}\nEn", "En"),
            ("", ""),
        ] {
            assert_eq!(tidy_lines(text), kept, "{text:?}");
            assert_eq!(tidy_lines(kept), kept);
        }
        assert_eq!(
            readable_lines("welcome", "En\n\nto", 6),
            Ok("En\n\nto".to_owned())
        );
        assert!(matches!(
            readable_lines("welcome", "En\n\nto", 5),
            Err(Refusal::TextTooLong { max: 5, .. })
        ));
        assert!(matches!(
            readable_lines("welcome", "\n\n", 5),
            Err(Refusal::TextMissing { .. })
        ));
    }

    #[test]
    fn what_nobody_sees_is_dropped() {
        for (text, kept) in [
            ("  Lager \t mat\r\n til\u{A0}mange ", "Lager mat til mange"),
            ("usynlig\u{200B}", "usynlig"),
            ("\u{FEFF}Kaffe", "Kaffe"),
            ("null\u{0}tegn\u{7F}", "nulltegn"),
            ("\u{202E}speilvendt", "speilvendt"),
            ("שלום\u{200F} \u{200E}Ola", "שלום Ola"),
            ("ord\u{2060}deling", "orddeling"),
            ("Transport\u{AD}kamerat", "Transportkamerat"),
            ("Ka\u{200D}ri\u{200C}", "Kari"),
            ("Kari\u{FE0F}", "Kari"),
            ("\u{301}abc", "abc"),
            ("to\u{2028}linjer\u{B}og\u{85}mer", "to linjer og mer"),
            ("e\u{E0041}n", "en"),
            ("Ka\u{200B}\u{30A}fe", "K\u{E5}fe"),
            ("z\u{300}\u{301}\u{302}\u{303}\u{304}algo", "z\u{300}\u{301}algo"),
            ("田\u{3000}中", "田 中"),
            ("\u{FDD0}a\u{FFFE}", "a"),
            ("Ka\u{E000}ri\u{F8FF}", "Kari"),
            ("a\u{F0000}b\u{10FFFD}", "ab"),
            ("e\u{E000}\u{301}", "\u{E9}"),
            ("Ka\u{3164}ri\u{FFA0} \u{115F}vel\u{1160}", "Kari vel"),
            ("Kari\u{2800}vel", "Kari vel"),
            ("Ka\u{13430}ri\u{1D159}\u{16FE4}", "Kari"),
        ] {
            assert_eq!(tidy(text), kept, "{text:?}");
        }
    }

    #[test]
    fn a_pile_of_marks_is_cut_and_what_languages_write_is_not() {
        for text in [
            "Nguyễn Thị Mỹ Duyên",
            "tiếng Việt",
            "ที่นี่ น้ำ ผู้ใหญ่ เกี๊ยว",
            "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
            "שָּֽׁ֣ם",
            "ٱلرَّحْمَـٰنِ ٱلرَّحِيمِ",
            "لَّٰهِ",
            "ܩܘܼܪܒܵܢܵܐ",
            "क्षत्रिय श्रीमद्भगवद्गीता",
            "বাংলা ক্ষ্ম্য",
            "தமிழ் ஸ்ரீ",
            "བསྒྲུབས་ ཧྐྵྨླྺྼྻྂ",
            "မြွှို့ ကျွန်ုပ်",
            "ស្ត្រី ខ្ញុំ",
            "ᬓ᭄ᬱ᭄ᬫᬶᬂ",
            "1️⃣ ❤️‍🔥",
        ] {
            assert_eq!(tidy(text), composed(text), "{text:?}");
        }
        let of = |mark: &str, times| mark.repeat(times);
        for (text, kept) in [
            (
                "\u{5D0}".to_owned() + &of("\u{5B0}", 30),
                "\u{5D0}".to_owned() + &of("\u{5B0}", 5),
            ),
            // With another script's marks, with some of each, and with a joiner between.
            (
                format!("Kari{}!", of("\u{E49}", 30)),
                format!("Kari{}!", of("\u{E49}", 5)),
            ),
            (
                format!("a{}{}", of("\u{489}", 9), of("\u{301}", 9)),
                format!("a{}", of("\u{489}", 5)),
            ),
            (
                format!("\u{627}{}\u{200D}{}", of("\u{64B}", 9), of("\u{64B}", 9)),
                format!("\u{627}{}\u{200D}", of("\u{64B}", 5)),
            ),
            (
                format!("\u{F40}{}", of("\u{F90}", 30)),
                format!("\u{F40}{}", of("\u{F90}", 8)),
            ),
        ] {
            assert_eq!(tidy(&text), kept, "{text:?}");
        }
    }

    #[test]
    fn what_is_joined_stays_joined() {
        for text in [
            "👩‍🍳",
            "👩🏽‍🍳 lager mat",
            "🏳️‍🌈",
            "👨‍👩‍👧‍👦",
            "❤️‍🔥",
            "1️⃣ + #️⃣",
            "🇳🇴 🇳🇱",
            "🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
            "می‌خواهم",
            "ക്‍",
            "क्‍ष",
            "ශ්‍රී",
            "葛\u{E0100}城",
            "Ćevapčići 🍲",
            "ऊँचाई",
            "สวัสดี",
            "Åse & Øyvind – «kaffe»",
        ] {
            assert_eq!(tidy(text), text, "{text:?}");
        }
        assert_eq!(tidy("👩\u{200D}\u{200B}\u{200D}🍳"), "👩‍🍳");
        assert_eq!(tidy("👩\u{200D} mat"), "👩 mat", "a joiner that joins nothing");
    }

    #[test]
    fn what_is_plain_is_told_quickly() {
        for text in ["Åse & Øyvind – «kaffe»", "Lager mat til 40", "Transport, 3 t"] {
            assert!(is_plain(text), "{text:?}");
        }
        for text in [
            "",
            " a",
            "a ",
            "a  b",
            "a\tb",
            "a\u{A0}b",
            "a\u{AD}b",
            "A\u{30A}se",
            "1\u{FE0F}",
        ] {
            assert!(!is_plain(text), "{text:?}");
        }
    }

    #[test]
    fn letters_are_composed() {
        assert_eq!(tidy("Bla\u{30A}bærskogen"), "Blåbærskogen");
        assert_eq!(tidy("\u{212B}se"), "Åse");
    }

    #[test]
    fn what_shows_nothing_is_no_text() {
        for text in [
            "",
            " ",
            "\u{200B}",
            "\u{2800}",
            "\u{3164}",
            "\u{115F}\u{1160}",
            // Nothing has these places yet.
            "\u{378}",
            "\u{2FE0}",
            "\u{13437}\u{1343F}",
            "\u{1D159}",
            "\u{301}",
            "\u{A0}\u{301}",
            "\u{E0041}",
            "\u{FE0F}",
            "\u{202E}",
            "\u{200D}\u{200D}",
            "\u{94D}",
            "\u{E000}\u{F8FF}",
        ] {
            let missing = Refusal::TextMissing {
                field: "name".to_owned(),
            };
            assert_eq!(readable("name", text, 10), Err(missing), "{text:?}");
        }
        for text in ["…", "42", "🍳", "-", "小"] {
            assert_eq!(readable("name", text, 10).as_deref(), Ok(text));
        }
    }

    #[test]
    fn the_sign_of_a_broken_text_is_told() {
        let refusal = Refusal::TextUnprintable {
            field: "name".to_owned(),
        };
        assert_eq!(readable("name", "Bl\u{FFFD}b", 10), Err(refusal));
    }

    #[test]
    fn a_text_is_as_long_as_what_is_kept() {
        assert_eq!(readable("name", " ab\u{200B}c ", 3).as_deref(), Ok("abc"));
        let refusal = Refusal::TextTooLong {
            field: "name".to_owned(),
            max: 3,
        };
        assert_eq!(readable("name", "abcd", 3), Err(refusal));
    }

    proptest! {
        #[test]
        fn tidying_twice_changes_nothing(text in "\\PC{0,20}|[\u{200B}-\u{200F}a\u{30A}\u{301}\u{FE0F}\u{E000}\u{5B0}👩🍳ا\u{64B}\u{94D}\u{E0041}🏴 ]{0,12}") {
            let once = tidy(&text);
            prop_assert_eq!(tidy(&once), once);
        }

        /// Every letter, digit, mark of punctuation and sign of every script, and emoji that are made of several, is taken and kept; but
        /// for the two that stand for what could not be shown.
        #[test]
        fn what_a_person_can_see_and_type_is_taken_and_kept(
            text in proptest::collection::vec(
                prop_oneof![
                    8 => "[\\p{L}\\p{N}\\p{P}\\p{S}&&[^\u{FFFC}\u{FFFD}]]",
                    1 => proptest::sample::select(vec!["👩‍🍳", "🏳️‍🌈", "👨‍👩‍👧‍👦", "1️⃣", "🇳🇴", "👍🏽"]).prop_map(str::to_owned),
                ],
                1..20,
            )
        ) {
            let text = text.join(" ");
            let seen = composed(&text).into_owned();
            if is_visible(&seen) {
                prop_assert_eq!(readable("name", &text, 1_000), Ok(seen));
            }
        }

        /// What is told from others only to be quick is what the tables say of it.
        #[test]
        fn a_plain_text_is_tidy(text in "[ !-~\u{A1}-\u{17F}\u{2010}-\u{2027}]{0,12}") {
            if is_plain(&text) {
                prop_assert_eq!(tidied_once(&text), text);
            }
        }

        #[test]
        fn letters_and_digits_are_never_dropped(text in "[a-zæøåA-ZÆØÅ0-9 .,:;()/+-]{0,40}") {
            let bare = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(bare(&tidy(&text)), bare(&text));
        }
    }
}
