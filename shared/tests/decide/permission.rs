//! Who may ask what.

use borsklokka_shared::command::Command;
use borsklokka_shared::refusal::Refusal;
use borsklokka_shared::role::Role::{self, Broker, Clock, Door, Moderator, Notary, Organiser};

use test_support::examples;
use test_support::{ROLES, actor, names_of, open, tag_of};

const ORGANISER: &[Role] = &[Organiser];
const DESK: &[Role] = &[Moderator, Organiser];
const CLOCK: &[Role] = &[Moderator, Organiser, Clock];
const NOTARY: &[Role] = &[Notary, Moderator, Organiser];
const STAFF: &[Role] = &[Broker, Notary, Moderator, Organiser];

const TABLE: [(&str, &[Role]); 45] = [
    ("configure", ORGANISER),
    ("begin_anew", ORGANISER),
    ("set_programme", ORGANISER),
    (
        "register_participant",
        &[Broker, Notary, Moderator, Organiser, Door],
    ),
    ("amend_participant", STAFF),
    ("merge_participants", DESK),
    ("mark_arrived", &[Moderator, Organiser, Door]),
    ("take_back_arrival", &[Moderator, Organiser, Door]),
    ("remove_participant", DESK),
    ("add_listing", STAFF),
    ("amend_listing", STAFF),
    ("remove_listing", STAFF),
    ("open_floor", DESK),
    ("close_floor", CLOCK),
    ("ring_bell", DESK),
    ("start_round", CLOCK),
    ("pause_round", DESK),
    ("resume_round", CLOCK),
    ("adjust_round", DESK),
    ("end_round", CLOCK),
    ("post_deal", STAFF),
    ("amend_deal", STAFF),
    ("withdraw_deal", STAFF),
    ("remove_deal", DESK),
    ("reinstate_deal", STAFF),
    ("ratify_deal", NOTARY),
    ("send_back_deal", NOTARY),
    ("recall_deal", NOTARY),
    ("admit_deal", DESK),
    ("decline_deal", DESK),
    ("freeze_totals", CLOCK),
    ("reveal_deals", DESK),
    ("announce", DESK),
    ("end_announcement", DESK),
    ("set_scene", DESK),
    ("spotlight_deal", DESK),
    ("shortlist_deal", DESK),
    ("award_prize", DESK),
    ("take_prize_back", DESK),
    ("take_back", DESK),
    ("add_round", DESK),
    ("set_break", DESK),
    ("announce_result", DESK),
    ("note_sleep", &[Clock]),
    ("answer_sleep", DESK),
];

#[test]
fn the_table_and_the_examples_know_every_command() {
    let known = names_of::<Command>("type");
    let table: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    assert_eq!(table, known);
    let examples: Vec<String> = examples::commands()
        .iter()
        .map(|command| tag_of(command, "type"))
        .collect();
    assert_eq!(examples, known);
}

#[test]
fn each_role_may_ask_what_the_table_says_and_nothing_else() {
    for (command, (name, roles)) in examples::commands().iter().zip(TABLE) {
        for role in ROLES {
            let answer = open().ask(&actor(role), command);
            let is_refused = answer == Err(Refusal::NotAllowed);
            assert_eq!(
                is_refused,
                !roles.contains(&role),
                "{name} by {role:?}: {answer:?}"
            );
        }
    }
}

#[test]
fn who_may_not_ask_learns_nothing_else() {
    // The command is misshapen, stale and about nothing, but that is none of a viewer's business.
    for command in examples::commands() {
        let mut bare = test_support::bare();
        assert_eq!(bare.refusal(&actor(Role::Viewer), command), Refusal::NotAllowed);
    }
}
