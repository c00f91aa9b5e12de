//! Who the user is at a registry: what was said for this run, or what `docker login` and its kin have kept in `config.json`.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_client::secrets::RegistryAuth;
use serde_json::Value;

use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::settings::{Secret, Settings};

/// How long a credential helper may take.
const LIMIT: Duration = Duration::from_secs(30);
/// The most bytes that it may answer.
const MAX_ANSWER: u64 = 64 << 10;
/// What there is to say of a token that no registry takes by itself.
const IDENTITY: &str = "has an identity token for it, which aegis does not exchange: log in with a name and an access token \
                        (`docker login -u NAME`), or name both with --registry-user and AEGIS_REGISTRY_PASSWORD";

/// A login, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Login {
    None,
    Password(String, Secret),
    /// A token of the registry itself.
    Token(Secret),
}

impl Login {
    /// As the client takes it.
    pub(super) fn auth(&self) -> RegistryAuth {
        match self {
            Self::None => RegistryAuth::Anonymous,
            Self::Password(user, password) => RegistryAuth::Basic(user.clone(), password.reveal().to_owned()),
            Self::Token(token) => RegistryAuth::Bearer(token.reveal().to_owned()),
        }
    }

    /// As a header, where the registry asks for no token.
    pub(super) fn basic(&self) -> Option<String> {
        match self {
            Self::Password(user, password) => {
                Some(format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.reveal()))))
            }
            _ => None,
        }
    }
}

/// The login at a registry.
///
/// # Errors
/// The file of logins cannot be read, or a helper that it names failed.
pub(super) async fn find(host: &str, settings: &Settings) -> Result<Login, StoreError> {
    if let Some(login) = &settings.login {
        return Ok(match &login.user {
            Some(user) => Login::Password(user.clone(), login.secret.clone()),
            None => Login::Token(login.secret.clone()),
        });
    }
    let Some(folder) = &settings.docker_config else { return Ok(Login::None) };
    let path = folder.join("config.json");
    let failed = |why: String| {
        StoreError::new(
            StoreErrorKind::Unauthenticated,
            format!("cannot use the logins in `{}`: {why}", path.display()),
        )
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Login::None),
        Err(error) => return Err(failed(error.to_string())),
    };
    match said(&bytes, host).map_err(failed)? {
        Said::Login(login) => Ok(login),
        Said::Helper(name) => ask(&name, host).await.map_err(failed),
    }
}

/// What `config.json` says of a registry.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Login(Login),
    /// The program `docker-credential-NAME` knows it.
    Helper(String),
}

/// Reads `config.json`: <https://docs.docker.com/reference/cli/docker/login/#credential-stores>.
fn said(bytes: &[u8], host: &str) -> Result<Said, String> {
    let config: Value = serde_json::from_slice(bytes).map_err(|error| format!("it is no JSON ({error})"))?;
    let names = names(host);
    let of = |member: &str| names.iter().find_map(|name| config.get(member)?.get(name));
    if let Some(helper) = of("credHelpers").and_then(Value::as_str) {
        return Ok(Said::Helper(helper.to_owned()));
    }
    if let Some(login) = of("auths").map(login).transpose()?.flatten() {
        return Ok(Said::Login(login));
    }
    match config["credsStore"].as_str().filter(|name| !name.is_empty()) {
        Some(helper) => Ok(Said::Helper(helper.to_owned())),
        None => Ok(Said::Login(Login::None)),
    }
}

/// How `config.json` may call a registry.
fn names(host: &str) -> Vec<String> {
    let mut names = vec![
        host.to_owned(),
        format!("https://{host}"),
        format!("https://{host}/"),
        format!("https://{host}/v2/"),
    ];
    if matches!(host, "docker.io" | "index.docker.io") {
        names.push("https://index.docker.io/v1/".to_owned());
    }
    names
}

fn login(entry: &Value) -> Result<Option<Login>, String> {
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    if let Some(token) = text("registrytoken") {
        return Ok(Some(Login::Token(Secret::new(token))));
    }
    if text("identitytoken").is_some() {
        return Err(format!("it {IDENTITY}"));
    }
    if let (Some(user), Some(password)) = (text("username"), text("password")) {
        return Ok(Some(Login::Password(user.to_owned(), Secret::new(password))));
    }
    let Some(auth) = text("auth") else { return Ok(None) };
    let pair = STANDARD.decode(auth).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((user, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) else {
        return Err("an `auth` in it is not the base64 of a name and a password".to_owned());
    };
    Ok(Some(Login::Password(user.to_owned(), Secret::new(password.trim_end_matches('\0')))))
}

/// Asks a credential helper: <https://github.com/docker/docker-credential-helpers#development>.
async fn ask(name: &str, host: &str) -> Result<Login, String> {
    let program = format!("docker-credential-{name}");
    if name.contains(['/', '\\', '\0']) {
        return Err("it names a credential helper that is none".to_owned());
    }
    let (run, server) = (program.clone(), host.to_owned());
    let output = crate::store::body::blocking(move || output(Path::new(&run), &server, LIMIT)).await;
    let output = output.map_err(|error| error.to_string())?;
    let output = output.map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => format!("`{program}` did not answer in time"),
        _ => format!("`{program}` cannot be run: {error}"),
    })?;
    // Of a registry that it does not know, a helper says so and fails.
    let Some(output) = output else { return Ok(Login::None) };
    answered(&output)
        .ok_or_else(|| format!("`{program}` answers what is no login"))?
        .ok_or_else(|| format!("`{program}` {IDENTITY}"))
}

/// What a helper says of a registry; nothing if it fails. One that takes too long is ended.
fn output(program: &Path, server: &str, limit: Duration) -> io::Result<Option<Vec<u8>>> {
    let start = Instant::now();
    let mut child = std::process::Command::new(program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (mut stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (tell, told) = std::sync::mpsc::channel();
    let server = server.to_owned();
    // Whoever holds its pipes may outlive it: it is not waited for.
    std::thread::spawn(move || {
        // One that does not want to know has ended, or will.
        let _ = stdin.as_mut().map(|stdin| stdin.write_all(server.as_bytes()));
        drop(stdin);
        let mut bytes = Vec::new();
        let read = stdout.map_or(Ok(0), |stdout| stdout.take(MAX_ANSWER).read_to_end(&mut bytes));
        let _ = tell.send(read.map(|_| bytes));
    });
    let answer = told.recv_timeout(limit);
    // It has said all: it ends by itself, or is ended.
    while answer.is_ok() && start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return answer.unwrap_or_else(|_| Ok(Vec::new())).map(|bytes| status.success().then_some(bytes));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill()?;
    child.wait()?;
    Err(io::ErrorKind::TimedOut.into())
}

/// The login in an answer; `None` for what is none, `Some(None)` for an identity token.
fn answered(bytes: &[u8]) -> Option<Option<Login>> {
    let answer: Value = serde_json::from_slice(bytes).ok()?;
    let (user, secret) = (answer["Username"].as_str()?, answer["Secret"].as_str()?);
    let login = || Login::Password(user.to_owned(), Secret::new(secret));
    Some((user != "<token>").then(login))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(user: &str, password: &str) -> Login {
        Login::Password(user.to_owned(), Secret::new(password))
    }

    #[test]
    fn identity_tokens_are_refused() {
        assert_eq!(answered(br#"{"Username":"<token>","Secret":"s"}"#), Some(None));
        let why = said(br#"{"auths":{"a.b":{"auth":"YTo=","identitytoken":"secret"}}}"#, "a.b").unwrap_err();
        assert!(why.contains("docker login -u NAME") && !why.contains("secret"), "{why}");
    }

    #[test]
    #[cfg(unix)]
    fn a_helper_that_hangs_is_ended() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let helper = |name: &str, script: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let long = Duration::from_secs(20);
        assert_eq!(output(&helper("good", "cat"), "a.b", long).unwrap().as_deref(), Some(b"a.b".as_slice()));
        assert_eq!(output(&helper("bad", "cat; exit 1"), "a.b", long).unwrap(), None);
        let own = folder.path().join("pid");
        for (name, script) in [("hangs", "exec sleep 60"), ("silent", "exec sleep 60 >&- <&-")] {
            let script = format!("echo $$ >'{}'; {script}", own.display());
            let error = output(&helper(name, &script), "a.b", Duration::from_secs(1)).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{name}: {error}");
            let pid = std::fs::read_to_string(&own).unwrap();
            assert!(!Path::new("/proc").join(pid.trim()).exists(), "{name}");
        }
    }

    #[test]
    fn logins_are_found_as_container_tools_write_them() {
        let config = br#"{
            "auths": {
                "ghcr.io": {"auth": "YW5uOnMzY3JldDp4"},
                "https://index.docker.io/v1/": {"username": "bob", "password": "pw"},
                "quay.io": {"registrytoken": "tok"},
                "empty.example": {}
            },
            "credHelpers": {"123.dkr.ecr.eu-central-1.amazonaws.com": "ecr-login"},
            "credsStore": "pass"
        }"#;
        for (host, expected) in [
            ("ghcr.io", Said::Login(password("ann", "s3cret:x"))),
            ("docker.io", Said::Login(password("bob", "pw"))),
            ("quay.io", Said::Login(Login::Token(Secret::new("tok")))),
            ("123.dkr.ecr.eu-central-1.amazonaws.com", Said::Helper("ecr-login".to_owned())),
            ("empty.example", Said::Helper("pass".to_owned())),
        ] {
            assert_eq!(said(config, host).unwrap(), expected, "{host}");
        }
        assert_eq!(said(b"{}", "ghcr.io").unwrap(), Said::Login(Login::None));
        assert!(said(b"{", "ghcr.io").is_err());
        assert!(said(br#"{"auths":{"a.b":{"auth":"bm9uZQ=="}}}"#, "a.b").is_err());
        assert_eq!(answered(br#"{"Username":"u","Secret":"s"}"#), Some(Some(password("u", "s"))));
        assert!(!format!("{:?}", password("u", "hidden")).contains("hidden"));
        assert_eq!(password("u", "p").basic().as_deref(), Some("Basic dTpw"));
    }
}
