//! The agreement as a paper: a deal of the board with contact details and signatures, printed as PDF. Who gets one is the
//! matter of its [routes](crate::routes).

pub(crate) mod legible;
pub(crate) mod paper;
pub(crate) mod press;
pub(crate) mod signature;
pub(crate) mod texts;

pub use self::press::Press;
