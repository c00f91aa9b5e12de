//! Limits of the process: what exceeds one is told like any other problem.

/// By default the signal for a file over `ulimit -f` ends the process where it stands. With a handler, which stays for
/// the rest of the process, the write fails instead, with an error that has a place.
pub(super) fn outlive_file_size_limit() {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use tokio::signal::unix::{SignalKind, signal};
        /// `SIGXFSZ`: 25 on all architectures that we build for.
        const FILE_SIZE: i32 = 25;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        if let Ok(runtime) = runtime {
            let _inside = runtime.enter();
            // Without a handler the signal's default action remains.
            let _ = signal(SignalKind::from_raw(FILE_SIZE));
        }
    }
}
