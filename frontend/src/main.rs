//! Starts the app in the page that loaded it.

fn main() {
    borsklokka_frontend::app::start();
}
