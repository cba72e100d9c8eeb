//! A changed migration must reach the binary, and the server's texts are made of the files in `words/`.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
    words_build::build("server");
}
