//! What the broker's tablet says.

use borsklokka_shared::exchange::Phase;
use borsklokka_shared::language::Language;
use borsklokka_shared::listing::ListingKind;
use borsklokka_shared::matching::Reason;

use crate::draft::question::{DealRef, Question};
use crate::draft::wording::Clash;
use crate::draft::{Field, LeftOut, Turned};
use crate::line::done::{GoesTo, Outcome};
use crate::line::state::State;
use crate::live::outbox::queue::Condition;
use crate::numbers::{time_said, whole_said};
use crate::offline::Offline;

/// The broker's texts.
#[derive(Debug)]
pub struct Broker {
    /// The connection is good.
    pub connected: &'static str,
    /// How many wait in the outbox.
    pub in_outbox: fn(usize) -> String,
    /// After the count: "of 60".
    pub of_goal: fn(u32) -> String,
    /// Something was refused or sent back.
    pub asks: &'static str,
    /// What this device cannot do without a network.
    pub offline: fn(Offline) -> Option<&'static str>,
    /// What a deal that is sent now comes to, if the floor is not open.
    pub floor: fn(Phase) -> Option<&'static str>,
    /// Who gives.
    pub giver: &'static str,
    /// Who receives.
    pub receiver: &'static str,
    /// In the empty search field.
    pub search: &'static str,
    /// One more party on this side.
    pub one_more: &'static str,
    /// Takes a party away.
    pub take_away: fn(&str) -> String,
    /// Nobody was found.
    pub nobody: &'static str,
    /// Registers what was typed.
    pub register: fn(&str) -> String,
    /// Registers someone new.
    pub register_new: &'static str,
    /// Brings up the keyboard.
    pub type_it: &'static str,
    /// Empties the field.
    pub empty_it: &'static str,
    /// Somebody new was written and not registered.
    pub unregistered: fn(&str) -> String,
    /// Goes on with that.
    pub go_on_registering: &'static str,
    /// Drops it.
    pub drop_newcomer: &'static str,
    /// At sending: a name was typed and nobody chosen.
    pub unchosen: fn(&str) -> String,
    /// Over those who fit whoever has this symbol.
    pub fits: fn(Option<&str>) -> String,
    /// Over those who were here last.
    pub recent: &'static str,
    /// Over everyone.
    pub everyone: &'static str,
    /// The offer or wish that a party fits by.
    pub about: fn(ListingKind, &str) -> String,
    /// Over what a party with this symbol should talk about.
    pub suggestions: fn(&str) -> String,
    /// Before whoever offers or wishes.
    pub suggested_by: fn(ListingKind) -> &'static str,
    /// Why two listings fit.
    pub reasons: fn(&[Reason]) -> String,
    /// Turns the deal round.
    pub swap: &'static str,
    /// What they agree on.
    pub service: &'static str,
    /// In the empty field.
    pub service_hint: &'static str,
    /// The category.
    pub category: &'static str,
    /// No category.
    pub no_category: &'static str,
    /// What is given back.
    pub returned: &'static str,
    /// In the empty field.
    pub return_hint: &'static str,
    /// They only agree to meet.
    pub intention: &'static str,
    /// An offer of this symbol.
    pub offer: fn(&str) -> String,
    /// A wish of this symbol.
    pub wish: fn(&str) -> String,
    /// On an offer or a wish that is met by the one that was tapped.
    pub met_too: &'static str,
    /// What was turned round.
    pub turned: fn(Turned) -> &'static str,
    /// Turns the texts, or turns them back.
    pub turn_texts: fn(Turned) -> &'static str,
    /// What is written and does not go out as things are.
    pub left_out: fn(&LeftOut) -> String,
    /// What is asked before a deal goes out.
    pub question: fn(&Question, Language) -> String,
    /// A figure that may hold.
    pub figure: fn(&Clash, u32, Language) -> String,
    /// Sends it as it is.
    pub send_anyway: fn(&Question) -> &'static str,
    /// Does not send it.
    pub do_not_send: &'static str,
    /// This tablet has written such a deal already: its number and its text.
    pub like_own: fn(Option<u32>, &str) -> String,
    /// How many of this unit.
    pub amount: fn(&str) -> String,
    /// Opens the worth.
    pub add_worth: &'static str,
    /// The worth, in this currency.
    pub worth: fn(&str) -> String,
    /// Hours.
    pub hours: &'static str,
    /// Fewer hours.
    pub fewer: &'static str,
    /// More hours.
    pub more: &'static str,
    /// Who moves first.
    pub first_step: &'static str,
    /// Nobody in particular.
    pub nobody_yet: &'static str,
    /// What they do.
    pub first_what: &'static str,
    /// What they do, if nobody wrote it.
    pub first_default: &'static str,
    /// By when.
    pub due: &'static str,
    /// When all is done.
    pub deadline: &'static str,
    /// What a reader of screens calls the form.
    pub form: &'static str,
    /// The button, by whom the deal goes to.
    pub post: fn(GoesTo) -> &'static str,
    /// The form goes on below what is seen.
    pub more_below: &'static str,
    /// The button, when a deal is changed.
    pub amend: &'static str,
    /// Empties the form.
    pub clear: &'static str,
    /// Brings back what the last tap replaced in the form.
    pub take_back: &'static str,
    /// Leaves a change.
    pub leave: &'static str,
    /// Over the form while a deal is changed.
    pub amending: fn(Option<u32>) -> String,
    /// What a field lacks, or why it cannot be read.
    pub wrong: fn(Field) -> &'static str,
    /// Under the button: what came of what was done last.
    pub just_written: fn(&Outcome, Option<u32>) -> String,
    /// Under it: what an old board says of it.
    pub doubt: fn(&str) -> String,
    /// The list.
    pub mine: &'static str,
    /// The empty list.
    pub none_yet: &'static str,
    /// Where a deal stands.
    pub state: fn(&State) -> &'static str,
    /// A line about a change.
    pub amendment: fn(Option<u32>) -> String,
    /// A line about a withdrawal.
    pub withdrawal: fn(Option<u32>) -> String,
    /// A line about the undoing of one.
    pub reinstatement: fn(Option<u32>) -> String,
    /// Over the form, after the closing bell: what is written was on paper before it.
    pub from_paper: &'static str,
    /// What becomes of it.
    pub from_paper_why: &'static str,
    /// A line about a walk-in.
    pub walk_in: &'static str,
    /// A line about how to reach somebody.
    pub contact: &'static str,
    /// A line about a signature.
    pub signature: &'static str,
    /// Opens the deal in the form.
    pub change: &'static str,
    /// Opens a refused deal in the form.
    pub mend: &'static str,
    /// Sends what was refused once more, as it is.
    pub send_again: &'static str,
    /// Takes a deal back.
    pub withdraw: &'static str,
    /// Undoes that.
    pub reinstate: &'static str,
    /// Deletes what waits here.
    pub delete: &'static str,
    /// Asks once more.
    pub delete_surely: &'static str,
    /// Does not delete.
    pub keep: &'static str,
    /// Needs a connection.
    pub needs_connection: &'static str,
    /// The answer was lost.
    pub answer_lost: &'static str,
    /// The walk-in dialog.
    pub new_party: &'static str,
    /// Its name.
    pub party_name: &'static str,
    /// Its sector.
    pub party_sector: &'static str,
    /// Who it may be already.
    pub is_it_one_of_these: &'static str,
    /// How to reach it.
    pub party_contact: &'static str,
    /// In the empty contact line.
    pub contact_hint: &'static str,
    /// Opens the place.
    pub add_place: &'static str,
    /// Its place.
    pub party_place: &'static str,
    /// In the empty place field.
    pub place_hint: &'static str,
    /// What an individual is called on the wall.
    pub on_the_wall: &'static str,
    /// In that field, where it cannot be told.
    pub on_the_wall_hint: &'static str,
    /// That field is empty.
    pub on_the_wall_missing: &'static str,
    /// Before what the contact line is read as a name.
    pub reached_person: &'static str,
    /// As a telephone number.
    pub reached_phone: &'static str,
    /// As a mail address.
    pub reached_email: &'static str,
    /// It is no mail address.
    pub bad_email: &'static str,
    /// It is no telephone number.
    pub bad_phone: &'static str,
    /// Registers.
    pub register_now: &'static str,
    /// Closes the dialog.
    pub cancel: &'static str,
    /// On the name in the header.
    pub change_name: &'static str,
    /// Over the names.
    pub who_writes: &'static str,
    /// A name that was not used here.
    pub another_name: &'static str,
    /// Takes the tablet over.
    pub take_over: &'static str,
}

/// Norwegian bokmål.
pub const NB: Broker = Broker {
    connected: "tilkoblet",
    in_outbox: |count| format!("{count} i utboks"),
    of_goal: |goal| format!("av {goal}"),
    asks: "Noe må rettes. Det står øverst i «Mine avtaler».",
    offline: |offline| match offline {
        Offline::Preparing | Offline::Ready => None,
        Offline::NotSecure => Some(
            "Dette nettbrettet er ikke på en sikker adresse (https). Avtalene er trygge uten nett, men lukk ikke siden: den kan ikke åpnes igjen før nettet er tilbake.",
        ),
        Offline::Refused => Some(
            "Nettleseren lagrer ikke appen. Avtalene er trygge uten nett, men lukk ikke siden mens nettet er borte.",
        ),
    },
    floor: |phase| match phase {
        Phase::Preparing => {
            Some("Børsen er ikke åpnet ennå. Avtaler teller først når åpningsklokka har ringt.")
        }
        Phase::Open => None,
        Phase::Closed => {
            Some("Børsen er stengt. Avtaler som skrives nå, teller bare hvis konferansieren slipper dem inn.")
        }
    },
    giver: "Hvem gir?",
    receiver: "Hvem får?",
    search: "velg, eller søk på navn, kortnavn, bord",
    one_more: "+ én til",
    take_away: |name| format!("Ta bort {name}"),
    nobody: "Fant ingen.",
    register: |name| format!("+ Registrer «{name}»"),
    register_new: "+ Ny deltaker",
    type_it: "Skriv",
    empty_it: "Tøm",
    unregistered: |name| match name.trim() {
        "" => "Den nye deltakeren er ikke registrert ennå.".to_owned(),
        name => format!("«{name}» er ikke registrert ennå."),
    },
    go_on_registering: "Fortsett",
    drop_newcomer: "Forkast",
    unchosen: |name| match name.trim() {
        "" => "Den nye deltakeren er ikke registrert. Trykk «Fortsett» eller «Forkast».".to_owned(),
        name => format!("«{name}» er skrevet, men ikke valgt. Velg i lista, registrer, eller tøm feltet."),
    },
    fits: |symbol| match symbol {
        Some(symbol) => format!("Passer for {symbol}"),
        None => "Passer".to_owned(),
    },
    recent: "Nylig her",
    everyone: "Alle",
    about: |kind, text| match kind {
        ListingKind::Offer => format!("tilbyr: {text}"),
        ListingKind::Wish => format!("ønsker: {text}"),
    },
    suggestions: |symbol| format!("Forslag til {symbol}"),
    suggested_by: |kind| match kind {
        ListingKind::Offer => "tilbys av",
        ListingKind::Wish => "ønskes av",
    },
    reasons: |reasons| {
        let reasons = reasons.iter().filter_map(|reason| match reason {
            Reason::SameCategory(_) => None,
            Reason::Words(words) => words.first().map(|word| format!("passer til «{}»", word.own)),
            Reason::QuantityFits => Some("nok til hele ønsket".to_owned()),
            Reason::QuantityInPart { amount } => Some(format!("dekker {amount}")),
        });
        reasons.collect::<Vec<_>>().join(" · ")
    },
    swap: "Bytt om på hvem som gir og hvem som får",
    service: "Hva er dere enige om? Trykk på et tilbud eller ønske, eller skriv",
    service_hint: "20 timer snekkerhjelp til ny brygge",
    category: "Kategori",
    no_category: "Kategori …",
    returned: "Motytelse (valgfri)",
    return_hint: "hva får giveren tilbake?",
    intention: "Bare en intensjon: de avtaler å møtes",
    offer: |symbol| format!("tilbud {symbol}"),
    wish: |symbol| format!("ønske {symbol}"),
    met_too: "oppfylles av dette",
    turned: |turned| match turned {
        Turned::Parties => "",
        Turned::PartiesOnly => "Hvem som gir og hvem som får, er byttet om. Teksten står der den sto.",
        Turned::All => "Alt er snudd: tilbud og ønsker følger den de hører til.",
    },
    turn_texts: |turned| match turned {
        Turned::Parties | Turned::PartiesOnly => "Bytt om tekstene også",
        Turned::All => "La tekstene stå",
    },
    left_out: |left_out| {
        match left_out {
        LeftOut::Return(text) if text.is_empty() => {
            "En intensjon har ingen motytelse. Den du begynte på, blir ikke sendt, men kommer tilbake når krysset tas bort.".to_owned()
        }
        LeftOut::Return(text) => {
            format!("En intensjon har ingen motytelse. «{text}» blir ikke sendt, men kommer tilbake når krysset tas bort.")
        }
        LeftOut::FirstStep(step) => {
            format!("Ingen tar første steg, så «{step}» blir ikke sendt. Trykk på den som tar det.")
        }
    }
    },
    question: |question, language| match question {
        Question::Clash(_, clash) => {
            let (said, stands) = clash_said(clash, language);
            format!("Det står både {said} og {stands}. Hva gjelder?")
        }
        Question::Alike(deal) => {
            let DealRef {
                broker,
                givers,
                receivers,
                text,
                ..
            } = deal;
            format!(
                "{} ({broker}) er nesten lik: {givers} gir {receivers} «{text}». Er dette en annen avtale?",
                deal_nb(deal.number)
            )
        }
    },
    figure: figure_said,
    send_anyway: |question| match question {
        Question::Clash(..) => "Send slik det står",
        Question::Alike(_) => "Ja, send",
    },
    do_not_send: "Ikke send",
    like_own: |number, text| {
        format!(
            "Ligner på {} som du alt har skrevet: «{text}».",
            match number {
                Some(number) => format!("avtale {number}"),
                None => "en avtale".to_owned(),
            }
        )
    },
    amount: |unit| format!("Antall {unit}"),
    add_worth: "+ anslått verdi",
    worth: |currency| format!("Anslått verdi ({currency})"),
    hours: "Timer",
    fewer: "Færre timer",
    more: "Flere timer",
    first_step: "Første steg",
    nobody_yet: "hvem?",
    first_what: "Hva første steg er",
    first_default: "tar kontakt",
    due: "Innen",
    deadline: "Frist",
    form: "Ny avtale",
    post: |goes_to| match goes_to {
        GoesTo::Wall => "Avtale! Send til tavla",
        GoesTo::Notary => "Avtale! Send til notarius",
        GoesTo::Moderator => "Avtale! Send til konferansieren",
    },
    more_below: "Mer nedenfor",
    amend: "Send endringen",
    clear: "Tøm skjemaet",
    take_back: "Angre",
    leave: "Avbryt endringen",
    amending: |number| match number {
        Some(number) => format!("Du endrer avtale {number}"),
        None => "Du retter en avtale".to_owned(),
    },
    wrong: |field| match field {
        Field::Givers => "Velg hvem som gir.",
        Field::Receivers => "Velg hvem som får.",
        Field::Service => "Skriv hva dere er enige om, eller trykk på et tilbud.",
        Field::Return => "Skriv hva motytelsen er, eller ta bort det som er valgt.",
        Field::Amount | Field::ReturnAmount => "Skriv antallet som et tall.",
        Field::Worth | Field::ReturnWorth => "Skriv verdien som et helt tall, for eksempel 10 000.",
        Field::Hours | Field::ReturnHours => "Skriv timene som et tall, for eksempel 1,5 eller 1:30.",
        Field::FirstStep => "Skriv første steg på nytt.",
        Field::Due | Field::Deadline => "Datoen er ikke hel. Velg en dato, eller tøm feltet.",
        Field::Form => "Se over skjemaet og prøv igjen.",
    },
    just_written: |outcome, number| {
        let deal = deal_nb(number);
        match outcome {
            Outcome::Sent(State::Here(Condition::Refused(refused)))
            | Outcome::AmendmentStands(State::Here(Condition::Refused(refused))) => refused.message.clone(),
            Outcome::Sent(State::Due) | Outcome::AmendmentStands(State::Due) => {
                (NB.state)(&State::Due).to_owned()
            }
            Outcome::Sent(State::Posted) => format!("{deal} er på tavla!"),
            Outcome::Sent(state) => format!("{deal}: {}", (NB.state)(state)),
            Outcome::AmendmentStands(State::SentBack(why)) => {
                format!("{deal}, endringen er sendt tilbake: {why}")
            }
            Outcome::AmendmentStands(state) => format!("{deal}, endringen: {}", (NB.state)(state)),
            Outcome::Amended(State::Posted) => format!("{deal} er endret på tavla."),
            Outcome::Amended(state) => format!("{deal} er endret: {}", (NB.state)(state)),
            Outcome::Withdrawn => format!("{deal} er trukket."),
            Outcome::Reinstated => format!("{deal} er satt tilbake."),
        }
    },
    doubt: |why| format!("Tavla her er gammel, men sier: {why} Avtalen er lagret, og serveren avgjør."),
    mine: "Mine avtaler",
    none_yet: "Avtalene du skriver, kommer her.",
    state: |state| match state {
        State::Here(condition) => (super::outbox::NB.condition)(condition),
        State::Due => "Børsen er åpen: send den nå",
        State::Written => "hos notarius",
        State::SentBack(_) => "sendt tilbake",
        State::Held => "hos konferansieren",
        State::Declined => "teller ikke",
        State::Concealed => "teller, vises senere",
        State::Posted => "på tavla",
        State::ChangeWaits => "endringen er hos notarius",
        State::ChangeSentBack(_) => "endringen er sendt tilbake",
        State::Withdrawn => "trukket",
        State::Removed => "tatt av tavla",
    },
    amendment: |number| match number {
        Some(number) => format!("endring av {number}"),
        None => "endring".to_owned(),
    },
    withdrawal: |number| match number {
        Some(number) => format!("trekker {number}"),
        None => "trekkes".to_owned(),
    },
    reinstatement: |number| match number {
        Some(number) => format!("setter {number} tilbake"),
        None => "settes tilbake".to_owned(),
    },
    from_paper: "Skrevet på papir før avslutningsklokka",
    from_paper_why: "Konferansieren ser det, og avgjør om avtalen teller.",
    walk_in: "ny deltaker",
    contact: "kontakt",
    signature: "signatur",
    change: "Endre",
    mend: "Rett og send på nytt",
    send_again: "Send nå",
    withdraw: "Trekk",
    reinstate: "Angre: sett tilbake",
    delete: "Slett",
    delete_surely: "Slett for godt",
    keep: "Behold",
    needs_connection: "Dette trenger nett. Prøv igjen når nettbrettet er tilkoblet.",
    answer_lost: "Nettet falt ut før svaret kom. Se på avtalen når nettbrettet er tilkoblet.",
    new_party: "Ny deltaker",
    party_name: "Navn",
    party_sector: "Sektor",
    is_it_one_of_these: "Er det en av disse?",
    party_contact: "Kontakt: navn, telefon eller e-post",
    contact_hint: "Kari Nordmann, 912 34 567",
    add_place: "+ sted i salen",
    party_place: "Sted i salen",
    place_hint: "bord 14",
    on_the_wall: "På tavla",
    on_the_wall_hint: "Fornavnet",
    on_the_wall_missing: "Skriv hva som skal stå på tavla, for eksempel fornavnet.",
    reached_person: "Navn",
    reached_phone: "Telefon",
    reached_email: "E-post",
    bad_email: "E-postadressen skrives som kari@example.org. Rett den.",
    bad_phone: "Telefonnummeret skrives med 5 til 15 tall. Rett det.",
    register_now: "Registrer",
    cancel: "Avbryt",
    change_name: "Bytt navn",
    who_writes: "Hvem skriver nå?",
    another_name: "Et annet navn",
    take_over: "Overta",
};

/// English.
pub const EN: Broker = Broker {
    connected: "connected",
    in_outbox: |count| format!("{count} in the outbox"),
    of_goal: |goal| format!("of {goal}"),
    asks: "Something must be mended. It stands first in “My deals”.",
    offline: |offline| match offline {
        Offline::Preparing | Offline::Ready => None,
        Offline::NotSecure => Some(
            "This tablet is not on a secure address (https). Deals are safe without a network, but do not close the page: it cannot be opened again until the network is back.",
        ),
        Offline::Refused => Some(
            "The browser does not keep the app. Deals are safe without a network, but do not close the page while it is gone.",
        ),
    },
    floor: |phase| match phase {
        Phase::Preparing => Some("The floor is not open yet. Deals count once the opening bell has rung."),
        Phase::Open => None,
        Phase::Closed => {
            Some("The floor is closed. Deals written now count only if the moderator admits them.")
        }
    },
    giver: "Who gives?",
    receiver: "Who receives?",
    search: "choose, or search for name, short name, table",
    one_more: "+ one more",
    take_away: |name| format!("Take {name} away"),
    nobody: "Nobody found.",
    register: |name| format!("+ Register “{name}”"),
    register_new: "+ New participant",
    type_it: "Type",
    empty_it: "Empty",
    unregistered: |name| match name.trim() {
        "" => "The new participant is not registered yet.".to_owned(),
        name => format!("“{name}” is not registered yet."),
    },
    go_on_registering: "Go on",
    drop_newcomer: "Drop",
    unchosen: |name| match name.trim() {
        "" => "The new participant is not registered. Press “Go on” or “Drop”.".to_owned(),
        name => {
            format!("“{name}” is typed, but not chosen. Choose in the list, register, or empty the field.")
        }
    },
    fits: |symbol| match symbol {
        Some(symbol) => format!("Fits {symbol}"),
        None => "Fits".to_owned(),
    },
    recent: "Here lately",
    everyone: "Everyone",
    about: |kind, text| match kind {
        ListingKind::Offer => format!("offers: {text}"),
        ListingKind::Wish => format!("wishes for: {text}"),
    },
    suggestions: |symbol| format!("Suggestions for {symbol}"),
    suggested_by: |kind| match kind {
        ListingKind::Offer => "offered by",
        ListingKind::Wish => "wished for by",
    },
    reasons: |reasons| {
        let reasons = reasons.iter().filter_map(|reason| match reason {
            Reason::SameCategory(_) => None,
            Reason::Words(words) => words.first().map(|word| format!("fits “{}”", word.own)),
            Reason::QuantityFits => Some("enough for all of it".to_owned()),
            Reason::QuantityInPart { amount } => Some(format!("covers {amount}")),
        });
        reasons.collect::<Vec<_>>().join(" · ")
    },
    swap: "Swap who gives and who receives",
    service: "What do you agree on? Tap an offer or a wish, or write",
    service_hint: "20 hours of carpentry for a new jetty",
    category: "Category",
    no_category: "Category …",
    returned: "In return (optional)",
    return_hint: "what does the giver get back?",
    intention: "An intention only: they agree to meet",
    offer: |symbol| format!("offer {symbol}"),
    wish: |symbol| format!("wish {symbol}"),
    met_too: "met by this",
    turned: |turned| match turned {
        Turned::Parties => "",
        Turned::PartiesOnly => "Who gives and who receives are swapped. The text stands where it stood.",
        Turned::All => "All is turned round: offers and wishes follow whose they are.",
    },
    turn_texts: |turned| match turned {
        Turned::Parties | Turned::PartiesOnly => "Swap the texts too",
        Turned::All => "Leave the texts",
    },
    left_out: |left_out| {
        match left_out {
        LeftOut::Return(text) if text.is_empty() => {
            "An intention has no return. The one you began is not sent, but comes back when the tick is taken away.".to_owned()
        }
        LeftOut::Return(text) => {
            format!("An intention has no return. “{text}” is not sent, but comes back when the tick is taken away.")
        }
        LeftOut::FirstStep(step) => {
            format!("Nobody takes the first step, so “{step}” is not sent. Tap whoever takes it.")
        }
    }
    },
    question: |question, language| match question {
        Question::Clash(_, clash) => {
            let (said, stands) = clash_said(clash, language);
            format!("It says both {said} and {stands}. Which holds?")
        }
        Question::Alike(deal) => {
            let DealRef {
                broker,
                givers,
                receivers,
                text,
                ..
            } = deal;
            format!(
                "{} ({broker}) is almost the same: {givers} give {receivers} “{text}”. Is this another deal?",
                deal_en(deal.number)
            )
        }
    },
    figure: figure_said,
    send_anyway: |question| match question {
        Question::Clash(..) => "Send it as it is",
        Question::Alike(_) => "Yes, send it",
    },
    do_not_send: "Do not send",
    like_own: |number, text| {
        format!(
            "Like {} that you have written already: “{text}”.",
            match number {
                Some(number) => format!("deal {number}"),
                None => "a deal".to_owned(),
            }
        )
    },
    amount: |unit| format!("Number of {unit}"),
    add_worth: "+ estimated worth",
    worth: |currency| format!("Estimated worth ({currency})"),
    hours: "Hours",
    fewer: "Fewer hours",
    more: "More hours",
    first_step: "First step",
    nobody_yet: "who?",
    first_what: "What the first step is",
    first_default: "gets in touch",
    due: "By",
    deadline: "Deadline",
    form: "New deal",
    post: |goes_to| match goes_to {
        GoesTo::Wall => "Deal! Send it to the wall",
        GoesTo::Notary => "Deal! Send it to the notary",
        GoesTo::Moderator => "Deal! Send it to the moderator",
    },
    more_below: "More below",
    amend: "Send the change",
    clear: "Empty the form",
    take_back: "Undo",
    leave: "Leave the change",
    amending: |number| match number {
        Some(number) => format!("You are changing deal {number}"),
        None => "You are mending a deal".to_owned(),
    },
    wrong: |field| match field {
        Field::Givers => "Choose who gives.",
        Field::Receivers => "Choose who receives.",
        Field::Service => "Write what they agree on, or tap an offer.",
        Field::Return => "Write what is given back, or take away what was chosen.",
        Field::Amount | Field::ReturnAmount => "Write the amount as a number.",
        Field::Worth | Field::ReturnWorth => "Write the worth as a whole number, such as 10,000.",
        Field::Hours | Field::ReturnHours => "Write the hours as a number, such as 1.5 or 1:30.",
        Field::FirstStep => "Write the first step again.",
        Field::Due | Field::Deadline => "The date is not whole. Choose a date, or empty the field.",
        Field::Form => "Look the form over and try again.",
    },
    just_written: |outcome, number| {
        let deal = deal_en(number);
        match outcome {
            Outcome::Sent(State::Here(Condition::Refused(refused)))
            | Outcome::AmendmentStands(State::Here(Condition::Refused(refused))) => refused.message.clone(),
            Outcome::Sent(State::Due) | Outcome::AmendmentStands(State::Due) => {
                (EN.state)(&State::Due).to_owned()
            }
            Outcome::Sent(State::Posted) => format!("{deal} is on the wall!"),
            Outcome::Sent(state) => format!("{deal}: {}", (EN.state)(state)),
            Outcome::AmendmentStands(State::SentBack(why)) => {
                format!("{deal}, the change was sent back: {why}")
            }
            Outcome::AmendmentStands(state) => format!("{deal}, the change: {}", (EN.state)(state)),
            Outcome::Amended(State::Posted) => format!("{deal} is changed on the wall."),
            Outcome::Amended(state) => format!("{deal} is changed: {}", (EN.state)(state)),
            Outcome::Withdrawn => format!("{deal} is withdrawn."),
            Outcome::Reinstated => format!("{deal} is put back."),
        }
    },
    doubt: |why| format!("The board here is old, but says: {why} The deal is saved, and the server decides."),
    mine: "My deals",
    none_yet: "The deals that you write show up here.",
    state: |state| match state {
        State::Here(condition) => (super::outbox::EN.condition)(condition),
        State::Due => "The floor is open: send it now",
        State::Written => "with the notary",
        State::SentBack(_) => "sent back",
        State::Held => "with the moderator",
        State::Declined => "does not count",
        State::Concealed => "counts, shown later",
        State::Posted => "on the wall",
        State::ChangeWaits => "the change is with the notary",
        State::ChangeSentBack(_) => "the change was sent back",
        State::Withdrawn => "withdrawn",
        State::Removed => "taken off the wall",
    },
    amendment: |number| match number {
        Some(number) => format!("change of {number}"),
        None => "change".to_owned(),
    },
    withdrawal: |number| match number {
        Some(number) => format!("withdraws {number}"),
        None => "withdraws".to_owned(),
    },
    reinstatement: |number| match number {
        Some(number) => format!("puts {number} back"),
        None => "puts back".to_owned(),
    },
    from_paper: "Written on paper before the closing bell",
    from_paper_why: "The moderator sees that, and decides whether it counts.",
    walk_in: "new participant",
    contact: "contact",
    signature: "signature",
    change: "Change",
    mend: "Mend and send again",
    send_again: "Send now",
    withdraw: "Withdraw",
    reinstate: "Undo: put it back",
    delete: "Delete",
    delete_surely: "Delete for good",
    keep: "Keep",
    needs_connection: "This needs the network. Try again when the tablet is connected.",
    answer_lost: "The network failed before the answer came. Look at the deal when the tablet is connected.",
    new_party: "New participant",
    party_name: "Name",
    party_sector: "Sector",
    is_it_one_of_these: "Is it one of these?",
    party_contact: "Contact: name, telephone or e-mail",
    contact_hint: "Kari Nordmann, 912 34 567",
    add_place: "+ place in the hall",
    party_place: "Place in the hall",
    place_hint: "table 14",
    on_the_wall: "On the wall",
    on_the_wall_hint: "The first name",
    on_the_wall_missing: "Write what shall stand on the wall, such as the first name.",
    reached_person: "Name",
    reached_phone: "Telephone",
    reached_email: "E-mail",
    bad_email: "An e-mail address is written like kari@example.org. Correct it.",
    bad_phone: "A telephone number has 5 to 15 digits. Correct it.",
    register_now: "Register",
    cancel: "Cancel",
    change_name: "Change the name",
    who_writes: "Who writes now?",
    another_name: "Another name",
    take_over: "Take over",
};

fn deal_nb(number: Option<u32>) -> String {
    number.map_or_else(|| "Avtalen".to_owned(), |number| format!("Avtale {number}"))
}

fn deal_en(number: Option<u32>) -> String {
    number.map_or_else(|| "The deal".to_owned(), |number| format!("Deal {number}"))
}

/// The two figures of a clash.
fn clash_said(clash: &Clash, language: Language) -> (String, String) {
    let (Clash::Time(said, stands) | Clash::Amount(said, stands, _)) = clash;
    (
        figure_said(clash, *said, language),
        figure_said(clash, *stands, language),
    )
}

fn figure_said(clash: &Clash, figure: u32, language: Language) -> String {
    match clash {
        Clash::Time(..) => time_said(figure, language),
        Clash::Amount(_, _, unit) => format!("{} {unit}", whole_said(figure, language)),
    }
}
