//! The desks: what brokers, notary, moderator and organiser work with.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::desk::app);
}
