//! Exit codes: the public table, as named constants, and the one rule that picks between several.

use std::process::ExitCode;

/// How a run ended, as the shell sees it. The order is that of precedence: when several apply, the greatest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// 0: all passed.
    Success,
    /// 1: the input is at fault: an invalid pack, a failed test, a failed preflight.
    Input,
    /// 3: the outside failed: the file system, the network, a store, GitHub. Worth retrying.
    Outside,
    /// 4: something immutable exists with other content, or a race was lost.
    Conflict,
    /// 2: usage or configuration.
    Usage,
    /// 101: a bug of ours.
    Bug,
}

impl Exit {
    /// The number that the process returns.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Input => 1,
            Self::Usage => 2,
            Self::Outside => 3,
            Self::Conflict => 4,
            Self::Bug => 101,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_resolve_in_the_documented_order() {
        let mut all = [Exit::Input, Exit::Bug, Exit::Success, Exit::Outside, Exit::Usage, Exit::Conflict];
        all.sort_by(|a, b| b.cmp(a));
        assert_eq!(all.map(Exit::code), [101, 2, 4, 3, 1, 0]);
    }
}
