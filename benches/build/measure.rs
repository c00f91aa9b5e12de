//! Runs a command as a whole process, several times: wall time, and the highest memory that the kernel saw.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What several runs of a command took.
pub(crate) struct Sample {
    /// Seconds, in order.
    seconds: Vec<f64>,
    /// The highest resident size of any run, in 10^6 bytes.
    pub(crate) peak_mb: f64,
}

impl Sample {
    /// The middle one.
    pub(crate) fn median(&self) -> f64 {
        self.seconds[self.seconds.len() / 2]
    }

    /// Median and spread, for people.
    pub(crate) fn time(&self) -> String {
        let show = |s: f64| if s < 1.0 { format!("{:.1} ms", s * 1e3) } else { format!("{s:.2} s") };
        let last = self.seconds.len() - 1;
        format!("{} ({} … {})", show(self.median()), show(self.seconds[0]), show(self.seconds[last]))
    }
}

/// Keeps this process, and so everything that it starts, on the first cores, that many.
pub(crate) fn pin(count: usize) {
    #[cfg(target_os = "linux")]
    {
        let mut cores = rustix::thread::CpuSet::new();
        (0..count).for_each(|core| cores.set(core));
        rustix::thread::sched_setaffinity(None, &cores).unwrap();
    }
    #[cfg(not(target_os = "linux"))]
    let _ = count;
}

/// Whether a program is installed.
pub(crate) fn has(program: &str) -> bool {
    succeeds(program, &["--version"])
}

/// Whether a command runs and succeeds.
pub(crate) fn succeeds(program: &str, args: &[&str]) -> bool {
    let status = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs once to warm up, then `runs` times.
pub(crate) fn measure(runs: usize, dir: &Path, program: &str, args: &[&str]) -> Sample {
    let mut sample = Sample { seconds: Vec::new(), peak_mb: 0.0 };
    for number in 0..=runs {
        let (time, peak) = once(dir, program, args);
        if number > 0 {
            sample.seconds.push(time.as_secs_f64());
            sample.peak_mb = sample.peak_mb.max(peak as f64 * 1024.0 / 1e6);
        }
    }
    sample.seconds.sort_by(f64::total_cmp);
    sample
}

fn once(dir: &Path, program: &str, args: &[&str]) -> (Duration, u64) {
    let mut command = Command::new(program);
    command.args(args).current_dir(dir).stdout(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    // The kernel keeps the high-water mark until the end.
    let mut peak = 0;
    let poll = std::thread::spawn(move || {
        while let Ok(text) = std::fs::read_to_string(&status) {
            let mark = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            match mark.and_then(|mark| mark.trim().trim_end_matches(" kB").parse::<u64>().ok()) {
                Some(mark) => peak = peak.max(mark),
                None => break,
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        peak
    });
    let ended = child.wait().unwrap();
    let time = start.elapsed();
    assert!(ended.success(), "{program} {args:?} failed");
    (time, poll.join().unwrap())
}
