//! Closed sets: enums whose list and names are written once, where the enum is, and read from there by everybody else.

/// Gives closed sets their list and their names; the names are [`strum`]'s, and the wire's.
macro_rules! closed_sets {
    ($($set:ty),+ $(,)?) => {$(
        impl $set {
            /// All of them, in the order in which they are listed.
            pub const ALL: [Self; <Self as strum::VariantArray>::VARIANTS.len()] =
                *<Self as strum::VariantArray>::VARIANTS
                    .first_chunk()
                    .expect("a list is as long as itself");

            /// Its name: on the wire, in addresses, in style sheets and in tests.
            pub const fn as_str(self) -> &'static str {
                <Self as strum::VariantNames>::VARIANTS[self as usize]
            }

            /// The one of a name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.as_str() == name)
            }
        }
    )+};
}

pub(crate) use closed_sets;
