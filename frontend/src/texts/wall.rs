//! What the wall says.

/// The wall's texts.
#[derive(Debug)]
pub struct Wall {
    /// Over the newest deal.
    pub new_deal: fn(u32) -> String,
    /// Over the newest deal, when it is an intention.
    pub new_intention: fn(u32) -> String,
    /// Who wrote the deal.
    pub broker: fn(&str) -> String,
    /// Before the return.
    pub in_return: &'static str,
    /// Over a deal that is shown large again: its number, and when it was struck.
    pub earlier_deal: fn(u32, &str) -> String,
    /// After the count: "of 60".
    pub of_goal: fn(u32) -> String,
    /// After the count, once it is past the goal: the goal, and by how many.
    pub over_goal: fn(u32, u32) -> String,
    /// Before the forecast's number.
    pub at_this_pace: &'static str,
    /// After the forecast's number.
    pub in_the_end: &'static str,
    /// The goal is reached.
    pub goal_reached: &'static str,
    /// The public count stands still.
    pub frozen: &'static str,
    /// Deals are concealed, maybe.
    pub sealed: &'static str,
    /// Under it.
    pub sealed_line: &'static str,
    /// The last concealed deal is on the stage.
    pub last_revealed: &'static str,
    /// What the index is called, after a place or, without one, by itself.
    pub index: fn(&str) -> String,
    /// A figure given in tenths.
    pub tenths: fn(u32) -> String,
    /// The goal's line in the chart.
    pub goal: fn(u32) -> String,
    /// Nobody has struck a deal yet.
    pub waiting_for_first: &'static str,
    /// Under it.
    pub who_is_first: &'static str,
    /// A wish that nobody has met.
    pub still_wished: &'static str,
    /// Starts the sound.
    pub start_sound: &'static str,
    /// The opening bell rings.
    pub bell_opens: &'static str,
    /// The closing bell rings.
    pub bell_closes: &'static str,
    /// Under either, when it rang while nobody could see the wall.
    pub bell_rang_at: fn(&str) -> String,
    /// A deal was hammered through.
    pub hammer_fell: &'static str,
    /// Before the evening.
    pub welcome: &'static str,
    /// Over the programme.
    pub programme: &'static str,
    /// In place of the QR code, where no telephone reaches this address.
    pub only_here: fn(&str) -> String,
    /// Under the QR code.
    pub follow_on_phone: &'static str,
    /// A break.
    pub pause: &'static str,
    /// In the header, with the count so far.
    pub pause_so_far: fn(&str) -> String,
    /// Something starts.
    pub starts: fn(&str) -> String,
    /// Something goes on.
    pub goes_on: fn(&str) -> String,
    /// Who goes on, where nobody said what comes.
    pub we: &'static str,
    /// After what starts, before how long it is.
    pub begins_in: fn(&str) -> String,
    /// After what starts, before the time of day.
    pub begins_at: fn(&str) -> String,
    /// Any moment.
    pub soon: &'static str,
    /// Before what comes, when nobody knows when.
    pub after_break: &'static str,
    /// Over the wishes that nobody has met.
    pub wanted: &'static str,
    /// Over the offers.
    pub offered: &'static str,
    /// Over the last deals.
    pub latest: &'static str,
    /// Over the final count.
    pub closing: &'static str,
    /// Over the count while it is frozen: more may come.
    pub so_far: &'static str,
    /// Under the final count.
    pub closing_deals: fn(u32) -> &'static str,
    /// Over the totals by sector.
    pub by_sector: &'static str,
    /// Over the totals by category.
    pub by_category: &'static str,
    /// Beside it, when a deal may be counted in two.
    pub in_two: &'static str,
    /// Deals without a category.
    pub no_category: &'static str,
    /// The categories that there is no room for.
    pub other_categories: &'static str,
    /// At the very end.
    pub thanks: &'static str,
    /// Under the total effort.
    pub closing_effort: &'static str,
    /// Under the number of trades.
    pub closing_two_way: &'static str,
    /// The first deal.
    pub milestone_first: &'static str,
    /// A round number of deals.
    pub milestone_count: fn(u32) -> String,
    /// Another total is beaten.
    pub milestone_record: fn(&str) -> String,
    /// The goal.
    pub milestone_goal: fn(u32) -> String,
    /// A withdrawn deal.
    pub withdrawn: &'static str,
    /// Before the sponsors.
    pub sponsors: &'static str,
    /// Over the participants with the most deals.
    pub most_active: &'static str,
    /// Over the first and the last deal.
    pub first_and_last: &'static str,
    /// Before a clock's last minutes.
    pub warning: &'static str,
    /// And its last seconds.
    pub danger: &'static str,
}

/// Norwegian bokmål.
pub const NB: Wall = Wall {
    new_deal: |number| format!("Ny avtale nr. {number}"),
    new_intention: |number| format!("Ny intensjonsavtale nr. {number}"),
    broker: |name| format!("megler {name}"),
    in_return: "Motytelse:",
    earlier_deal: |number, time| format!("Avtale {number}, slått {time}"),
    of_goal: |goal| format!("av {goal}"),
    over_goal: |goal, over| format!("mål\u{a0}{goal} · {over}\u{a0}over"),
    at_this_pace: "I denne farten:",
    in_the_end: "ved slutt",
    goal_reached: "Målet er nådd!",
    frozen: "Tallet er frosset. Vent og se!",
    sealed: "Nye avtaler holdes skjult",
    sealed_line: "Snart kommer de fram, én for én.",
    last_revealed: "Det var den siste!",
    index: |place| {
        if place.is_empty() {
            "Børsindeksen".to_owned()
        } else {
            format!("{place}-indeksen")
        }
    },
    tenths: |tenths| format!("{},{}", tenths / 10, tenths % 10),
    goal: |goal| format!("mål {goal}"),
    waiting_for_first: "Børsen er åpen",
    who_is_first: "Hvem blir først?",
    still_wished: "Ønskes ennå:",
    start_sound: "Slå på lyd",
    bell_opens: "Børsen er åpen!",
    bell_closes: "Børsen er stengt!",
    bell_rang_at: |time| format!("Det ringte kl. {time}"),
    hammer_fell: "Hammeren har falt",
    welcome: "Velkommen",
    programme: "Kveldens program",
    only_here: |host| {
        format!(
            "Mobiler når ikke {host}. Åpne storskjermen med maskinens adresse i det trådløse nettet, så kommer koden her."
        )
    },
    follow_on_phone: "Følg børsen på mobilen",
    pause: "Pause",
    pause_so_far: |so_far| format!("Pause · {so_far}"),
    starts: |what| format!("{what} begynner"),
    goes_on: |what| format!("{what} fortsetter"),
    we: "Vi",
    begins_in: |starts| format!("{starts} om"),
    begins_at: |starts| format!("{starts} klokka"),
    soon: "straks",
    after_break: "Etter pausen",
    wanted: "Ønskes ennå",
    offered: "Tilbys i kveld",
    latest: "Siste avtaler",
    closing: "Kveldens resultat",
    so_far: "Så langt",
    closing_deals: |count| {
        if count == 1 {
            "avtale om hjelp"
        } else {
            "avtaler om hjelp"
        }
    },
    by_sector: "Avtaler der de er med",
    by_category: "Avtaler om",
    in_two: "noen avtaler har to kategorier",
    no_category: "uten kategori",
    other_categories: "andre",
    thanks: "Takk for i kveld!",
    closing_effort: "hjelp",
    closing_two_way: "gir hverandre noe tilbake",
    milestone_first: "Kveldens første avtale!",
    milestone_count: |count| format!("{count} avtaler!"),
    milestone_record: |name| format!("{name} er slått!"),
    milestone_goal: |goal| format!("Målet er nådd: {goal} avtaler!"),
    withdrawn: "trukket",
    sponsors: "Kvelden er støttet av",
    most_active: "Flest avtaler",
    first_and_last: "Kveldens første og siste avtale",
    warning: "snart slutt",
    danger: "straks slutt",
};

/// English.
pub const EN: Wall = Wall {
    new_deal: |number| format!("New deal no. {number}"),
    new_intention: |number| format!("New intention no. {number}"),
    broker: |name| format!("broker {name}"),
    in_return: "In return:",
    earlier_deal: |number, time| format!("Deal {number}, struck {time}"),
    of_goal: |goal| format!("of {goal}"),
    over_goal: |goal, over| format!("goal\u{a0}{goal} · {over}\u{a0}over"),
    at_this_pace: "At this pace:",
    in_the_end: "by the end",
    goal_reached: "The goal is reached!",
    frozen: "The count is frozen. Wait and see!",
    sealed: "New deals are kept back",
    sealed_line: "Soon they come out, one by one.",
    last_revealed: "That was the last one!",
    index: |place| {
        if place.is_empty() {
            "The index".to_owned()
        } else {
            format!("{place} Index")
        }
    },
    tenths: |tenths| format!("{}.{}", tenths / 10, tenths % 10),
    goal: |goal| format!("goal {goal}"),
    waiting_for_first: "The floor is open",
    who_is_first: "Who will be first?",
    still_wished: "Still wished for:",
    start_sound: "Turn on sound",
    bell_opens: "The floor is open!",
    bell_closes: "The floor is closed!",
    bell_rang_at: |time| format!("It rang at {time}"),
    hammer_fell: "The hammer has fallen",
    welcome: "Welcome",
    programme: "Tonight's programme",
    only_here: |host| {
        format!(
            "Phones do not reach {host}. Open the wall at this machine's address in the wireless network, and the code comes here."
        )
    },
    follow_on_phone: "Follow on your phone",
    pause: "Break",
    pause_so_far: |so_far| format!("Break · {so_far}"),
    starts: |what| format!("{what} starts"),
    goes_on: |what| {
        if what == "We" {
            "We go on".to_owned()
        } else {
            format!("{what} goes on")
        }
    },
    we: "We",
    begins_in: |starts| format!("{starts} in"),
    begins_at: |starts| format!("{starts} at"),
    soon: "any moment",
    after_break: "After the break",
    wanted: "Still wished for",
    offered: "On offer tonight",
    latest: "The latest deals",
    closing: "Tonight's result",
    so_far: "So far",
    closing_deals: |count| {
        if count == 1 {
            "deal of help"
        } else {
            "deals of help"
        }
    },
    by_sector: "Deals they take part in",
    by_category: "Deals about",
    in_two: "some deals have two categories",
    no_category: "without a category",
    other_categories: "others",
    thanks: "Thank you for tonight!",
    closing_effort: "of help",
    closing_two_way: "give something in return",
    milestone_first: "The first deal tonight!",
    milestone_count: |count| format!("{count} deals!"),
    milestone_record: |name| format!("{name} is beaten!"),
    milestone_goal: |goal| format!("The goal is reached: {goal} deals!"),
    withdrawn: "withdrawn",
    sponsors: "The evening is supported by",
    most_active: "Most deals",
    first_and_last: "The first and the last deal tonight",
    warning: "ends soon",
    danger: "about to end",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_reads_as_each_language_writes_it() {
        assert_eq!(
            ((NB.index)("Drammen"), (NB.tenths)(1_372)),
            ("Drammen-indeksen".to_owned(), "137,2".to_owned())
        );
        assert_eq!(
            ((EN.index)("Drammen"), (EN.tenths)(4)),
            ("Drammen Index".to_owned(), "0.4".to_owned())
        );
        assert_eq!((NB.index)(""), "Børsindeksen");
    }
}
