//! The wall: what the projector shows, kept small for a first visit.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::wall::app);
}
