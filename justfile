# `just` lists the recipes, `just ci` is what CI runs.

_default:
    @just --list --unsorted

# Everything that CI runs, in its order
ci:
    .ci/run

# Write the sources in one form
fmt:
    cargo fmt --all

# Format, clippy and rustdoc, warnings refused; the reader alone too
lint:
    cargo fmt --all --check
    cargo clippy --all-targets --locked -- -D warnings
    cargo clippy --no-default-features --lib --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked

# All tests; arguments go to cargo test
test *args:
    cargo test --locked {{args}}

# The store's contract against real servers, which are installed below target/servers and from Debian (needs Python)
test-servers *names:
    tests/servers/run {{names}}

# Every mutation, not a sample: how much of what can go wrong the generated suites notice
mutants:
    AEGIS_MUTANTS=all cargo test --release --test mutants -- --nocapture

# The same for bots: every mutation of every example's script
mutants-bots:
    AEGIS_MUTANTS=all cargo test --release --test bots mutants -- --nocapture

# Interpreter and generated script on many more random specs than `just test` tries
agree cases="20000":
    AEGIS_AGREE={{cases}} cargo test --release --test bots agree

# How long builds take
bench *args:
    cargo bench --bench build {{args}}

# How long judging bots takes, beside peers from npm; arguments are topics (json, filter, preflight, sandbox)
bench-bot *args:
    cargo bench --bench bot -- {{args}}
# How fast .1337 files are, beside LMDB and others; arguments are numbers of terms
bench-cache *args:
    cargo run --release --manifest-path benches/cache/Cargo.toml -- {{args}}


# How long uploads take, beside aws and rclone to the same server (needs both)
bench-delivery *args:
    cargo bench --bench delivery {{args}}

# `aegis serve` beside nginx, and its memory under many connections (needs nginx and wrk)
bench-gateway:
    cargo build --release --locked --bin aegis
    benches/gateway/run

# Judge the gateway's description and its answers by validators from PyPI (needs Python)
test-openapi:
    cargo build --release --locked --bin aegis
    tests/serve/openapi

# The Action's image from the whole Dockerfile, run as a runner does, its size and times judged (Debian; needs root or sudo)
test-image *args:
    tests/image/run {{args}}

# junit.xml, read by the libraries that report actions read it with (needs Python and npm)
test-junit:
    cargo build --release --locked --bin aegis
    .ci/junit target/release/aegis

# Feed a target with what nobody thought of (needs nightly and cargo-fuzz); `cargo +nightly fuzz list` names the targets
fuzz target seconds="60":
    cargo +nightly fuzz run {{target}} -- -max_total_time={{seconds}}

# Licences, duplicates and sources of the dependencies (cargo install cargo-deny --locked)
deny:
    cargo deny --locked check bans licenses sources

# The oldest Rust that Cargo.toml promises
msrv:
    cargo +{{`sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml`}} check --all-targets --locked
