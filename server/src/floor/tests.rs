//! What is kept of commands and terms means the same for ever: a tablet that slept through an upgrade sends its outbox again, and a
//! signature stays under its deal.

use borsklokka_shared::wire::read_command;
use serde_json::Value;
use test_support::examples::{commands, full_terms};
use test_support::tag_of;

use super::submission::content_of;
use crate::log::terms_sha256;

/// SHA-256 of the example of each command. A line may be added, for a command that is added, and none is ever changed: whoever sends
/// what was accepted before again would be told `id_reused`. A new field is left out while it has its default.
#[rustfmt::skip] // A table: a row a line.
const CONTENTS: [(&str, &str); 45] = [
    ("configure", "5a3510f94be13b4165fecb182adcdb0a6542a40ef8cd2738862cc8de68b7e305"),
    ("begin_anew", "5e081595bb17ca090fde757fbbad692398cfc49d17b44b29d16ae8dbaa315e9b"),
    ("set_programme", "48f7c5d28356c878417acec9abddef74b7c5df295704fc22d0d3f80285c807a2"),
    ("register_participant", "30ab6cfd5a787103dfdcb79be1c055e175c0890fcff07507152803c42795817c"),
    ("amend_participant", "28c6983767ec125164bee6ede02533d40ab5855ced8f4738c17295aec91a270e"),
    ("merge_participants", "0268758009c563258427ffafca664c21566b9bb010a56e3bbae7e8537287709e"),
    ("mark_arrived", "9c9a5f9fa042cdebc8115609166e13afdf920186d633e36747a2c83864323cee"),
    ("take_back_arrival", "6ab6c62f2ee627bbecf923ae6a8621aa46bbf52936f40ca028f6c67e036b1778"),
    ("remove_participant", "f00738ca71ea24d104c0f6067fcf7d01031c11d73a0092edf3f40c16ca9def4f"),
    ("add_listing", "4635fcf09ff65c1d3152db3ddff1af799423ebef6608a68c12188d5d72922de1"),
    ("amend_listing", "e8de421cb0f5ab77da3ec10cf83b1ef90faa6d1f271677629f2a14174f9c3e43"),
    ("remove_listing", "ab60375133b831e4c396c84bed4419320e18442b72bdcc8d63c998d3e3192290"),
    ("open_floor", "b57dc4b25d735286d1502f0a00b7058bb98c82c3cf982ac52567269f5a7caaa7"),
    ("close_floor", "80b8204d216f6de1ebff37d372cfc8e509968f4d7f102bc3a3ee1cfe68033197"),
    ("ring_bell", "136d65ea1d3886ddc2b5be62a67ec52a3d301157f2348c552d1a3add208ba298"),
    ("start_round", "9278a3a2e5c50045438c962601e71ef4b0301998bd7a4b41f58a8c51d4d069dd"),
    ("pause_round", "62987c3072a8df1b30059769fc3603569e6c24c632535a8584ad6131a7cd8cfd"),
    ("resume_round", "bc1ba1ab1b03db49a187969f5e38360f923de6b521bb9afd430a3c716e76a6c8"),
    ("adjust_round", "6d3dbb96ab0350ebd4979cd5b0e7354588ec051df4c9707b2c152d7ad2b54b64"),
    ("end_round", "9a7eccde02f7840bf49c3afa0d941aac4df377307aa9fae93d8ea8851b8b468e"),
    ("post_deal", "de0f7166a306c3fa1b5a5f202fca7120ae755dc156046f938d3b0c052c98a621"),
    ("amend_deal", "71f6bb8f5cb5b3b90867df1ef84f5d6cc5915e95a72fd74b4fdc9669feaf3eef"),
    ("withdraw_deal", "61df00d35dd664c1e371bfb18c38a58c8bfacd47742eb7611b4785d76c4a8458"),
    ("remove_deal", "3b5d3898633c8df7f77af73718509f172be7b8b3e14324ff660c4f04b5806e10"),
    ("reinstate_deal", "dd43e6c84b266198030a636093c1eec2035aacce9a3216dd8674806f6b70979f"),
    ("ratify_deal", "f0a719509ceb03312b45ef5490e3cea05fded06e61612b771a3e1fd73101fbb6"),
    ("send_back_deal", "ee8786a7bba9716d283f82ce6b2d3e01c81e0607ffb9455b0110040bb73af963"),
    ("recall_deal", "be331f3b35ce1a93379cea182be52118eb28e617569aea976dc2ec84d33b35c1"),
    ("admit_deal", "e46efebcb9ad4cc49e21d4720518a81fe831dcb5e2e610876e830eafeb6b7dc2"),
    ("decline_deal", "e5ea81a438bc98e61daf1fa21b574b4fe50b609d4ad966ae7a5d4970f4a3553f"),
    ("freeze_totals", "fb79f5385e7ea6a4de78c6ab5e048dae63bb92456311ae2b442e8483c1481adc"),
    ("reveal_deals", "597c21d37e93e75899bff893960cc15b4c7f293c3abec06dcb0bf9c299018c40"),
    ("announce", "685f87ecaabd2ab99626c5eb4de042a552c305b7335208888575df35487609a9"),
    ("end_announcement", "d2c31317393577021faa8b48a9298d680e4ced004d443e7143bde36e94188971"),
    ("set_scene", "42cad12dbe48a2d62c03b6e3ad21476d863e9804b1f8ef5913356f19af892331"),
    ("spotlight_deal", "c0663ba8a3b644e77304abf79819edca3422be567acc25724c1db535579e04b5"),
    ("shortlist_deal", "7b9a0ebba5d444918431d7fe9188b889389e85193051eda7ee967d0be06cf0be"),
    ("award_prize", "d962d6ac4a2fd16cce10fa55dcf3ff464cd63cdc1420b7e725b983600f125d56"),
    ("take_prize_back", "7218d1b71c1bad285c4083ad3db349202628672081116134fd0075f3f1f52538"),
    ("take_back", "e43bfb68f2c0e524058f614bbc7cbf810c9e0bc6e5c0b9ec50fed35d91c1c932"),
    ("add_round", "4b4c2ba122d1a6a27a95810d1a7e5cdb9613f1a5fb78757d4162b5b68a33bf44"),
    ("set_break", "2ca92d736fbb849306ddef43aa30baeea5d7831dfadce8289dd290164eeee990"),
    ("announce_result", "de080f087ce66a25177db50c46e1df184604fa881bd253fb3a4cbaa41f22afba"),
    ("note_sleep", "017bc94007ae487df837dfaf0519db8988aa76338cc04e0bdbcc2598b9f5bc6c"),
    ("answer_sleep", "a8ae399e7d22a64a873b35352dbe0acdb19d465177278113eacee99c1336f8dd"),
];

/// What a broker's tablet keeps of a deal with nothing in it that can be left out.
const SPARSE: &str = r#"{"type":"post_deal","deal":"00000000-0000-7000-8000-00000000d001","terms":{
    "givers":["00000000-0000-7000-8000-00000000a001"],"receivers":["00000000-0000-7000-8000-00000000a002"],
    "bargain":{"kind":"one_way","service":{"text":"Maler klubbhuset"}}}}"#;

#[test]
fn a_command_of_an_earlier_version_is_known_again() {
    let kept: Vec<(String, String)> = commands()
        .iter()
        .map(|command| (tag_of(command, "type"), content_of(&command.tidied())))
        .collect();
    let kept: Vec<(&str, &str)> = kept
        .iter()
        .map(|(name, sha256)| (name.as_str(), sha256.as_str()))
        .collect();
    assert_eq!(kept, CONTENTS);
}

#[test]
fn a_command_that_leaves_out_what_can_be_left_out_is_known_again() {
    let sent: Value = serde_json::from_str(SPARSE).unwrap();
    let command = read_command(&sent).unwrap();
    assert_eq!(
        content_of(&command.tidied()),
        "81c3f196aa87d516b62c22bcc738f5f18029c24a66b3f4ae802299e24ca51b60"
    );
}

#[test]
fn what_a_tablet_kept_through_an_upgrade_is_known_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/tests/golden/commands");
    for (name, sha256) in CONTENTS {
        let kept = std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap();
        let command = read_command(&serde_json::from_str(&kept).unwrap()).unwrap();
        assert_eq!(content_of(&command.tidied()), sha256, "{name}");
    }
}

/// Terms as they lie in a log, and what a signature keeps of them. A line may be added, and none is ever changed: whoever signed would
/// have signed something else.
const TERMS: [(&str, &str); 2] = [
    (
        r#"{"givers":["00000000-0000-0000-0000-0000000a0001"],"receivers":["00000000-0000-0000-0000-0000000a0004"],"bargain":{"kind":"one_way","service":{"text":"Maler klubbhuset"}}}"#,
        "6ba5402d793623c44263c3db0eb39aa7a1df5ec96a66b529ea722da06319fd7e",
    ),
    (
        r#"{"givers":["00000000-0000-0000-0000-0000000a0001"],"receivers":["00000000-0000-0000-0000-0000000a0004"],"bargain":{"kind":"intention","service":{"text":"Vi møtes"}},"deadline":"2027-06-01"}"#,
        "e9d513a088726e7a093b44bc34ce8725ff9e41c6788a069f15e502cd2d648dba",
    ),
];

#[test]
fn a_signature_stays_under_the_terms_that_it_was_made_under() {
    assert_eq!(
        terms_sha256(&full_terms()),
        "5d0aa894a766a513ab467339c4134edd4c21a447180f043431e79210abc6d419"
    );
    for (terms, sha256) in TERMS {
        assert_eq!(
            terms_sha256(&serde_json::from_str(terms).unwrap()),
            sha256,
            "{terms}"
        );
    }
}
