//! Waiting for the first of several things, without chance in it.
//!
//! `tokio::select!` throws dice for what it looks at first. Here each is looked at first in its turn: a loop starves none of
//! them, and does the same again when it is run again from a seed.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

/// Something that is waited for.
pub(crate) type Wait<'a, T> = Pin<&'a mut (dyn Future<Output = T> + Send)>;

/// Waits for the first of them. Of several that have happened it is the one that comes first from `turn` on, round and round; the
/// others are left as they are, and must be such that nothing of them is lost by it.
pub(crate) async fn first_of<T, const N: usize>(turn: usize, mut waits: [Wait<'_, T>; N]) -> T {
    poll_fn(|cx| {
        for nth in 0..N {
            let wait = &mut waits[turn.wrapping_add(nth) % N];
            if let happened @ Poll::Ready(_) = wait.as_mut().poll(cx) {
                return happened;
            }
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::pin;

    use super::*;

    #[tokio::test]
    async fn each_is_first_in_its_turn_and_what_does_not_happen_is_passed_over() {
        let mut taken = Vec::new();
        for turn in 0..4 {
            let (never, one, other) = (pin!(pending()), pin!(ready("one")), pin!(ready("other")));
            taken.push(first_of(turn, [never, one, other]).await);
        }
        assert_eq!(taken, ["one", "one", "other", "one"]);
    }
}
