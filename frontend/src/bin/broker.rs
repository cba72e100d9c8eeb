//! A broker's tablet, and the door to every desk.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::broker::app);
}
