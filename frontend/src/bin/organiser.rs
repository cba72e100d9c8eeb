//! The organiser's app: what prepares an exchange and follows it up, apart from what a broker's tablet loads.

fn main() {
    borsklokka_frontend::app::start(borsklokka_frontend::app::organiser::app);
}
