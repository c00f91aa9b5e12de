//! Signatures of statements: DSSE envelopes by an Ed25519 or a P-256 key, and their check.
//!
//! What is signed is the pre-authentication encoding of the payload (<https://github.com/secure-systems-lab/dsse>). A
//! P-256 signature is ASN.1, as other tools write it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePublicKey as _};
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::diag::{Code, Diagnostic, Outcome};

/// The variable that holds the private key: PEM, PKCS #8.
pub const VARIABLE: &str = "AEGIS_SIGNING_KEY";
/// What statements are.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// A private key.
pub enum Key {
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
    /// ECDSA on P-256 with SHA-256.
    P256(Box<p256::ecdsa::SigningKey>),
}

/// A public key.
pub enum PublicKey {
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    /// ECDSA on P-256 with SHA-256.
    P256(Box<p256::ecdsa::VerifyingKey>),
}

/// A signed payload. The members are in canonical order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// Base64.
    pub payload: String,
    /// What it is.
    pub payload_type: String,
    /// The signatures.
    pub signatures: Vec<Signature>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Which key: the SHA-256 of its public half as DER. A hint, no proof.
    #[serde(default)]
    pub keyid: String,
    /// Base64.
    pub sig: String,
}

fn invalid(message: &str) -> Box<Diagnostic> {
    let help =
        "make one with `openssl genpkey -algorithm ED25519`, and its public half with `openssl pkey -pubout`";
    Box::new(Diagnostic::error(Code::KeyInvalid, message).help(help))
}

impl Key {
    /// The key of a PEM text. Line ends that became `\n` on the way through an environment are read as such.
    ///
    /// # Errors
    /// `KEY_INVALID`. The text is not repeated.
    pub fn of_pem(text: &str) -> Outcome<Self> {
        let text = text.replace("\\n", "\n");
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_pem(text.trim()) {
            return Ok(Self::Ed25519(Box::new(key)));
        }
        if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_pem(text.trim()) {
            return Ok(Self::P256(Box::new(key)));
        }
        Err(invalid(&format!("{VARIABLE} is no Ed25519 or P-256 key in PEM (PKCS #8)")))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        match self {
            Self::Ed25519(key) => PublicKey::Ed25519(Box::new(key.verifying_key())),
            Self::P256(key) => PublicKey::P256(Box::new(*key.verifying_key())),
        }
    }

    /// Signs a statement.
    pub fn sign(&self, payload: &[u8]) -> Envelope {
        let message = encoding(PAYLOAD_TYPE, payload);
        let signature = match self {
            Self::Ed25519(key) => key.sign(&message).to_bytes().to_vec(),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(&message);
                signature.to_der().as_bytes().to_vec()
            }
        };
        let signature = Signature { keyid: self.public().id(), sig: STANDARD.encode(signature) };
        Envelope {
            payload: STANDARD.encode(payload),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: vec![signature],
        }
    }
}

impl PublicKey {
    /// The key of a PEM text.
    ///
    /// # Errors
    /// `KEY_INVALID`.
    pub fn of_pem(text: &str) -> Outcome<Self> {
        if let Ok(key) = ed25519_dalek::VerifyingKey::from_public_key_pem(text.trim()) {
            return Ok(Self::Ed25519(Box::new(key)));
        }
        if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_pem(text.trim()) {
            return Ok(Self::P256(Box::new(key)));
        }
        Err(invalid("the key is no Ed25519 or P-256 public key in PEM"))
    }

    /// The SHA-256 of its DER form.
    pub fn id(&self) -> String {
        let der = match self {
            Self::Ed25519(key) => key.to_public_key_der(),
            Self::P256(key) => key.to_public_key_der(),
        };
        der.map(|der| crate::pack::canonical::hex(&Sha256::digest(der.as_bytes()))).unwrap_or_default()
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Self::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }

    /// The payload of an envelope that this key signed.
    ///
    /// # Errors
    /// Why it is not trusted, as a sentence without its subject.
    pub fn open(&self, envelope: &Envelope) -> Result<Vec<u8>, &'static str> {
        if envelope.payload_type != PAYLOAD_TYPE {
            return Err("holds something else than an in-toto statement");
        }
        let Ok(payload) = STANDARD.decode(&envelope.payload) else {
            return Err("has a payload that is no base64");
        };
        let message = encoding(&envelope.payload_type, &payload);
        let is_ours = |signature: &Signature| {
            STANDARD.decode(&signature.sig).is_ok_and(|bytes| self.verifies(&message, &bytes))
        };
        if envelope.signatures.iter().any(is_ours) { Ok(payload) } else { Err("was not signed by this key") }
    }
}

/// The pre-authentication encoding.
fn encoding(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut out = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    out.extend_from_slice(payload);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::process::Command;

    fn openssl(folder: &Path, args: &[&str]) -> String {
        let out = Command::new("openssl").args(args).current_dir(folder).output().unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn keys(folder: &Path, algorithm: &[&str]) -> (Key, PublicKey) {
        openssl(folder, &[&["genpkey", "-out", "key.pem"], algorithm].concat());
        let public = openssl(folder, &["pkey", "-in", "key.pem", "-pubout", "-out", "public.pem"]);
        assert!(public.is_empty());
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        (Key::of_pem(&read("key.pem")).unwrap(), PublicKey::of_pem(&read("public.pem")).unwrap())
    }

    const ALGORITHMS: [&[&str]; 2] =
        [&["-algorithm", "ED25519"], &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]];

    #[test]
    fn openssl_makes_the_keys_and_believes_the_signatures() {
        for algorithm in ALGORITHMS {
            let folder = tempfile::tempdir().unwrap();
            let (key, public) = keys(folder.path(), algorithm);
            let envelope = key.sign(b"{\"a\":1}");
            assert_eq!(public.open(&envelope).unwrap(), b"{\"a\":1}");
            assert_eq!(envelope.signatures[0].keyid, public.id());
            std::fs::write(
                folder.path().join("message"),
                b"DSSEv1 28 application/vnd.in-toto+json 7 {\"a\":1}",
            )
            .unwrap();
            std::fs::write(folder.path().join("sig"), STANDARD.decode(&envelope.signatures[0].sig).unwrap())
                .unwrap();
            let mut args = vec![
                "pkeyutl",
                "-verify",
                "-pubin",
                "-inkey",
                "public.pem",
                "-rawin",
                "-in",
                "message",
                "-sigfile",
                "sig",
            ];
            if algorithm[1] == "EC" {
                args.extend(["-digest", "sha256"]);
            }
            assert!(openssl(folder.path(), &args).contains("Successfully"));
        }
    }

    #[test]
    fn another_key_text_or_type_is_refused() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (key, public) = keys(one.path(), ALGORITHMS[0]);
        let (_, other) = keys(two.path(), ALGORITHMS[1]);
        let envelope = key.sign(b"text");
        assert!(other.open(&envelope).is_err());
        let changed = Envelope { payload: STANDARD.encode(b"tex!"), ..envelope.clone() };
        assert_eq!(public.open(&changed), Err("was not signed by this key"));
        let typed = Envelope { payload_type: "text/plain".to_owned(), ..envelope };
        assert!(public.open(&typed).is_err());
        let pem = std::fs::read_to_string(one.path().join("key.pem")).unwrap();
        assert!(Key::of_pem(&pem.replace('\n', "\\n")).is_ok(), "line ends of an environment");
        let refused =
            Key::of_pem("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----").err().unwrap();
        assert!(refused.code == Code::KeyInvalid && !format!("{refused:?}").contains("secret\n"));
    }
}
