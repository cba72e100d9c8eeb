//! Forms as browsers and others send them.

use std::collections::{BTreeMap, BTreeSet};

use borsklokka::fuzzed;
use borsklokka_shared::text::tidy;

/// The fields that a form can be told to mend.
const FIELDS: [&str; 8] = [
    "", "name", "sector", "person", "email", "phone", "people", "consent",
];

/// A registration: what is taken is tidy and within its limits, and shown and sent again it is the same; what is not names fields that the
/// form has.
pub(crate) fn registration(bytes: &[u8]) {
    let Ok(fields) = serde_urlencoded::from_bytes::<BTreeMap<String, String>>(bytes) else {
        return;
    };
    let settings = test_support::settings();
    match fuzzed::registered(fields, &settings) {
        Ok((entry, again)) => {
            assert_eq!(again.as_ref(), Ok(&entry), "shown and sent again");
            assert_eq!(entry.name, tidy(&entry.name));
            assert!(entry.contact.email.is_some() || entry.contact.phone.is_some());
            assert_eq!(entry.contact.clone().checked().as_ref(), Ok(&entry.contact));
            let known: BTreeSet<_> = settings.categories.iter().map(|one| &one.id).collect();
            for listing in &entry.listings {
                assert!(known.contains(&listing.category), "{listing:?}");
            }
        }
        Err(fields) => {
            assert!(!fields.is_empty(), "refused, and nothing to mend");
            for field in fields {
                let is_line = field.starts_with("offer_") || field.starts_with("wish_");
                assert!(is_line || FIELDS.contains(&field.as_str()), "{field:?}");
            }
        }
    }
}
