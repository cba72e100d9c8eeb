//! The desks beside the brokers': what notary, moderator and door work with.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::desk::app);
}
