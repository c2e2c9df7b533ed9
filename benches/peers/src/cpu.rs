//! The clock of the comparison: CPU time of the process, user and system, all threads.

use rustix::time::{ClockId, clock_gettime};

/// What anything here can fail with; the message is printed, nothing is handled.
pub type Failure = Box<dyn std::error::Error>;

/// CPU time of this process so far, in nanoseconds.
pub fn now() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// CPU time of some work, in nanoseconds, with what it returns.
pub fn of<T>(work: impl FnOnce() -> T) -> (u64, T) {
    let before = now();
    let done = work();
    (now() - before, done)
}
