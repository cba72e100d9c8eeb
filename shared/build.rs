//! Makes the languages and the texts that server and screens share of the files in `words/`.

fn main() {
    words_build::build_languages();
    words_build::build("both");
}
