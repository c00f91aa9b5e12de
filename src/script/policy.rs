//! What one bot's script may do beside the language: the hosts that its spec allows.

/// The part of a spec's `security` that the filter needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    hosts: Vec<String>,
}

impl Policy {
    /// A policy with the hosts of `security.outboundAllowList`; case does not count, a final dot neither.
    pub fn new<S: AsRef<str>>(hosts: impl IntoIterator<Item = S>) -> Self {
        let hosts = hosts.into_iter();
        Self { hosts: hosts.map(|host| host.as_ref().trim_end_matches('.').to_ascii_lowercase()).collect() }
    }

    /// The allowed hosts, in lower case.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }
}
