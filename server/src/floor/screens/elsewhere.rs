//! The screens of an exchange that are connected to other nodes, as those tell, and what is told them of ours.
//!
//! What was told may be lost, so all of it is told again every few seconds, and a screen of which nothing more is heard goes from the list.

use std::collections::BTreeMap;
use std::time::Duration;

use borsklokka_shared::wire::ConnectedScreen;
use tokio::time::Instant;

/// Screens of other nodes that are kept, counted: those of a handful.
const HEARD_MAX: usize = 1_024;
/// How long a screen stays of which its node says nothing more. It is said again three times as often.
pub(crate) const SILENT_S: u64 = 15;

/// What changed since it was told last.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct News {
    /// The screens as they are now.
    pub(crate) screens: Vec<ConnectedScreen>,
    /// The numbers of those that left.
    pub(crate) gone: Vec<u32>,
}

impl News {
    pub(crate) fn is_empty(&self) -> bool {
        self.screens.is_empty() && self.gone.is_empty()
    }
}

#[derive(Default)]
pub(super) struct Elsewhere {
    heard: BTreeMap<u32, (ConnectedScreen, Instant)>,
    /// What the other nodes were told of ours.
    told: Vec<ConnectedScreen>,
}

impl Elsewhere {
    /// Notes what another node tells. Whether that changes the list.
    pub(super) fn hear(&mut self, news: News) -> bool {
        let now = Instant::now();
        let mut is_new = false;
        for number in news.gone {
            is_new |= self.heard.remove(&number).is_some();
        }
        for screen in news.screens {
            let number = screen.number;
            if self.heard.len() >= HEARD_MAX && !self.heard.contains_key(&number) {
                continue;
            }
            let before = self.heard.insert(number, (screen, now));
            is_new |= before.map(|(screen, _)| screen).as_ref() != self.screen(number);
        }
        is_new
    }

    fn screen(&self, number: u32) -> Option<&ConnectedScreen> {
        self.heard.get(&number).map(|(screen, _)| screen)
    }

    /// Takes out those of which nothing more is heard. Whether there were any.
    pub(super) fn forget_silent(&mut self) -> bool {
        let before = self.heard.len();
        let silent = Duration::from_secs(SILENT_S);
        self.heard.retain(|_, (_, at)| at.elapsed() < silent);
        self.heard.len() < before
    }

    pub(super) fn has(&self, number: u32) -> bool {
        self.heard.contains_key(&number)
    }

    pub(super) fn screens(&self) -> impl Iterator<Item = &ConnectedScreen> {
        self.heard.values().map(|(screen, _)| screen)
    }

    /// What to tell of ours, which are `now` so: what changed, or all.
    pub(super) fn tell(&mut self, now: Vec<ConnectedScreen>, all: bool) -> News {
        let is_there = |screen: &ConnectedScreen| now.iter().any(|one| one.number == screen.number);
        let gone = self.told.iter().filter(|screen| !is_there(screen));
        let gone = gone.map(|screen| screen.number).collect();
        let screens = now.iter().filter(|screen| all || !self.told.contains(screen));
        let screens = screens.cloned().collect();
        self.told = now;
        News { screens, gone }
    }
}

#[cfg(test)]
mod tests {
    use borsklokka_shared::role::Role;
    use borsklokka_shared::wire::ScreenStatus;

    use super::*;

    fn screen(number: u32, shows: &str) -> ConnectedScreen {
        ConnectedScreen {
            number,
            role: Role::Viewer,
            device: None,
            name: None,
            status: ScreenStatus {
                screen: shows.to_owned(),
                ..ScreenStatus::default()
            },
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_one_node_tells_another_has_until_it_hears_no_more() {
        let (mut here, mut there) = (Elsewhere::default(), Elsewhere::default());
        let (wall, tablet) = (screen(1, "wall"), screen(2, "broker"));
        assert!(there.hear(here.tell(vec![wall.clone(), tablet.clone()], false)));
        assert!(here.tell(vec![wall.clone(), tablet.clone()], false).is_empty());
        assert!(
            !there.hear(here.tell(vec![wall, tablet.clone()], true)),
            "all again, and nothing new"
        );
        tokio::time::advance(Duration::from_secs(SILENT_S - 1)).await;
        let later = screen(1, "door");
        let news = here.tell(vec![later.clone()], false);
        let changed = News {
            screens: vec![later.clone()],
            gone: vec![2],
        };
        assert_eq!(news, changed);
        assert!(there.hear(news));
        assert_eq!(there.screens().collect::<Vec<_>>(), [&later]);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(!there.forget_silent(), "of that one was heard since");
        tokio::time::advance(Duration::from_secs(SILENT_S)).await;
        assert!(there.forget_silent() && !there.has(1));
    }

    #[test]
    fn a_node_that_tells_of_too_many_does_not_fill_the_memory() {
        let mut here = Elsewhere::default();
        let screens = (0..5_000).map(|number| screen(number, "wall")).collect();
        here.hear(News {
            screens,
            gone: Vec::new(),
        });
        assert_eq!(here.screens().count(), HEARD_MAX);
    }
}
