//! What the gateway counts, and how Prometheus reads it (text format 0.0.4).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// The kinds of requests that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// A file of a bot's revision.
    BotFile,
    /// A file of a pack.
    PackFile,
    /// A listing, of revisions or of what there is.
    List,
    /// A channel or its history.
    Channel,
    /// The pack API.
    Pack,
    /// The console.
    Console,
    /// Health, metrics, description.
    Own,
    /// Anything else.
    Other,
}

impl Route {
    const ALL: [Self; 8] = [
        Self::BotFile,
        Self::PackFile,
        Self::List,
        Self::Channel,
        Self::Pack,
        Self::Console,
        Self::Own,
        Self::Other,
    ];

    const fn label(self) -> &'static str {
        match self {
            Self::BotFile => "bot_file",
            Self::PackFile => "pack_file",
            Self::List => "list",
            Self::Channel => "channel",
            Self::Pack => "pack",
            Self::Console => "console",
            Self::Own => "own",
            Self::Other => "other",
        }
    }
}

/// The statuses that are counted one by one; the last stands for all others.
const STATUSES: [u16; 17] =
    [200, 204, 206, 304, 400, 401, 404, 405, 406, 410, 412, 413, 416, 431, 500, 503, 0];
/// The upper ends of the histogram's buckets, in microseconds.
const BUCKETS: [u64; 11] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000, 5_000_000];

/// One kind of requests.
#[derive(Debug, Default)]
struct Tally {
    statuses: [AtomicU64; STATUSES.len()],
    buckets: [AtomicU64; BUCKETS.len() + 1],
    micros: AtomicU64,
    bytes: AtomicU64,
}

/// All counters.
#[derive(Debug, Default)]
pub(super) struct Metrics {
    routes: [Tally; Route::ALL.len()],
    /// Connections that are open.
    pub(super) open: AtomicI64,
    /// Connections that were accepted.
    pub(super) accepted: AtomicU64,
    /// Connections that were turned away: there were too many.
    pub(super) turned_away: AtomicU64,
    /// Connections that were cut: the client was too slow.
    pub(super) cut: AtomicU64,
    /// Requests for files that were answered from memory.
    pub(super) hits: AtomicU64,
    /// Requests for files that had to be read.
    pub(super) misses: AtomicU64,
    /// Answers that the store could not give.
    pub(super) store_failures: AtomicU64,
    /// Lines of the access log that nobody took.
    pub(super) lines_lost: AtomicU64,
    /// What happened to the pack that is followed.
    events: Mutex<BTreeMap<&'static str, u64>>,
}

impl Metrics {
    /// Counts an answer.
    pub(super) fn count(&self, route: Route, status: u16, bytes: u64, took: Duration) {
        let tally = &self.routes[route as usize];
        let last = STATUSES.len() - 1;
        let status = STATUSES.iter().position(|&known| known == status).unwrap_or(last);
        let micros = took.as_micros() as u64;
        let bucket = BUCKETS.iter().position(|&end| micros <= end).unwrap_or(BUCKETS.len());
        tally.statuses[status].fetch_add(1, Ordering::Relaxed);
        tally.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        tally.micros.fetch_add(micros, Ordering::Relaxed);
        tally.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts an event.
    pub(super) fn note(&self, kind: &'static str) {
        *self.events.lock().unwrap_or_else(PoisonError::into_inner).entry(kind).or_default() += 1;
    }

    /// How many requests were answered.
    pub(super) fn requests(&self) -> u64 {
        let statuses = self.routes.iter().flat_map(|tally| &tally.statuses);
        statuses.map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// The page, with gauges that others know: name, help, value.
    pub(super) fn page(&self, gauges: &[(&str, &str, f64)], pack: Option<&[(&str, String)]>) -> String {
        let mut out = String::new();
        self.requests_page(&mut out);
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        for (name, help, value) in [
            ("aegis_connections_total", "Connections that were accepted.", get(&self.accepted)),
            ("aegis_connections_turned_away_total", "Connections beyond the limit.", get(&self.turned_away)),
            (
                "aegis_connections_cut_total",
                "Connections cut because the client was too slow.",
                get(&self.cut),
            ),
            ("aegis_cache_hits_total", "Files answered from memory.", get(&self.hits)),
            ("aegis_cache_misses_total", "Files that had to be read.", get(&self.misses)),
            (
                "aegis_store_failures_total",
                "Answers that the store could not give.",
                get(&self.store_failures),
            ),
            (
                "aegis_access_log_lost_total",
                "Lines of the access log that nobody took.",
                get(&self.lines_lost),
            ),
        ] {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}");
        }
        let open = self.open.load(Ordering::Relaxed) as f64;
        let open = ("aegis_connections_open", "Connections that are open.", open);
        for (name, help, value) in std::iter::once(&open).chain(gauges) {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        info(
            &mut out,
            "aegis_build_info",
            "This program.",
            &[("version", env!("CARGO_PKG_VERSION").to_owned())],
        );
        if let Some(pack) = pack {
            info(&mut out, "aegis_pack_info", "The pack that is served.", pack);
            let name = "aegis_pack_events_total";
            let _ = writeln!(out, "# HELP {name} What happened to the pack.\n# TYPE {name} counter");
            for (kind, count) in &*self.events.lock().unwrap_or_else(PoisonError::into_inner) {
                let _ = writeln!(out, "{name}{{event=\"{kind}\"}} {count}");
            }
        }
        process(&mut out);
        out
    }

    fn requests_page(&self, out: &mut String) {
        let routes = || Route::ALL.into_iter().zip(&self.routes);
        let name = "aegis_http_requests_total";
        let _ = writeln!(out, "# HELP {name} Requests that were answered.\n# TYPE {name} counter");
        for (route, tally) in routes() {
            for (status, count) in STATUSES.iter().zip(&tally.statuses) {
                let count = count.load(Ordering::Relaxed);
                let status = if *status == 0 { "other".to_owned() } else { status.to_string() };
                if count > 0 {
                    let _ =
                        writeln!(out, "{name}{{route=\"{}\",status=\"{status}\"}} {count}", route.label());
                }
            }
        }
        let name = "aegis_http_response_bytes_total";
        let _ = writeln!(out, "# HELP {name} Bytes of contents that were promised.\n# TYPE {name} counter");
        for (route, tally) in routes() {
            let _ = writeln!(
                out,
                "{name}{{route=\"{}\"}} {}",
                route.label(),
                tally.bytes.load(Ordering::Relaxed)
            );
        }
        let name = "aegis_http_request_duration_seconds";
        let _ = writeln!(
            out,
            "# HELP {name} From a request's head to its answer's head.\n# TYPE {name} histogram"
        );
        for (route, tally) in routes() {
            let (label, mut sum) = (route.label(), 0);
            for (end, count) in BUCKETS
                .iter()
                .map(|&end| (end as f64 / 1e6).to_string())
                .chain(["+Inf".to_owned()])
                .zip(&tally.buckets)
            {
                sum += count.load(Ordering::Relaxed);
                let _ = writeln!(out, "{name}_bucket{{route=\"{label}\",le=\"{end}\"}} {sum}");
            }
            let seconds = tally.micros.load(Ordering::Relaxed) as f64 / 1e6;
            let _ = writeln!(
                out,
                "{name}_sum{{route=\"{label}\"}} {seconds}\n{name}_count{{route=\"{label}\"}} {sum}"
            );
        }
    }
}

/// A metric whose labels are what it says.
fn info(out: &mut String, name: &str, help: &str, labels: &[(&str, String)]) {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels: Vec<_> =
        labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escape(value))).collect();
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name}{{{}}} 1", labels.join(","));
}

/// The usual numbers of a process, where the kernel tells them.
fn process(out: &mut String) {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let mut gauge = |name: &str, help: &str, value: Option<f64>| {
        if let Some(value) = value {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
    };
    let page = rustix::param::page_size() as f64;
    let pages = |nth| statm.split(' ').nth(nth).and_then(|text| text.parse::<f64>().ok());
    gauge("process_virtual_memory_bytes", "Virtual memory.", pages(0).map(|n| n * page));
    gauge("process_resident_memory_bytes", "Resident memory.", pages(1).map(|n| n * page));
    let files = std::fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as f64);
    gauge("process_open_fds", "Open file descriptors.", files);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok();
    gauge("aegis_time_seconds", "The clock.", now.map(|since| since.as_secs_f64()));
}
