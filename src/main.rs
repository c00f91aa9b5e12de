//! The `aegis` program: hands the process over to the library and returns its exit code.

use std::process::ExitCode;

/// Builds allocate much and in parallel; musl's allocator would make the image several times slower.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    aegis_action::main()
}
