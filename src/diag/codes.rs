//! The registry of codes. A code is stable, documented by its own page under `docs/codes/`, and never reused.

use crate::exit::Exit;

macro_rules! codes {
    ($($variant:ident = $name:literal => $exit:ident,)*) => {
        /// A stable code. `aegis explain CODE` prints its page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`: see `docs/codes/", $name, ".md`.")] $variant,)*
        }

        impl Code {
            /// All codes, in the order of the registry.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as people and reports write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The exit code that an error of this code asks for.
            pub const fn exit(self) -> Exit {
                match self { $(Self::$variant => Exit::$exit,)* }
            }

            /// The page that explains it, in Markdown.
            pub const fn page(self) -> &'static str {
                match self { $(Self::$variant => include_str!(concat!("../../docs/codes/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    // Documents.
    PackSyntax = "PACK_SYNTAX" => Input,
    PackSchema = "PACK_SCHEMA" => Input,
    OidInvalid = "OID_INVALID" => Input,
    VersionInvalid = "VERSION_INVALID" => Input,
    TermDuplicate = "TERM_DUPLICATE" => Input,
    LimitExceeded = "LIMIT_EXCEEDED" => Input,
    // Merge.
    MergeConflict = "MERGE_CONFLICT" => Input,
    DuplicateEntry = "DUPLICATE_ENTRY" => Input,
    MergeKindMismatch = "MERGE_KIND_MISMATCH" => Input,
    MergeFinal = "MERGE_FINAL" => Input,
    RemovedNothing = "REMOVED_NOTHING" => Input,
    OidOutOfRange = "OID_OUT_OF_RANGE" => Input,
    // Validation after the merge.
    RefNotFound = "REF_NOT_FOUND" => Input,
    AliasCycle = "ALIAS_CYCLE" => Input,
    AliasAmbiguous = "ALIAS_AMBIGUOUS" => Input,
    TemplateSlot = "TEMPLATE_SLOT" => Input,
    ExampleMismatch = "EXAMPLE_MISMATCH" => Input,
    RegisterViolation = "REGISTER_VIOLATION" => Input,
    SlotInvalid = "SLOT_INVALID" => Input,
    // Integrity.
    CacheCorrupt = "CACHE_CORRUPT" => Input,
    CacheIncompatible = "CACHE_INCOMPATIBLE" => Input,
    FileMissing = "FILE_MISSING" => Input,
    UnexpectedFile = "UNEXPECTED_FILE" => Input,
    HashMismatch = "HASH_MISMATCH" => Input,
    SizeMismatch = "SIZE_MISMATCH" => Input,
    MetadataInvalid = "METADATA_INVALID" => Input,
    // Run time.
    PackIncompatible = "PACK_INCOMPATIBLE" => Input,
    Revoked = "REVOKED" => Input,
    // Suites.
    SuiteInvalid = "SUITE_INVALID" => Input,
    TestFailed = "TEST_FAILED" => Input,
    ConversationFailed = "CONVERSATION_FAILED" => Input,
    ReportInvalid = "REPORT_INVALID" => Input,
    NotFormatted = "NOT_FORMATTED" => Input,
    // Bots.
    // Bots: specs.
    JsonInvalid = "JSON_INVALID" => Input,
    SpecInvalidSchema = "SPEC_INVALID_SCHEMA" => Input,
    SpecRefNotFound = "SPEC_REF_NOT_FOUND" => Input,
    SpecDuplicateId = "SPEC_DUPLICATE_ID" => Input,
    SpecCycle = "SPEC_CYCLE" => Input,
    SpecUnreachable = "SPEC_UNREACHABLE" => Input,
    LocaleMissingKey = "LOCALE_MISSING_KEY" => Input,
    SecurityViolation = "SECURITY_VIOLATION" => Input,
    // Bots: revisions.
    NotCanonical = "NOT_CANONICAL" => Input,
    RevInvalid = "REV_INVALID" => Input,
    RevhashMismatch = "REVHASH_MISMATCH" => Input,
    SecurityMismatch = "SECURITY_MISMATCH" => Input,
    NotReproducible = "NOT_REPRODUCIBLE" => Input,
    WaiverUnused = "WAIVER_UNUSED" => Usage,
    // Bots: scripts.
    BotSyntax = "BOT_SYNTAX" => Input,
    // Bots: scripts at run time.
    ColdStartExceeded = "COLD_START_EXCEEDED" => Input,
    UpdateTimeout = "UPDATE_TIMEOUT" => Input,
    MemoryExceeded = "MEMORY_EXCEEDED" => Input,
    BotRuntime = "BOT_RUNTIME" => Input,
    // Versions.
    VersionTooLow = "VERSION_TOO_LOW" => Input,
    TagVersionMismatch = "TAG_VERSION_MISMATCH" => Input,
    // Releases.
    ReleaseRefused = "RELEASE_REFUSED" => Input,
    TagLimit = "TAG_LIMIT" => Usage,
    KeyInvalid = "KEY_INVALID" => Usage,
    SignatureInvalid = "SIGNATURE_INVALID" => Input,
    // Project and usage.
    ConfigInvalid = "CONFIG_INVALID" => Usage,
    UsageInvalid = "USAGE_INVALID" => Usage,
    SourceNotFound = "SOURCE_NOT_FOUND" => Usage,
    SourceOutside = "SOURCE_OUTSIDE" => Usage,
    SourceLoop = "SOURCE_LOOP" => Usage,
    OutputRefused = "OUTPUT_REFUSED" => Usage,
    NotSupported = "NOT_SUPPORTED" => Usage,
    EventUntrusted = "EVENT_UNTRUSTED" => Usage,
    NotFound = "NOT_FOUND" => Input,
    // The outside.
    SourceUnreadable = "SOURCE_UNREADABLE" => Outside,
    OutputFailed = "OUTPUT_FAILED" => Outside,
    StoreFailed = "STORE_FAILED" => Outside,
    StoreUnsafe = "STORE_UNSAFE" => Outside,
    GithubFailed = "GITHUB_FAILED" => Outside,
    ReleaseUnreadable = "RELEASE_UNREADABLE" => Outside,
    PublishUnfinished = "PUBLISH_UNFINISHED" => Outside,
    ShardMissing = "SHARD_MISSING" => Outside,
    Interrupted = "INTERRUPTED" => Outside,
    // Conflicts.
    ImmutableConflict = "IMMUTABLE_CONFLICT" => Conflict,
    TagConflict = "TAG_CONFLICT" => Conflict,
    // Ours.
    Internal = "INTERNAL" => Bug,
}

impl Code {
    /// The code with this name, in any case.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(name))
    }

    /// One sentence: the page's first paragraph.
    pub fn summary(self) -> &'static str {
        let body = self.page().split_once("\n\n").map_or("", |(_, body)| body);
        body.split_once("\n\n").map_or(body, |(first, _)| first).trim()
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_title_a_summary_and_a_remedy() {
        for code in Code::ALL {
            let page = code.page();
            assert!(page.starts_with(&format!("# {code}\n\n")), "{code}: first line");
            assert!(code.summary().len() > 20 && !code.summary().contains('\n'), "{code}: one summary line");
            assert!(page.contains("\n## What to do\n"), "{code}: what to do");
        }
    }

    #[test]
    fn every_page_has_its_code() {
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/codes")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(Code::find(name.trim_end_matches(".md")).is_some(), "{name} is no code");
        }
    }
}
