//! A closed set has one name for each of its values: the list's names are those on the wire.
#![allow(clippy::unwrap_used)]

use borsklokka_shared::audience::Audience;
use borsklokka_shared::exchange::{
    Ceremony, DealSound, Estimates, LastRound, NotaryTicks, Phase, RoundStart, Scene, Theme, TimerKind,
};
use borsklokka_shared::icon::Icon;
use borsklokka_shared::language::Language;
use borsklokka_shared::participant::Sector;
use borsklokka_shared::role::Role;
use borsklokka_shared::screen::{App, Screen};

macro_rules! check {
    ($($set:ty),+) => {$(
        for one in <$set>::ALL {
            assert_eq!(serde_json::to_value(one).unwrap(), one.as_str(), "{one:?}");
            assert_eq!(<$set>::named(one.as_str()), Some(one));
        }
        assert_eq!(<$set>::named("?"), None);
    )+};
}

#[test]
fn each_name_is_the_wires_and_leads_back() {
    check!(
        Audience,
        Ceremony,
        DealSound,
        Icon,
        Language,
        LastRound,
        Estimates,
        NotaryTicks,
        Phase,
        Role,
        RoundStart,
        Scene,
        Screen,
        Sector,
        Theme,
        TimerKind
    );
    for app in App::ALL {
        assert_eq!(App::named(app.as_str()), Some(app));
    }
}
