//! Makes the screens' texts of the files in `words/`.

fn main() {
    words_build::build("screens");
}
