//! Registering from outside: the form, the link, and the organiser's verdict, by the pages and the API as they are served. Each room's tests
//! lie in a file of its own.

mod fixture;
mod form;
mod office;
mod own;
mod place;
mod proof;
