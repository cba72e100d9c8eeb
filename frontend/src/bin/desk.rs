//! The desks: what brokers, notary and moderator work with.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::desk::app);
}
