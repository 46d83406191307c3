//! Work that is spread over all processors and taken back in order, so that nobody sees how many there were.

use std::num::NonZero;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// More threads than this would wait for the one that takes.
const MOST_THREADS: usize = 8;
/// Results that a thread may be ahead of the one that takes.
const AHEAD: usize = 2;

/// Works on every item and hands the results to `take` in the order of the items; stops at its first error. Each
/// thread has tools of its own, which `tools` makes.
pub fn in_order<I: Sync, W, O: Send, E>(
    items: &[I],
    tools: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS).min(items.len());
    if threads <= 1 {
        let mut own = tools();
        return items.iter().try_for_each(|item| take(work(&mut own, item)));
    }
    thread::scope(|scope| {
        let work_on_every_nth = |first: usize| -> Receiver<O> {
            let (sender, receiver) = sync_channel(AHEAD);
            let (tools, work) = (&tools, &work);
            scope.spawn(move || {
                let mut own = tools();
                for item in items.iter().skip(first).step_by(threads) {
                    // Nobody takes any more: an error has stopped the run.
                    if sender.send(work(&mut own, item)).is_err() {
                        return;
                    }
                }
            });
            receiver
        };
        let receivers: Vec<Receiver<O>> = (0..threads).map(work_on_every_nth).collect();
        for receiver in receivers.iter().cycle().take(items.len()) {
            // A thread that ends early has panicked, which the scope passes on.
            let Ok(result) = receiver.recv() else { break };
            take(result)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..1000).collect();
        let mut taken = Vec::new();
        let outcome: Result<(), ()> = in_order(
            &items,
            || 7,
            |tool, item| item * *tool,
            |result| {
                taken.push(result);
                Ok(())
            },
        );
        assert_eq!(outcome, Ok(()));
        assert_eq!(taken, items.iter().map(|item| item * 7).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_error_stops_the_work() {
        let items: Vec<u32> = (0..1000).collect();
        let stop_at_ten = |result: u32| if result < 10 { Ok(()) } else { Err(result) };
        assert_eq!(in_order(&items, || (), |(), &item| item, stop_at_ten), Err(10));
        assert_eq!(in_order(&[] as &[u32], || (), |(), &item| item, stop_at_ten), Ok(()));
    }
}
