//! A whole server, or a floor of it, from outside: over HTTP and sockets, on real databases, killed and started again.
//!
//! One binary, because each has the whole server linked into it. `crowd` is another: it fills the process with sockets, and
//! what is timed by others would wait for its thousand viewers.

mod agreement;
mod anew;
mod backup;
mod bundle;
mod certificates;
mod check;
mod common;
mod console;
mod crash;
mod desk;
#[cfg(target_os = "linux")]
mod desktop;
mod discretion;
mod erasure;
mod export;
mod floor;
mod log_contract;
mod nodes;
mod screens;
mod simulate;
mod sockets;
mod start;
#[cfg(target_os = "linux")]
mod stop;
mod tls;
mod traces;
mod upgrade;
