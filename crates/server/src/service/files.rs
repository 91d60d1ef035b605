//! Bytes of attachments, by their hash, in a folder (or whatever `object_store` reaches).

use std::{path::Path as FilePath, sync::Arc};

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::{ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, path::Path};
use zhucun_sync::StreamId;

use super::{kinds, random};
use crate::{
    clock::Clock,
    store::{AttachmentMeta, Store, StoreError},
};

/// Why an attachment could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// The content is not of a type that is taken.
    #[error("nothing, or a program")]
    WrongType,
    /// Not there.
    #[error("no such attachment")]
    Missing,
    /// The folder failed.
    #[error("attachments cannot be stored: {0}; is the disk full?")]
    Storage(object_store::Error),
}

impl From<object_store::Error> for FilesError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::Missing,
            error => Self::Storage(error),
        }
    }
}

/// An attachment as it lies in the folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lying {
    /// Its stream.
    pub stream: StreamId,
    /// Its name, the SHA-256 of its bytes.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

impl Lying {
    /// Of a path as [`Lying::path`] gives it; none when it is something else.
    #[must_use]
    pub fn at(path: &str, size: u64) -> Option<Self> {
        // The one letter of stream ids that `object_store` writes in another way.
        let path = path.replace("%7E", "~");
        let mut parts = path.split('/');
        let stream = StreamId::new(parts.next()?, parts.next()?).ok()?;
        let (shard, sha256) = (parts.next()?, parts.next()?.to_owned());
        let hash = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (hash && sha256.starts_with(shard) && parts.next().is_none()).then_some(Self { stream, sha256, size })
    }

    /// Its path in the folder.
    #[must_use]
    pub fn path(&self) -> String {
        path(&self.stream, &self.sha256).to_string()
    }
}

/// Put and taken away again to see whether the folder can be written to.
const PROBE: &str = "probe";

/// Where the bytes are.
#[derive(Clone, Debug)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// A folder, made when absent. Every file is on the disk before it counts as kept.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn folder(folder: &FilePath) -> Result<Self, std::io::Error> {
        std::fs::create_dir_all(folder)?;
        let local = LocalFileSystem::new_with_prefix(folder).map_err(std::io::Error::other)?;
        Ok(Self(Arc::new(local.with_fsync(true))))
    }

    /// Any other store.
    #[must_use]
    pub fn of(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    /// Keeps bytes under their hash.
    ///
    /// # Errors
    /// When the folder fails.
    pub async fn put(&self, stream: &StreamId, sha256: &str, bytes: Bytes) -> Result<(), FilesError> {
        self.0.put(&path(stream, sha256), bytes.into()).await?;
        Ok(())
    }

    /// Whether something can be put here.
    pub async fn can_write(&self) -> bool {
        let probe = Path::from(PROBE);
        let put = self.0.put(&probe, Bytes::from_static(b"zhucun").into()).await;
        // Another process may have taken it away already.
        let _ = self.0.delete(&probe).await;
        put.is_ok()
    }

    /// Gives every attachment that lies here, in no order: more than the database knows of, as it is noted there later.
    ///
    /// # Errors
    /// When the folder fails, or `each` does.
    pub async fn each<E: From<FilesError>>(&self, mut each: impl FnMut(Lying) -> Result<(), E>) -> Result<(), E> {
        let mut list = self.0.list(None);
        while let Some(meta) = list.try_next().await.map_err(FilesError::from)? {
            if let Some(lying) = Lying::at(meta.location.as_ref(), meta.size) {
                each(lying)?;
            }
        }
        Ok(())
    }

    /// How many bytes lie here under a hash; none when nothing does.
    ///
    /// # Errors
    /// When the folder fails.
    pub async fn size(&self, stream: &StreamId, sha256: &str) -> Result<Option<u64>, FilesError> {
        match self.0.head(&path(stream, sha256)).await.map_err(FilesError::from) {
            Ok(meta) => Ok(Some(meta.size)),
            Err(FilesError::Missing) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a hash.
    ///
    /// # Errors
    /// [`FilesError::Missing`], or when the folder fails.
    pub async fn get(&self, stream: &StreamId, sha256: &str) -> Result<Bytes, FilesError> {
        Ok(self.0.get(&path(stream, sha256)).await?.bytes().await?)
    }
}

fn path(stream: &StreamId, sha256: &str) -> Path {
    let shard = sha256.get(..2).unwrap_or("00");
    Path::from_iter([stream.kind(), stream.id(), shard, sha256])
}

/// Why [`keep`] failed.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// See [`FilesError`].
    #[error(transparent)]
    Files(#[from] FilesError),
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<KeepError> for crate::error::ApiError {
    fn from(error: KeepError) -> Self {
        match error {
            KeepError::Files(error) => error.into(),
            KeepError::Store(error) => error.into(),
        }
    }
}

/// Keeps an attachment: first the bytes, then the note that they are there.
///
/// # Errors
/// [`FilesError::WrongType`] when it is nothing or a program; else when storage fails.
pub async fn keep(
    files: &Files,
    store: &Store,
    clock: &Clock,
    stream: &StreamId,
    bytes: Bytes,
) -> Result<AttachmentMeta, KeepError> {
    let mime = kinds::sniff(&bytes).ok_or(FilesError::WrongType)?;
    let meta = AttachmentMeta {
        sha256: random::sha256_hex(&bytes),
        size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        mime: mime.to_owned(),
    };
    files.put(stream, &meta.sha256, bytes).await?;
    store.put_attachment(stream, &meta, clock.now()).await?;
    Ok(meta)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_lies_in_the_folder_is_found_by_stream_and_hash_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::folder(folder.path()).expect("opened");
        let sha256 = random::sha256_hex("picture");
        // All letters that a stream's id may have.
        let stream = StreamId::new("pair", "a-1_b~c").expect("a stream");
        files.put(&stream, &sha256, Bytes::from_static(b"picture")).await.expect("put");
        std::fs::write(folder.path().join("probe"), "").expect("written");
        std::fs::write(folder.path().join("pair/notes.txt"), "").expect("written");
        let mut found = Vec::new();
        let each = files.each(|lying| {
            found.push(lying);
            Ok::<(), FilesError>(())
        });
        each.await.expect("listed");
        let lying = Lying { stream: stream.clone(), sha256: sha256.clone(), size: 7 };
        assert_eq!(found, std::slice::from_ref(&lying));
        assert_eq!(Lying::at(&lying.path(), 7), Some(lying));
        assert_eq!(files.get(&stream, &sha256).await.expect("there"), "picture");
    }
}
