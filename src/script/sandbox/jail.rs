//! What the worker gives up before it reads a script: open files, the right to open others, to start programs, to map code.
//! Defence in depth: the engine has no such functions. Where the kernel has no such means, the rest still holds.

#![expect(
    unsafe_code,
    reason = "closing files by number and loading a seccomp filter are calls of the kernel; the proofs stand beside them"
)]

use rustix::process::{Resource, Rlimit, setrlimit};

/// Address space of the worker, in bytes: engine and compiler at their limits, stacks, the program, and room.
const SPACE: u64 = 2 << 30;

/// Goes in. Says whether the kernel filters system calls from now on.
pub(super) fn enter() -> bool {
    super::pages::keep_small();
    close_files();
    limit(Resource::As, SPACE);
    limit(Resource::Core, 0);
    limit(Resource::Fsize, 0);
    limit(Resource::Nofile, 3);
    // Whatever comes, this process and what it starts get no more rights than they have.
    let calm = rustix::thread::set_no_new_privs(true).is_ok();
    calm && filter()
}

/// From now on the process may work for so many seconds more; then the kernel ends it (SIGXCPU). That ends native loops,
/// which the engine does not interrupt.
pub(super) fn may_work(seconds: u64) {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let until = u64::try_from(time.tv_sec).unwrap_or(0).saturating_add(seconds).saturating_add(1);
    // Only the soft limit, so that it can be moved again.
    let _ = setrlimit(Resource::Cpu, Rlimit { current: Some(until), maximum: None });
}

fn limit(what: Resource, most: u64) {
    // A limit that cannot be set is lower already.
    let _ = setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) });
}

#[cfg(not(target_os = "linux"))]
fn close_files() {}

/// Closes what the parent left open: all but standard input, output and error.
#[cfg(target_os = "linux")]
fn close_files() {
    // SAFETY: plain numbers, no memory is touched. Nothing in this process owns a file above 2 yet: this is the first thing
    // that a worker does, and its runtime opens none.
    unsafe {
        libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32);
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn filter() -> bool {
    false
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn filter() -> bool {
    let program = program();
    let Ok(length) = u16::try_from(program.len()) else { return false };
    let header = libc::sock_fprog { len: length, filter: program.as_ptr().cast_mut() };
    /// `SECCOMP_SET_MODE_FILTER`.
    const MODE: u32 = 1;
    /// All threads of the process are filtered.
    const ALL_THREADS: u32 = 1;
    // SAFETY: `header` and the `program` that it points to live until the call returns; the kernel copies them, and writes
    // into neither.
    unsafe { libc::syscall(libc::SYS_seccomp, MODE, ALL_THREADS, &raw const header) == 0 }
}

/// What engine, allocator and runtime need. All else is answered with EPERM.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
const ALLOWED: &[libc::c_long] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_sched_yield,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_tgkill,
    libc::SYS_prlimit64,
    libc::SYS_restart_syscall,
];

/// The filter, in the kernel's little language.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn program() -> Vec<libc::sock_filter> {
    // From linux/bpf_common.h, linux/seccomp.h and linux/audit.h.
    const LOAD: u16 = 0x20;
    const IF_EQUAL: u16 = 0x15;
    const IF_BITS: u16 = 0x45;
    const RETURN: u16 = 0x06;
    const NUMBER: u32 = 0;
    const ARCHITECTURE: u32 = 4;
    const THIRD_ARGUMENT: u32 = 32;
    const ALLOW: u32 = 0x7fff_0000;
    const KILL: u32 = 0x8000_0000;
    const REFUSE: u32 = 0x0005_0000 | libc::EPERM as u32;
    const OURS: u32 = if cfg!(target_arch = "x86_64") { 0xc000_003e } else { 0xc000_00b7 };
    let step = |code, k, jt, jf| libc::sock_filter { code, jt, jf, k };
    let mut program = vec![
        step(LOAD, ARCHITECTURE, 0, 0),
        step(IF_EQUAL, OURS, 1, 0),
        step(RETURN, KILL, 0, 0),
        step(LOAD, NUMBER, 0, 0),
    ];
    for &number in ALLOWED {
        program.push(step(IF_EQUAL, number as u32, 0, 1));
        program.push(step(RETURN, ALLOW, 0, 0));
    }
    // Memory may be mapped and changed, but never so that it could be executed.
    program.push(step(IF_EQUAL, libc::SYS_mmap as u32, 1, 0));
    program.push(step(IF_EQUAL, libc::SYS_mprotect as u32, 0, 3));
    program.push(step(LOAD, THIRD_ARGUMENT, 0, 0));
    program.push(step(IF_BITS, libc::PROT_EXEC as u32, 1, 0));
    program.push(step(RETURN, ALLOW, 0, 0));
    program.push(step(RETURN, REFUSE, 0, 0));
    program
}
