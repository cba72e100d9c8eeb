//! The board: what the hall sees, kept small for a first visit.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::board::app);
}
