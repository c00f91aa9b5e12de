# The Action's image: one static binary, certificates, and nothing else. No shell, no package manager, no user's home.
#
# The base is an argument, so that a release names it by digest (`--build-arg RUST_IMAGE=…@sha256:…`) and a build without Docker Hub names its own.
ARG RUST_IMAGE=docker.io/library/rust:1.95-slim-bookworm

FROM ${RUST_IMAGE} AS build
# `musl` for what is released: name look-ups work in an empty image. `gnu` for a base that has no musl target.
ARG LIBC=musl
ARG PROFILE=dist
ENV CARGO_TERM_COLOR=never \
    CARGO_INCREMENTAL=0 \
    RUSTFLAGS="-C target-feature=+crt-static --remap-path-prefix=/build=. --remap-path-prefix=/usr/local/cargo=cargo"
WORKDIR /build
SHELL ["/bin/sh", "-euc"]

# hadolint ignore=DL3008,SC2086
RUN if ! test -s /etc/ssl/certs/ca-certificates.crt || { test "$LIBC" = musl && ! command -v musl-gcc; }; then \
        apt-get update -q; \
        packages=ca-certificates; \
        if test "$LIBC" = musl; then packages="$packages musl-tools"; fi; \
        apt-get install -qy --no-install-recommends $packages; \
        rm -rf /var/lib/apt/lists/*; \
    fi; \
    if test "$LIBC" = musl && ! test -d "$(rustc --print sysroot)/lib/rustlib/$(uname -m)-unknown-linux-musl"; then \
        rustup target add "$(uname -m)-unknown-linux-musl"; \
    fi

# The dependencies alone, in a layer of their own: it is built again only when they change.
COPY Cargo.toml Cargo.lock ./
RUN mkdir -p src benches/build; \
    echo '//! Nothing yet.' > src/lib.rs; \
    echo 'fn main() {}' > src/main.rs; \
    echo 'fn main() {}' > benches/build/main.rs; \
    cargo build --locked --profile "$PROFILE" --target "$(uname -m)-unknown-linux-$LIBC" --bin aegis; \
    rm -rf src benches

COPY src src
COPY docs/codes docs/codes
RUN mkdir -p benches/build; \
    echo 'fn main() {}' > benches/build/main.rs; \
    # Cargo compares times, and the stubs are newer than the sources.
    find src -exec touch {} +; \
    cargo build --locked --profile "$PROFILE" --target "$(uname -m)-unknown-linux-$LIBC" --bin aegis; \
    folder="$PROFILE"; if test "$PROFILE" = dev; then folder=debug; fi; \
    mkdir -p /image/etc/ssl/certs /image/tmp; \
    chmod 1777 /image/tmp; \
    cp "target/$(uname -m)-unknown-linux-$LIBC/$folder/aegis" /image/aegis; \
    cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/; \
    # glibc asks here how names are looked up; without it, not even /etc/hosts counts.
    echo 'hosts: files dns' > /image/etc/nsswitch.conf; \
    /image/aegis --version; \
    # The same times in every build of the same sources.
    find /image -exec touch -h -d @0 {} +

FROM scratch
ARG VERSION=0.0.0-dev
ARG REVISION=""
LABEL org.opencontainers.image.title="AEGIS Action" \
      org.opencontainers.image.description="Builds, tests, judges and publishes runtime packs and bots for AI agents" \
      org.opencontainers.image.source="https://github.com/aegis-action/aegis-action" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image/ /
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
ENTRYPOINT ["/aegis"]
