//! What may go wrong between a client and a store.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection ends before the request reaches the store.
    CutBefore,
    /// The store does what was asked, but the connection ends before its answer.
    CutAfter,
    /// The connection ends in the middle of the answer.
    CutWithin,
    /// The answer comes late.
    Delay,
    /// The answer comes drop by drop.
    Throttle,
    /// The store refuses with this status and S3's word for it, and does nothing.
    Refuses(u16, &'static str),
    /// The store does what was asked, and answers with this status all the same.
    DoesAndFails(u16, &'static str),
    /// The answer claims to be longer than it is, or sizes that are not so.
    LiesAboutLength,
    /// The answer names a checksum that is not its own.
    LiesAboutChecksum,
    /// A bit of the answer's body is another.
    FlipsAnswer,
    /// A bit of the request's body is another when it reaches the store.
    FlipsRequest,
    /// The store says that the client's clock is wrong.
    ClockSkew,
}

impl Fault {
    /// Each kind.
    pub(crate) const ALL: [Self; 17] = [
        Self::CutBefore,
        Self::CutAfter,
        Self::CutWithin,
        Self::Delay,
        Self::Throttle,
        Self::Refuses(409, "ConditionalRequestConflict"),
        Self::Refuses(412, "PreconditionFailed"),
        Self::Refuses(429, "TooManyRequests"),
        Self::Refuses(500, "InternalError"),
        Self::Refuses(503, "SlowDown"),
        Self::DoesAndFails(500, "InternalError"),
        Self::DoesAndFails(503, "ServiceUnavailable"),
        Self::LiesAboutLength,
        Self::LiesAboutChecksum,
        Self::FlipsAnswer,
        Self::FlipsRequest,
        Self::ClockSkew,
    ];

    /// Those that a client may meet again and again without an end.
    pub(crate) const LASTING: [Self; 4] = [
        Self::CutBefore,
        Self::CutAfter,
        Self::Refuses(503, "SlowDown"),
        Self::DoesAndFails(500, "InternalError"),
    ];

    /// Whether a client gets over it if it comes once: it is asked again, or only takes its time.
    pub(crate) fn passes(self) -> bool {
        match self {
            Self::CutBefore | Self::CutAfter | Self::CutWithin | Self::Delay | Self::Throttle => true,
            Self::Refuses(status, _) => status >= 429,
            Self::DoesAndFails(..) => true,
            Self::LiesAboutLength | Self::LiesAboutChecksum | Self::FlipsAnswer | Self::FlipsRequest => false,
            Self::ClockSkew => false,
        }
    }
}
