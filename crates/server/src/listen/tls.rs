//! The certificate: read with words that help, and read again when it was renewed.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::{
    InconsistentKeys, ServerConfig,
    crypto::ring,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject as _},
    },
};
use sha2::{Digest as _, Sha256};

/// How often the files are looked at.
pub(super) const EVERY: Duration = Duration::from_secs(60);

/// The files of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate and those above it, PEM.
    pub cert: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// What is wrong with the files.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{path}: {source}; may the user that runs zhucun read it?")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what was expected; the text says what it is and what to do.
    #[error("{path}: {why}")]
    Content {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The two do not belong together.
    #[error("{key} is not the key of the first certificate in {cert}; give the two files that were issued together")]
    Mismatch {
        /// The certificate's file.
        cert: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
}

impl TlsError {
    fn content(path: &Path, why: impl Into<String>) -> Self {
        Self::Content { path: path.to_owned(), why: why.into() }
    }
}

/// A certificate in use.
#[derive(Debug)]
pub struct Certificate {
    files: Files,
    config: RustlsConfig,
    /// Of the files' content when it was last looked at, whether it could be used or not.
    seen: [u8; 32],
}

impl Certificate {
    /// Reads the files.
    ///
    /// # Errors
    /// When they cannot be used; the text names the file.
    pub fn load(files: Files) -> Result<Self, TlsError> {
        let content = Content::read(&files)?;
        let config = content.config(&files)?;
        Ok(Self { files, config: RustlsConfig::from_config(config), seen: content.hash() })
    }

    /// What takes connections with it, and with those that replace it.
    #[must_use]
    pub fn acceptor(&self) -> RustlsAcceptor {
        RustlsAcceptor::new(self.config.clone())
    }

    /// Looks at the files: a new pair is used from the next connection on; one that does not work leaves the old in use.
    /// The content counts, not the time of change: certbot puts links to other files.
    ///
    /// # Errors
    /// What is wrong with the new pair, said once for each content.
    pub fn refresh(&mut self) -> Result<bool, TlsError> {
        let content = Content::read(&self.files)?;
        let hash = content.hash();
        if hash == self.seen {
            return Ok(false);
        }
        self.seen = hash;
        self.config.reload_from_config(content.config(&self.files)?);
        Ok(true)
    }
}

/// What the files hold.
struct Content {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl Content {
    fn read(files: &Files) -> Result<Self, TlsError> {
        let read = |path: &PathBuf| std::fs::read(path).map_err(|source| TlsError::Read { path: path.clone(), source });
        Ok(Self { cert: read(&files.cert)?, key: read(&files.key)? })
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::new().chain_update(Sha256::digest(&self.cert)).chain_update(Sha256::digest(&self.key)).finalize().into()
    }

    fn config(&self, files: &Files) -> Result<Arc<ServerConfig>, TlsError> {
        let (chain, key) = (chain(&files.cert, &self.cert)?, key(&files.key, &self.key)?);
        let unusable = |error: rustls::Error| match error {
            rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                TlsError::Mismatch { cert: files.cert.clone(), key: files.key.clone() }
            }
            error @ rustls::Error::General(_) => {
                TlsError::content(&files.key, format!("the key cannot be used: {error}"))
            }
            error => TlsError::content(&files.cert, format!("the certificate cannot be used: {error}")),
        };
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(unusable)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

fn chain(path: &Path, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let chain = chain.map_err(|error| broken(path, &error))?;
    if chain.is_empty() {
        let why = if holds(pem, "PRIVATE KEY-----") {
            "this is a private key, no certificate; are --tls-cert and --tls-key exchanged?"
        } else {
            "there is no certificate in PEM form (-----BEGIN CERTIFICATE-----) in it"
        };
        return Err(TlsError::content(path, why));
    }
    Ok(chain)
}

fn key(path: &Path, pem: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    if holds(pem, "BEGIN ENCRYPTED PRIVATE KEY") || holds(pem, "Proc-Type: 4,ENCRYPTED") {
        let why = "the key is locked with a password; write it without one: openssl pkey -in KEY -out NEW-KEY";
        return Err(TlsError::content(path, why));
    }
    PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
        pem::Error::NoItemsFound if holds(pem, "BEGIN CERTIFICATE") => {
            TlsError::content(path, "this is a certificate, no private key; are --tls-cert and --tls-key exchanged?")
        }
        pem::Error::NoItemsFound => {
            TlsError::content(path, "there is no private key in PEM form (-----BEGIN PRIVATE KEY-----) in it")
        }
        error => broken(path, &error),
    })
}

fn broken(path: &Path, error: &pem::Error) -> TlsError {
    TlsError::content(path, format!("the PEM text is damaged: {error}; copy the file again"))
}

fn holds(pem: &[u8], words: &str) -> bool {
    pem.windows(words.len()).any(|window| window == words.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Certificate and key, PEM.
    fn made() -> (String, String) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn written(folder: &Path, cert: &str, key: &str) -> Files {
        let files = Files { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
        std::fs::write(&files.cert, cert).expect("written");
        std::fs::write(&files.key, key).expect("written");
        files
    }

    #[test]
    fn what_is_wrong_with_the_files_is_said_with_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let ((cert, key), (_, other)) = (made(), made());
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
        let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let no_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        let cut = &cert[..cert.len() / 2];
        let table = [
            ("", key.as_str(), "cert.pem: there is no certificate"),
            (&key, &cert, "cert.pem: this is a private key"),
            (&cert, &cert, "key.pem: this is a certificate"),
            (&cert, "words", "key.pem: there is no private key"),
            (cut, &key, "cert.pem: the PEM text is damaged"),
            (&cert, locked, "key.pem: the key is locked with a password"),
            (&cert, &other, "key.pem is not the key of the first certificate"),
            (no_der, &key, "cert.pem: the certificate cannot be used"),
            (&cert, no_key, "key.pem: the key cannot be used"),
        ];
        for (cert, key, told) in table {
            let error = Certificate::load(written(folder.path(), cert, key)).expect_err(told).to_string();
            assert!(error.contains(told), "{told}: {error}");
        }
        let missing = Files { cert: folder.path().join("none.pem"), key: folder.path().join("key.pem") };
        let error = Certificate::load(missing).expect_err("no file").to_string();
        assert!(error.contains("none.pem: ") && error.contains("may the user"), "{error}");
    }

    #[test]
    fn a_renewed_pair_is_used_and_half_of_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let ((cert, key), (new_cert, new_key)) = (made(), made());
        let mut certificate = Certificate::load(written(folder.path(), &cert, &key)).expect("a good pair");
        let first = certificate.config.get_inner();
        assert!(!certificate.refresh().expect("as before"));
        written(folder.path(), &new_cert, &key);
        certificate.refresh().expect_err("the key is still the old one");
        assert!(!certificate.refresh().expect("said once"));
        assert!(Arc::ptr_eq(&first, &certificate.config.get_inner()), "the old pair stays in use");
        written(folder.path(), &new_cert, &new_key);
        assert!(certificate.refresh().expect("a good pair"));
        assert!(!Arc::ptr_eq(&first, &certificate.config.get_inner()));
    }
}
