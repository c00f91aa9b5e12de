//! A store with settings, as `aegis.yaml` has it.

use crate::store::{LockMode, ObjectLock, Settings};
use crate::syntax::{Decoder, Node};

/// The URL and the settings of a mapping.
pub(super) fn decode(decoder: &mut Decoder, node: Node<'_, '_>) -> Option<(String, Settings)> {
    let names = ["url", "endpoint", "path_style", "storage_class", "kms_key", "object_lock"];
    let [url, endpoint, path_style, storage_class, kms_key, object_lock] =
        decoder.fields(node, "`store`", &names)?;
    let url = decoder.required(node, url, "`store`", "url")?;
    let mut text =
        |node: Option<Node<'_, '_>>, what| node.and_then(|node| decoder.text(node, what)).map(str::to_owned);
    let url = text(Some(url), "`store.url`");
    let endpoint = text(endpoint, "`store.endpoint`");
    let storage_class = text(storage_class, "`store.storage_class`");
    let kms_key = text(kms_key, "`store.kms_key`");
    let path_style = path_style.and_then(|node| decoder.boolean(node, "`store.path_style`"));
    let object_lock = object_lock.and_then(|node| lock(decoder, node));
    Some((
        url?,
        Settings { endpoint, path_style, storage_class, kms_key, object_lock, ..Settings::default() },
    ))
}

/// For how long, and who may lift it.
fn lock(decoder: &mut Decoder, node: Node<'_, '_>) -> Option<ObjectLock> {
    let what = "`store.object_lock`";
    let [mode, days] = decoder.fields(node, what, &["mode", "days"])?;
    let mode = decoder.required(node, mode, what, "mode");
    let days = decoder.required(node, days, what, "days");
    let mode = mode.and_then(|mode| decoder.one_of(mode, "`store.object_lock.mode`", &LockMode::WORDS));
    let days = days.and_then(|days| decoder.integer(days, "`store.object_lock.days`", 1..=36_500));
    Some(ObjectLock { mode: mode?, days: u32::try_from(days?).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::project::Project;

    fn load(text: &str) -> Result<Project, Vec<(Code, String)>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("aegis.yaml"), format!("aegis: project/v1\n{text}")).unwrap();
        let loaded = Project::load(None, folder.path(), None);
        loaded.map_err(|failed| failed.into_iter().map(|one| (one.code, one.message)).collect())
    }

    #[test]
    fn settings_belong_to_their_url() {
        let project = load(
            "store: {url: \"s3://a\", endpoint: \"http://x\", path_style: false, storage_class: C, kms_key: k, object_lock: {mode: compliance, days: 30}}\n\
             bots: [{id: tea, spec: s.json, store: \"s3://b\"}]\n",
        )
        .unwrap();
        let lock = ObjectLock { mode: LockMode::Compliance, days: 30 };
        let expected = Settings {
            endpoint: Some("http://x".into()),
            path_style: Some(false),
            storage_class: Some("C".into()),
            kms_key: Some("k".into()),
            object_lock: Some(lock),
            ..Settings::default()
        };
        assert_eq!((project.store.as_str(), project.settings_of("s3://a")), ("s3://a", expected));
        assert_eq!(project.settings_of("s3://b"), Settings::default());
    }

    #[test]
    fn one_url_has_one_set_of_settings() {
        let text = "store: {url: \"s3://a\", kms_key: k}\nbots: [{id: tea, spec: s.json, store: {url: \"s3://a\", kms_key: other}}]\n";
        let [(Code::ConfigInvalid, message)] = &load(text).unwrap_err()[..] else { panic!("one problem") };
        assert!(message.contains("other settings"), "{message}");
    }
}
