//! Any text as a bot's script: no panic, no hang, the same twice, and every place lies in the text.
#![no_main]

use aegis_action::script::Policy;
use aegis_action::script::filter::judge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = std::str::from_utf8(bytes) else { return };
    let policy = Policy::new(["api.example.com"]);
    let verdict = judge(source, &policy);
    assert_eq!(verdict, judge(source, &policy));
    for finding in &verdict.findings {
        assert!(finding.range.start <= finding.range.end && finding.range.end <= source.len(), "{finding:?}");
        assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{finding:?}");
    }
    let diagnostics = verdict.diagnostics(&"bot.js".into(), source);
    assert_eq!(diagnostics.len(), verdict.findings.len());
    // In a handler it is judged by the other rules too.
    let _ =
        judge(&format!("module.exports.handleUpdate = async function (ctx) {{\n{source}\n}};\n"), &policy);
});
