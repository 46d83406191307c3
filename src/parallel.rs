//! Work that is spread over all processors and taken back in order, so that nobody sees how many there were.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};

/// More threads than this would wait for the one that takes.
const MOST_THREADS: usize = 8;
/// Results that a thread may be ahead of the one that takes.
const AHEAD: usize = 2;

/// How many threads there are to be; the system is asked once, since that takes it a while.
fn most_threads() -> usize {
    static MOST: LazyLock<usize> =
        LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS));
    *MOST
}

/// Works on every item and hands the results to `take` in the order of the items; stops at its first error. Each
/// thread has tools of its own, which `tools` makes. This thread takes, and works too while there is nothing to take: so
/// it is seldom woken.
pub fn in_order<I: Sync, W, O: Send, E>(
    items: &[I],
    tools: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, &I) -> O + Sync,
    mut take: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let threads = most_threads().min(items.len());
    let begun = Begun { count: 0, results: VecDeque::new(), waiting: 0, over: false };
    let results = Results {
        all: items.len(),
        ahead: threads * (1 + AHEAD),
        begun: Mutex::new(begun),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        let _alarm = Alarm(|| results.end());
        for _ in 1..threads {
            scope.spawn(|| {
                let _alarm = Alarm(|| results.end());
                let mut own = tools();
                while let Some(at) = results.begin() {
                    results.put(at, work(&mut own, &items[at]));
                }
            });
        }
        let mut own = tools();
        let outcome = loop {
            match results.next() {
                Next::Take(result) => {
                    if let Err(error) = take(result) {
                        break Err(error);
                    }
                }
                Next::Begin(at) => results.put(at, work(&mut own, &items[at])),
                Next::End => break Ok(()),
            }
        };
        results.end();
        outcome
    })
}

/// The results of items that are begun in their order, worked on side by side, and taken in their order.
struct Results<O> {
    /// How many items there are.
    all: usize,
    /// How many may be begun before the first of them is taken.
    ahead: usize,
    begun: Mutex<Begun<O>>,
    changed: Condvar,
}

/// The items that were begun.
struct Begun<O> {
    count: usize,
    /// Of those that were not taken yet, the results that are there.
    results: VecDeque<Option<O>>,
    /// How many threads wait.
    waiting: usize,
    /// Whether nobody takes any more.
    over: bool,
}

/// What the thread that takes does next.
enum Next<O> {
    Take(O),
    Begin(usize),
    /// All is taken; or a thread has panicked, which the scope passes on.
    End,
}

impl<O> Results<O> {
    /// The next item, once it is not too far ahead.
    fn begin(&self) -> Option<usize> {
        let mut begun = lock(&self.begun);
        while begun.results.len() == self.ahead && !begun.over {
            begun = self.wait(begun);
        }
        begun.begin(self.all)
    }

    /// Puts the result of an item where it will be taken.
    fn put(&self, item: usize, result: O) {
        let mut begun = lock(&self.begun);
        let at = item - (begun.count - begun.results.len());
        begun.results[at] = Some(result);
        self.tell(begun, at == 0);
    }

    /// The next result where it is there, else an item to work on where there is one; waits where there is neither.
    fn next(&self) -> Next<O> {
        let mut begun = lock(&self.begun);
        while !begun.over {
            if let Some(result) = begun.results.front_mut().and_then(Option::take) {
                begun.results.pop_front();
                let was_full = begun.results.len() + 1 == self.ahead;
                self.tell(begun, was_full);
                return Next::Take(result);
            }
            if begun.results.len() < self.ahead
                && let Some(item) = begun.begin(self.all)
            {
                return Next::Begin(item);
            }
            if begun.results.is_empty() {
                break;
            }
            begun = self.wait(begun);
        }
        Next::End
    }

    fn wait<'b>(&self, mut begun: MutexGuard<'b, Begun<O>>) -> MutexGuard<'b, Begun<O>> {
        begun.waiting += 1;
        let mut begun = self.changed.wait(begun).unwrap_or_else(PoisonError::into_inner);
        begun.waiting -= 1;
        begun
    }

    /// Tells those who wait, where it matters to them and there are any: to wake nobody is a call of the system, too.
    fn tell(&self, begun: MutexGuard<'_, Begun<O>>, matters: bool) {
        let anybody_waits = begun.waiting > 0;
        drop(begun);
        if matters && anybody_waits {
            self.changed.notify_all();
        }
    }

    /// Nobody takes any more, and nothing is begun.
    fn end(&self) {
        lock(&self.begun).over = true;
        self.changed.notify_all();
    }
}

impl<O> Begun<O> {
    /// The next of all items, where there is one and anybody takes.
    fn begin(&mut self, all: usize) -> Option<usize> {
        if self.over || self.count == all {
            return None;
        }
        self.results.push_back(None);
        self.count += 1;
        Some(self.count - 1)
    }
}

/// The results of both, which are worked out side by side where there is a further processor.
pub fn both<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    if most_threads() <= 1 {
        return (one(), other());
    }
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| resume_unwind(panic)), other)
    })
}

/// Works on a stream of loads on all processors. `draw` fills a load and says whether there may be more behind it; one
/// thread at a time draws. `work` does what it can with the load by itself and then waits for its [`Turn`], in which it
/// alone has `shared`: turns come in the order of the loads. So a load's work may borrow from the load until its end.
/// Each thread has tools of its own, which `tools` makes. The first error of `draw` ends the stream. Where a load may not
/// be worked on before the one before it is done with, `alone` keeps all of it on this thread.
///
/// Two streams at once share the processors: a further thread joins a stream only while there are fewer at work, in all
/// streams together, than processors. So threads wait for their turns seldom.
pub fn by_turns<L: Default, W, S: Send, E: Send>(
    alone: bool,
    draw: impl FnMut(&mut L) -> Result<bool, E> + Send,
    tools: impl Fn() -> W + Sync,
    shared: &mut S,
    work: impl Fn(&mut W, &L, Turn<'_, '_, S>) + Sync,
) -> Result<(), E> {
    let stream = Mutex::new(Stream { draw, drawn: 0, over: false, error: None });
    let turns = Turns {
        state: Mutex::new(TurnState { next: 0, waiting: 0, given_up: false, shared }),
        changed: Condvar::new(),
    };
    let run = |call_another: &dyn Fn()| {
        let _alarm = Alarm(|| turns.give_up());
        let (mut own, mut load) = (tools(), L::default());
        loop {
            // In a statement of its own: the lock is not held while the load is worked on.
            let drawn = lock(&stream).next(&mut load);
            let Some((number, more)) = drawn else { return };
            if more && !alone {
                call_another();
            }
            work(&mut own, &load, Turn { number, turns: &turns });
        }
    };
    let _this_thread = AtWork::anyhow();
    thread::scope(|scope| join(scope, &run));
    match lock(&stream).error.take() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Runs on this thread, and on a further one whenever one is called for and a processor is free.
fn join<'scope>(scope: &'scope Scope<'scope, '_>, run: &'scope (impl Fn(&dyn Fn()) + Sync)) {
    run(&|| {
        if let Some(place) = AtWork::if_free() {
            scope.spawn(move || {
                let _place = place;
                join(scope, run);
            });
        }
    });
}

/// Threads at work on streams.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);

/// The place of a thread among those at work, which it leaves when it ends.
struct AtWork;

impl AtWork {
    fn anyhow() -> AtWork {
        AT_WORK.fetch_add(1, Ordering::Relaxed);
        AtWork
    }

    fn if_free() -> Option<AtWork> {
        let one_more = |at_work: usize| (at_work < most_threads()).then_some(at_work + 1);
        AT_WORK.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok().map(|_| AtWork)
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        AT_WORK.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where loads come from.
struct Stream<D, E> {
    draw: D,
    drawn: u64,
    over: bool,
    error: Option<E>,
}

impl<D, E> Stream<D, E> {
    /// The next load's number, and whether there may be more behind it.
    fn next<L>(&mut self, load: &mut L) -> Option<(u64, bool)>
    where
        D: FnMut(&mut L) -> Result<bool, E>,
    {
        if self.over {
            return None;
        }
        match (self.draw)(load) {
            Ok(more) => self.over = !more,
            Err(error) => {
                (self.over, self.error) = (true, Some(error));
                return None;
            }
        }
        self.drawn += 1;
        Some((self.drawn - 1, !self.over))
    }
}

/// What the turns are about, and whose turn it is.
struct Turns<'s, S> {
    state: Mutex<TurnState<'s, S>>,
    changed: Condvar,
}

struct TurnState<'s, S> {
    next: u64,
    /// How many wait for their turns.
    waiting: usize,
    /// Whether a thread has panicked: its turn will never be over.
    given_up: bool,
    shared: &'s mut S,
}

/// The right to what is shared, once all loads before have had it.
pub struct Turn<'t, 's, S> {
    number: u64,
    turns: &'t Turns<'s, S>,
}

impl<S> Turn<'_, '_, S> {
    /// Waits for the turn, and takes it.
    pub fn take(self, then: impl FnOnce(&mut S)) {
        let mut state = lock(&self.turns.state);
        while state.next != self.number && !state.given_up {
            state.waiting += 1;
            state = self.turns.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        if !state.given_up {
            then(state.shared);
            state.next += 1;
        }
        // To wake nobody is a call of the system, too.
        let anybody_waits = state.waiting > 0;
        drop(state);
        if anybody_waits {
            self.turns.changed.notify_all();
        }
    }
}

impl<S> Turns<'_, S> {
    /// Nobody waits for a turn any more.
    fn give_up(&self) {
        lock(&self.state).given_up = true;
        self.changed.notify_all();
    }
}

/// Tells those who wait for a thread that it has panicked; the scope passes the panic on.
struct Alarm<F: Fn()>(F);

impl<F: Fn()> Drop for Alarm<F> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0();
        }
    }
}

/// What a mutex holds, whether or not a thread has panicked with it: nobody goes on after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
    fn both_results_come_back() {
        assert_eq!(both(|| 1, || "2"), (1, "2"));
    }

    #[test]
    #[should_panic = "panicked"]
    fn a_panic_of_either_is_passed_on() {
        both(|| panic!("panicked"), || ());
    }

    #[test]
    fn the_first_error_stops_the_work() {
        let items: Vec<u32> = (0..1000).collect();
        let stop_at_ten = |result: u32| if result < 10 { Ok(()) } else { Err(result) };
        assert_eq!(in_order(&items, || (), |(), &item| item, stop_at_ten), Err(10));
        assert_eq!(in_order(&[] as &[u32], || (), |(), &item| item, stop_at_ten), Ok(()));
    }

    #[test]
    #[should_panic = "panicked"]
    fn a_panic_at_an_item_is_passed_on() {
        let items: Vec<u32> = (0..1000).collect();
        let _ = in_order(&items, || (), |(), &item| assert!(item != 50, "panicked"), |()| Ok::<(), ()>(()));
    }

    #[test]
    #[should_panic = "panicked"]
    fn a_panic_of_the_one_who_takes_is_passed_on() {
        let items: Vec<u32> = (0..1000).collect();
        let take = |item| {
            assert!(item != 50, "panicked");
            Ok::<(), ()>(())
        };
        let _ = in_order(&items, || (), |(), &item| item, take);
    }

    /// Draws the numbers below `end`, and fails where it should draw `bad`.
    fn numbers_below(end: u32, bad: Option<u32>) -> impl FnMut(&mut u32) -> Result<bool, u32> + Send {
        let mut next = 0;
        move |load| {
            *load = next;
            next += 1;
            if Some(*load) == bad { Err(*load) } else { Ok(next < end) }
        }
    }

    #[test]
    fn turns_come_in_the_order_of_the_loads() {
        for (alone, end) in [(false, 1000), (true, 1000), (false, 1)] {
            let mut taken = Vec::new();
            let work = |(): &mut (), load: &u32, turn: Turn<'_, '_, Vec<u32>>| {
                if load.is_multiple_of(7) {
                    thread::yield_now();
                }
                let result = load * 3;
                turn.take(|taken| taken.push(result));
            };
            assert_eq!(by_turns(alone, numbers_below(end, None), || (), &mut taken, work), Ok(()));
            assert_eq!(taken, (0..end).map(|load| load * 3).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_was_drawn_before_an_error_is_taken() {
        let mut taken = Vec::new();
        let work =
            |(): &mut (), load: &u32, turn: Turn<'_, '_, Vec<u32>>| turn.take(|taken| taken.push(*load));
        assert_eq!(by_turns(false, numbers_below(1000, Some(100)), || (), &mut taken, work), Err(100));
        assert_eq!(taken, (0..100).collect::<Vec<_>>());
    }

    #[test]
    #[should_panic = "panicked"]
    fn a_panic_ends_the_work() {
        let work = |(): &mut (), load: &u32, turn: Turn<'_, '_, ()>| {
            assert!(*load != 50, "panicked");
            turn.take(|()| ());
        };
        let _ = by_turns(false, numbers_below(1000, None), || (), &mut (), work);
    }
}
