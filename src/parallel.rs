//! Work on all cores in a build (rayon), and the same calls one after the other in an agent that merges its layers anew.
//!
//! Code that both need imports `crate::parallel::*` instead of rayon's prelude. An agent's threads are its own: the
//! library without the feature `cli` starts none for a merge, and does not depend on rayon. What is missing below is
//! added when it is first needed.

#[cfg(feature = "cli")]
pub(crate) use rayon::prelude::*;

#[cfg(feature = "cli")]
pub(crate) use rayon::join;

/// On how many cores work is done.
#[cfg(feature = "cli")]
pub(crate) fn threads() -> usize {
    rayon::current_num_threads().max(1)
}

#[cfg(not(feature = "cli"))]
pub(crate) use alone::*;

#[cfg(not(feature = "cli"))]
mod alone {
    //! Rayon's names for the standard library's iterators.

    use std::cmp::Ordering;

    /// On how many cores work is done.
    pub(crate) fn threads() -> usize {
        1
    }

    /// Both, one after the other.
    pub(crate) fn join<A, B>(first: impl FnOnce() -> A, second: impl FnOnce() -> B) -> (A, B) {
        let first = first();
        (first, second())
    }

    /// `into_par_iter`: what can be walked.
    pub(crate) trait IntoParallelIterator: IntoIterator + Sized {
        fn into_par_iter(self) -> Self::IntoIter {
            self.into_iter()
        }
    }

    impl<I: IntoIterator> IntoParallelIterator for I {}

    /// `par_iter`: what can be walked without being taken.
    pub(crate) trait ParallelSlice<T> {
        fn par_iter(&self) -> std::slice::Iter<'_, T>;
        fn par_chunks(&self, size: usize) -> std::slice::Chunks<'_, T>;
    }

    impl<T> ParallelSlice<T> for [T] {
        fn par_iter(&self) -> std::slice::Iter<'_, T> {
            self.iter()
        }

        fn par_chunks(&self, size: usize) -> std::slice::Chunks<'_, T> {
            self.chunks(size)
        }
    }

    /// How work is split and joined.
    pub(crate) trait ParallelIterator: Iterator + Sized {
        fn with_min_len(self, _: usize) -> Self {
            self
        }

        fn with_max_len(self, _: usize) -> Self {
            self
        }

        fn flat_map_iter<U: IntoIterator, F: FnMut(Self::Item) -> U>(
            self,
            with: F,
        ) -> std::iter::FlatMap<Self, U, F> {
            self.flat_map(with)
        }
    }

    impl<I: Iterator> ParallelIterator for I {}

    /// Items that are changed in place; sorting.
    pub(crate) trait ParallelSliceMut<T> {
        fn par_iter_mut(&mut self) -> std::slice::IterMut<'_, T>;
        fn par_sort_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);
    }

    impl<T> ParallelSliceMut<T> for [T] {
        fn par_iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
            self.iter_mut()
        }

        fn par_sort_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering) {
            self.sort_by(compare);
        }
    }
}
