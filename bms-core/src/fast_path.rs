//! The switch of the fast paths: work that a tick skips because its result is known to be the same.
//!
//! Each fast path asks [`allowed`], so that a test can force the full evaluation. The law that both give identical results
//! is `fast_path/tests.rs`.

/// Whether fast paths may be taken: always, except where a test forces the full evaluation.
#[cfg(not(test))]
pub(crate) const fn allowed() -> bool {
    true
}

#[cfg(test)]
pub(crate) use forced::allowed;

#[cfg(test)]
mod forced {
    use std::cell::Cell;

    std::thread_local! {
        static ALLOWED: Cell<bool> = const { Cell::new(true) };
    }

    pub(crate) fn allowed() -> bool {
        ALLOWED.get()
    }

    /// Runs with the full evaluation.
    pub(super) fn without<T>(run: impl FnOnce() -> T) -> T {
        ALLOWED.set(false);
        let result = run();
        ALLOWED.set(true);
        result
    }
}

#[cfg(test)]
mod tests;
