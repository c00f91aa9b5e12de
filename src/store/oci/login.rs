//! Who the user is at a registry: what was said for this run, or what `docker login` and its kin have kept in `config.json`.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_client::secrets::RegistryAuth;
use serde_json::Value;

use crate::store::error::{StoreError, StoreErrorKind};
use crate::store::settings::{Secret, Settings};

/// How long a credential helper may take.
const LIMIT: Duration = Duration::from_secs(30);

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
            StoreErrorKind::Denied,
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
    let server = host.to_owned();
    let run = crate::store::body::blocking(move || -> Result<std::process::Output, std::io::Error> {
        use std::io::Write as _;
        let mut child = std::process::Command::new(&program)
            .arg("get")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(server.as_bytes())?;
        }
        child.wait_with_output()
    });
    let output = tokio::time::timeout(LIMIT, run).await;
    let output = output.map_err(|_| format!("`docker-credential-{name}` did not answer in time"))?;
    let output = output.map_err(|error| error.to_string())?;
    let output = output.map_err(|error| format!("`docker-credential-{name}` cannot be run: {error}"))?;
    // Of a registry that it does not know, a helper says so and fails.
    if !output.status.success() {
        return Ok(Login::None);
    }
    answered(&output.stdout).ok_or_else(|| format!("`docker-credential-{name}` answers what is no login"))
}

fn answered(bytes: &[u8]) -> Option<Login> {
    let answer: Value = serde_json::from_slice(bytes).ok()?;
    let (user, secret) = (answer["Username"].as_str()?, answer["Secret"].as_str()?);
    Some(match user {
        "<token>" => Login::Token(Secret::new(secret)),
        user => Login::Password(user.to_owned(), Secret::new(secret)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(user: &str, password: &str) -> Login {
        Login::Password(user.to_owned(), Secret::new(password))
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
        assert_eq!(answered(br#"{"Username":"u","Secret":"s"}"#), Some(password("u", "s")));
        assert_eq!(answered(br#"{"Username":"<token>","Secret":"s"}"#), Some(Login::Token(Secret::new("s"))));
        assert!(!format!("{:?}", password("u", "hidden")).contains("hidden"));
        assert_eq!(password("u", "p").basic().as_deref(), Some("Basic dTpw"));
    }
}
