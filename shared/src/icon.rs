//! Icons of categories: which there are, and how each is drawn, once for screens and paper.
//!
//! All are lines of one width on a grid of 24, drawn for this product. An icon decorates a name and never stands in for one.

use serde::{Deserialize, Deserializer, Serialize};

use crate::closed_set::closed_sets;

/// What a category is about, as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::VariantNames, strum::VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Icon {
    /// Practical work: a hand.
    Hands,
    /// Repairs and crafts: a hammer.
    Tools,
    /// A van.
    Transport,
    /// A house.
    Premises,
    /// A room to meet in: two at a table.
    Meeting,
    /// What is lent: a box.
    Equipment,
    /// A laptop.
    Computer,
    /// Being heard of: a megaphone.
    Marketing,
    /// Design and print: a pencil.
    Design,
    /// Law: scales.
    Legal,
    /// Accounts: a calculator.
    Economy,
    /// Courses: a mortarboard.
    Teaching,
    /// Children and the young: a teddy bear.
    Youth,
    /// A heart.
    Care,
    /// A ball.
    Sport,
    /// Music and culture: notes.
    Culture,
    /// A cup of coffee.
    Food,
    /// A fir.
    Outdoor,
    /// Advice and ideas: a light bulb.
    Advice,
    /// Photo and film: a camera.
    Media,
}

closed_sets!(Icon);

/// The side of the square that every icon is drawn on.
pub const GRID: u32 = 24;

impl Icon {
    /// Its lines: the data of an SVG path on a square of [`GRID`], to be stroked and not filled, with round caps and joins.
    pub const fn lines(self) -> &'static str {
        match self {
            Icon::Hands => {
                "M8 13.5V6a2 2 0 0 1 4 0v5M12 6V5a2 2 0 0 1 4 0v6\
                 M16 7.5a2 2 0 0 1 4 0V14a7 7 0 0 1-7 7c-3 0-4.8-1.4-6.3-3.9l-2.9-4.5\
                 a1.9 1.9 0 0 1 3.1-2.1L8 13.5"
            }
            Icon::Tools => "M4 4h10a6 6 0 0 1 6 6H4zM9 10h4v11H9z",
            Icon::Transport => {
                "M5 18H2V6h12v12H9M14 10h4l4 4v4h-3M15 18h-1M9 18a2 2 0 1 1-4 0 2 2 0 0 1 4 0z\
                 M19 18a2 2 0 1 1-4 0 2 2 0 0 1 4 0z"
            }
            Icon::Premises => "M2.5 12 12 3.5l9.5 8.5M5.5 9.5V20h13V9.5M10 20v-6h4v6",
            Icon::Meeting => "M2.5 5v15M2.5 14H7v6M21.5 5v15M21.5 14H17v6M7.5 9.5h9M12 9.5V20",
            Icon::Equipment => "M12 3l8.5 4.5v9L12 21l-8.5-4.5v-9zM3.5 7.5 12 12l8.5-4.5M12 12v9",
            Icon::Computer => "M5 5h14v10.5H5zM2 19.5h20",
            Icon::Marketing => "M3 9.5h5L18 5v14L8 14.5H3zM7 14.5V20h3.5v-4.4M21.5 10.5v3",
            Icon::Design => "M4 20l1.2-5L16 4.2 19.8 8 9 18.8zM13 7.2 16.8 11",
            Icon::Legal => {
                "M12 3v17M7.5 20h9M5.5 6h13M5.5 6 2 14c.8 2.8 6.2 2.8 7 0z\
                 M18.5 6 15 14c.8 2.8 6.2 2.8 7 0z"
            }
            Icon::Economy => "M5 3h14v18H5zM9 7.5h6M9 12.3h.01M15 12.3h.01M9 16.5h.01M15 16.5h.01",
            Icon::Teaching => "M12 4.5 22.5 10 12 15.5 1.5 10zM6 12.5V17c3.5 3 8.5 3 12 0v-4.5M22.5 10v6",
            Icon::Youth => {
                "M20 13a8 8 0 1 1-16 0 8 8 0 0 1 16 0zM5.1 8.9a3 3 0 1 1 3.7-3.2\
                 M15.2 5.7a3 3 0 1 1 3.7 3.2M9.3 12h.01M14.7 12h.01M10 16c1.2 1.1 2.8 1.1 4 0"
            }
            Icon::Care => "M12 20.5 3.9 12.3a5 5 0 0 1 8.1-5.8 5 5 0 0 1 8.1 5.8z",
            Icon::Sport => {
                "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0zM12 8.4l3.4 2.5-1.3 4H9.9l-1.3-4zM12 8.4V3\
                 M15.4 10.9l5.2-1.7M14.1 14.9l3.2 4.4M9.9 14.9l-3.2 4.4M8.6 10.9 3.4 9.2"
            }
            Icon::Culture => {
                "M9 18V6l12-2.5V16M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM21 16a3 3 0 1 1-6 0 3 3 0 0 1 6 0z"
            }
            Icon::Food => {
                "M3.5 9.5H17V15a5.5 5.5 0 0 1-5.5 5.5H9A5.5 5.5 0 0 1 3.5 15z\
                 M17 11.5h1.5a2.7 2.7 0 0 1 0 5.5H16.5M8 6V3M12.5 6V3"
            }
            Icon::Outdoor => "M12 2.5 17 9.5h-2.5l5 8h-15l5-8H7zM12 17.5V22",
            Icon::Advice => "M9 17c0-2.5-3-3.7-3-7.5a6 6 0 0 1 12 0c0 3.8-3 5-3 7.5zM9.5 21h5",
            Icon::Media => {
                "M2.5 7.5H7l2-3.5h6l2 3.5h4.5V20h-19zM15.5 13.3a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z"
            }
        }
    }
}

/// Reads a category's icon. One of a newer version is none: it decorates, and nobody is kept from a board by it.
pub(crate) fn read<'de, D: Deserializer<'de>>(written: D) -> Result<Option<Icon>, D::Error> {
    let name = Option::<String>::deserialize(written)?;
    Ok(name.as_deref().and_then(Icon::named))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_icon_has_a_drawing_of_its_own() {
        let mut drawn: Vec<&str> = Icon::ALL.map(Icon::lines).to_vec();
        for (icon, lines) in Icon::ALL.into_iter().zip(&drawn) {
            assert!(lines.starts_with('M'), "{icon:?}: {lines}");
            // It stands in an attribute, on screens as on paper.
            let is_of_a_path = |c: char| c.is_ascii_digit() || "MHVLCAZhvlcaz .-".contains(c);
            assert!(lines.chars().all(is_of_a_path), "{icon:?}: {lines}");
        }
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), Icon::ALL.len());
    }
}
