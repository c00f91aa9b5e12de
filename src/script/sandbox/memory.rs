//! The memory of one engine: Rust's own allocator, under a watch. May not look at what is in it.

#![expect(
    unsafe_code,
    reason = "the engine's allocator is an unsafe trait; the proof stands at its implementation"
)]

use std::ptr;
use std::rc::Rc;

use rquickjs::allocator::{Allocator, RustAllocator};

use super::watch::Watch;

/// The allocator of an engine: Rust's own, under the watch that counts, and refuses.
pub(super) struct Metered(pub(super) Rc<Watch>);

// SAFETY: every pointer that is handed out is null or comes from `RustAllocator`, which fulfils this very contract, and
// every pointer that comes in goes back to `RustAllocator`, so pairs match. Two of its preconditions are guarded here:
// sizes are at most the watch's limit, so that its sums cannot overflow (`admits` saturates; `calloc` multiplies checked), and
// `realloc` never gets a null pointer. The watch only counts; a wrong count could not make a pointer invalid.
unsafe impl Allocator for Metered {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        if !self.0.admits(size) {
            return ptr::null_mut();
        }
        let found = RustAllocator.alloc(size);
        if !found.is_null() {
            // SAFETY: just allocated by `RustAllocator`.
            self.0.add(unsafe { RustAllocator::usable_size(found) });
        }
        found
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        if !count.checked_mul(size).is_some_and(|size| self.0.admits(size)) {
            return ptr::null_mut();
        }
        let found = RustAllocator.calloc(count, size);
        if !found.is_null() {
            // SAFETY: just allocated by `RustAllocator`.
            self.0.add(unsafe { RustAllocator::usable_size(found) });
        }
        found
    }

    unsafe fn dealloc(&mut self, old: *mut u8) {
        // SAFETY: the caller got `old` from this allocator, so from `RustAllocator`.
        unsafe {
            self.0.subtract(RustAllocator::usable_size(old));
            RustAllocator.dealloc(old);
        }
    }

    unsafe fn realloc(&mut self, old: *mut u8, size: usize) -> *mut u8 {
        if old.is_null() {
            return self.alloc(size);
        }
        // SAFETY: the caller got `old`, which is not null, from this allocator, so from `RustAllocator`.
        let before = unsafe { RustAllocator::usable_size(old) };
        if !self.0.admits(size.saturating_sub(before)) {
            return ptr::null_mut();
        }
        // SAFETY: as above; the size is bounded, because the memory held and the growth are.
        let found = unsafe { RustAllocator.realloc(old, size) };
        if !found.is_null() {
            self.0.subtract(before);
            // SAFETY: just allocated by `RustAllocator`.
            self.0.add(unsafe { RustAllocator::usable_size(found) });
        }
        found
    }

    unsafe fn usable_size(old: *mut u8) -> usize {
        // SAFETY: the caller got `old` from this allocator, so from `RustAllocator`.
        unsafe { RustAllocator::usable_size(old) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_the_limit_is_remembered_and_only_last_words_are_let_through() {
        let watch = Watch::new(4000);
        let mut memory = Metered(Rc::clone(&watch));
        let one = memory.alloc(600);
        assert!(!one.is_null() && !watch.is_full());
        assert!(memory.calloc(30, 200).is_null() && watch.is_full());
        let two = memory.calloc(3, 200);
        assert!(!two.is_null());
        assert!(memory.alloc(2000).is_null());
        assert!(memory.calloc(usize::MAX, 2).is_null());
        // SAFETY: both pointers come from `memory` and are used once.
        unsafe {
            assert!(memory.realloc(one, usize::MAX).is_null());
            let one = memory.realloc(one, 10);
            memory.dealloc(one);
            memory.dealloc(two);
        }
        assert_eq!(watch.used(), 0);
    }
}
