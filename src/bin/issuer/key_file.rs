//! Secret keys as files, one a key, readable by their owner alone.

use plimsoll::crypto::key::{KeyError, PublicKey, SecretKey, Suite};
use plimsoll::encoding::{TextError, decode_base64url, encode_base64url};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The format name in every key file.
const FORMAT: &str = "plimsoll-key/1";

/// Why a key file cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Somebody else than the owner may read or write it.
    #[error("{} has permission {found:03o}, expected {expected:03o}", path.display())]
    Permission {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        found: u32,
        /// What they should be.
        expected: u32,
    },
    /// There is no key of that name.
    #[error("there is no key named {name:?}")]
    Unknown {
        /// The name.
        name: String,
    },
    /// There is a key of that name already.
    #[error("there is a key named {name:?} already")]
    Exists {
        /// The name.
        name: String,
    },
    /// A name that is not a plain file name.
    #[error("key name {name:?}: expected 1 to 40 of a-z, 0-9 and '-'")]
    Name {
        /// The name.
        name: String,
    },
    /// Not JSON with the members of a key file.
    #[error("{}: {source}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A member has another value than it should.
    #[error("{}: {member}: expected {expected}, found {found:?}", path.display())]
    Member {
        /// The file.
        path: PathBuf,
        /// The member.
        member: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The secret is not base64url.
    #[error("{}: secret", path.display())]
    Secret {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: TextError,
    },
    /// The secret is not a key of its suite.
    #[error("{}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    format: String,
    algorithm: String,
    secret: String,
    public: serde_json::Value,
}

/// The folder with the keys.
#[derive(Debug, Clone)]
pub struct KeyFolder {
    path: PathBuf,
}

impl KeyFolder {
    /// Makes the folder, for its owner alone.
    pub fn create(path: &Path) -> Result<Self, KeyFileError> {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned() })
    }

    /// Opens the folder.
    ///
    /// # Errors
    /// [`KeyFileError::Permission`] when others than the owner may enter it.
    pub fn open(path: &Path) -> Result<Self, KeyFileError> {
        expect_owner_only(path, 0o700)?;
        Ok(Self { path: path.to_owned() })
    }

    fn file(&self, name: &str) -> Result<PathBuf, KeyFileError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=40).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(KeyFileError::Name { name: name.to_owned() });
        }
        Ok(self.path.join(format!("{name}.key")))
    }

    /// Writes a new key; one of that name must not exist. When this returns `Ok`, the key is on disk.
    pub fn add(&self, name: &str, suite: Suite, secret: &[u8; 32]) -> Result<PublicKey, KeyFileError> {
        let path = self.file(name)?;
        let public = SecretKey::from_bytes(suite, secret)
            .map_err(|source| KeyFileError::Key { path: path.clone(), source })?
            .public();
        let text = serde_json::to_string_pretty(&KeyFile {
            format: FORMAT.into(),
            algorithm: suite.jws_algorithm().into(),
            secret: encode_base64url(secret),
            public: public.to_jwk(),
        })
        .expect("texts are JSON");
        let io = |source| KeyFileError::Io { path: path.clone(), source };
        // A temporary file is made with owner-only permission before the first byte of the secret is in it.
        let mut file = tempfile::NamedTempFile::new_in(&self.path).map_err(io)?;
        file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(io)?;
        file.as_file().sync_all().map_err(io)?;
        file.persist_noclobber(&path).map_err(|error| match error.error.kind() {
            std::io::ErrorKind::AlreadyExists => KeyFileError::Exists { name: name.to_owned() },
            _ => io(error.error),
        })?;
        sync_folder(&self.path).map_err(io)?;
        Ok(public)
    }

    /// Reads a key.
    pub fn load(&self, name: &str) -> Result<SecretKey, KeyFileError> {
        let path = self.file(name)?;
        if !path.exists() {
            return Err(KeyFileError::Unknown { name: name.to_owned() });
        }
        expect_owner_only(&path, 0o600)?;
        let text = fs::read_to_string(&path).map_err(|source| KeyFileError::Io { path: path.clone(), source })?;
        let file: KeyFile =
            serde_json::from_str(&text).map_err(|source| KeyFileError::Syntax { path: path.clone(), source })?;
        let member = |member, expected, found: &str| {
            Err(KeyFileError::Member { path: path.clone(), member, expected, found: found.to_owned() })
        };
        if file.format != FORMAT {
            return member("format", FORMAT, &file.format);
        }
        let suite = match file.algorithm.as_str() {
            "EdDSA" => Suite::Ed25519,
            "ES256" => Suite::P256,
            other => return member("algorithm", "EdDSA or ES256", other),
        };
        let secret =
            decode_base64url(&file.secret).map_err(|source| KeyFileError::Secret { path: path.clone(), source })?;
        let Ok(secret) = <[u8; 32]>::try_from(secret.as_slice()) else {
            return member("secret", "32 bytes", &format!("{} bytes", secret.len()));
        };
        let key =
            SecretKey::from_bytes(suite, &secret).map_err(|source| KeyFileError::Key { path: path.clone(), source })?;
        let public = key.public().to_jwk();
        if public != file.public {
            return member("public", "the public half of the secret", &file.public.to_string());
        }
        Ok(key)
    }

    /// The names of all keys, sorted.
    pub fn names(&self) -> Result<Vec<String>, KeyFileError> {
        let io = |source| KeyFileError::Io { path: self.path.clone(), source };
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(io)? {
            if let Some(name) = entry.map_err(io)?.file_name().to_str().and_then(|name| name.strip_suffix(".key")) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }
}

/// Forces a folder's list of names to disk, so that a file made in it is still there after a crash.
pub fn sync_folder(path: &Path) -> std::io::Result<()> {
    if cfg!(unix) { fs::File::open(path)?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn expect_owner_only(path: &Path, expected: u32) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let found =
        fs::metadata(path).map_err(|source| KeyFileError::Io { path: path.to_owned(), source })?.permissions().mode()
            & 0o777;
    if found & 0o077 == 0 { Ok(()) } else { Err(KeyFileError::Permission { path: path.to_owned(), found, expected }) }
}

#[cfg(not(unix))]
fn expect_owner_only(_: &Path, _: u32) -> Result<(), KeyFileError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_round_trip_and_names_are_plain() {
        let dir = tempfile::tempdir().unwrap();
        let folder = KeyFolder::create(&dir.path().join("keys")).unwrap();
        for (name, suite) in [("a", Suite::Ed25519), ("b-2", Suite::P256)] {
            let public = folder.add(name, suite, &[7; 32]).unwrap();
            assert_eq!(folder.load(name).unwrap().public(), public);
            assert!(matches!(folder.add(name, suite, &[8; 32]), Err(KeyFileError::Exists { .. })));
        }
        assert_eq!(folder.names().unwrap(), ["a", "b-2"]);
        assert!(matches!(folder.load("c"), Err(KeyFileError::Unknown { .. })));
        for name in ["", "../a", "A", "a.key", &"x".repeat(41)] {
            assert!(matches!(folder.load(name), Err(KeyFileError::Name { .. })), "{name:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_key_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        let folder = KeyFolder::create(&path).unwrap();
        folder.add("a", Suite::Ed25519, &[7; 32]).unwrap();
        let file = path.join("a.key");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(folder.load("a"), Err(KeyFileError::Permission { found, .. }) if found == mode));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
        assert!(matches!(KeyFolder::open(&path), Err(KeyFileError::Permission { found: 0o750, .. })));
    }
}
