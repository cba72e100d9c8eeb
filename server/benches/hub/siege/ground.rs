//! What is known to those who besiege a server, and what came of it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;

use super::guest::{End, Guest, Target};

/// The host that the server is asked for, by everybody but its own machine.
pub(crate) const HOST: &str = "hall.example";
/// Where the besieger comes from.
const ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
/// The house's proxy, which the server trusts.
pub(crate) const PROXY: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 67);
/// Pictures that hang in the exchange.
pub(crate) const PICTURES: [&str; 4] = [
    "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0001",
    "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0002",
    "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0003",
    "6f1c1c1e-8d0c-4a53-9a44-0d5d1f1c0004",
];

/// What is known to those who try, and what came of it.
pub(crate) struct Ground {
    pub(crate) target: Target,
    /// The same besieger behind the house's proxy, over https: where a passphrase may be tried at all.
    pub(crate) behind_proxy: Target,
    /// What is large and free to read.
    pub(crate) large: Vec<String>,
    /// Two megabytes of JSON.
    pub(crate) large_body: Vec<u8>,
    nth: Cell<u64>,
    pub(crate) counts: RefCell<Counts>,
}

/// How often each way ended how.
pub(crate) type Counts = BTreeMap<String, BTreeMap<String, u64>>;

impl Ground {
    /// Looks around first, as anybody may.
    pub(crate) async fn look(server: SocketAddr) -> Result<Self> {
        let behind = |from| Target {
            server,
            from,
            host: HOST,
        };
        let page = async {
            let mut guest = Guest::enter(&behind(ADDRESS), None).await?;
            guest.text("/drammen/wall").await
        };
        let page = page.await.map_err(anyhow::Error::msg)?;
        let modules = page
            .split('"')
            .filter(|word| word.starts_with("/assets/") && word.contains(".wasm"));
        let mut large: Vec<String> = modules.map(str::to_owned).collect();
        large.push("/api/v1/exchanges/drammen/catalogue".to_owned());
        large.extend(PICTURES.map(|id| format!("/api/v1/exchanges/drammen/pictures/{id}")));
        Ok(Self {
            target: behind(ADDRESS),
            behind_proxy: behind(PROXY),
            large,
            large_body: format!(r#"{{"command":[{}0]}}"#, r#"{"":0},"#.repeat(290_000)).into_bytes(),
            nth: Cell::new(0),
            counts: RefCell::default(),
        })
    }

    /// Notes how a try ended.
    pub(crate) fn note(&self, way: &str, end: End) {
        let mut counts = self.counts.borrow_mut();
        *counts
            .entry(way.to_owned())
            .or_default()
            .entry(end.to_owned())
            .or_default() += 1;
    }

    /// A number that no try has had: what differs from one to the next is made of it.
    pub(crate) fn next(&self) -> u64 {
        self.nth.replace(self.nth.get() + 1)
    }
}
