//! The phone: what everyone in the hall has in their hand, kept small for a first visit.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::phone::app);
}
