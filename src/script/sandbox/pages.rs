//! The size of memory's pages. The allocator asks for huge ones, which pays where there is much memory for long; each has to
//! be cleared first, 2 MiB at once, and an engine lives for a fraction of a millisecond and needs a tenth of one.

/// From now on this process, its threads and what it starts get pages of the usual size.
pub fn keep_small() {
    // Where the kernel does not know this, all goes on, a little slower.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
