//! Files and folders that only the owner of the process may read: the database with everybody's contacts, the authority's key.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use tempfile::NamedTempFile;

/// Only the owner may read and write.
#[cfg(unix)]
const FILE_MODE: u32 = 0o600;
/// Only the owner may enter.
#[cfg(unix)]
const FOLDER_MODE: u32 = 0o700;

/// What a file that is made by `options` may be read by: its owner alone.
pub(crate) fn private(options: &mut fs::OpenOptions) -> &mut fs::OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, FILE_MODE);
    options
}

/// A file that is being written beside where it is to lie, for its owner alone: it is there whole or not at all.
///
/// # Errors
/// If there is one of its name, or it cannot be made.
pub(crate) fn draft(file: &Path) -> io::Result<NamedTempFile> {
    if file.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    // Its own error names a file that nobody asked for.
    NamedTempFile::with_prefix_in(".borsklokka-", folder_of(file)).map_err(|error| error.kind().into())
}

/// Whether a file begins with these bytes; one that cannot be read does not.
pub(crate) fn begins_with(file: &Path, bytes: &[u8]) -> bool {
    let mut first = vec![0; bytes.len()];
    let read = fs::File::open(file).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && first == bytes
}

/// Puts what was written where it is to lie, on disk.
///
/// # Errors
/// If there is one of its name by now, or it cannot be saved.
pub(crate) fn keep(draft: NamedTempFile, file: &Path) -> io::Result<()> {
    draft.as_file().sync_all()?;
    draft.persist_noclobber(file).map_err(|error| error.error)?;
    save_folder(file)
}

/// Has the system save a file that others have written.
///
/// # Errors
/// If it cannot be saved.
pub(crate) fn save_file(file: &Path) -> io::Result<()> {
    // Windows saves for those alone who may write.
    fs::OpenOptions::new().write(true).open(file)?.sync_all()
}

/// Has the system save what files lie beside one, and under which names.
///
/// # Errors
/// If it cannot be saved.
pub(crate) fn save_folder(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    fs::File::open(folder_of(file))?.sync_all()?;
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// The folder of a file. A bare name lies in the folder that the program was started in.
pub(crate) fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes a folder, and those above it, for its owner alone. One that is there stays as it is.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, FOLDER_MODE);
    builder.create(folder)
}

/// Takes a file from everybody but its owner. Whether it was open to others.
///
/// # Errors
/// If it is open to others and stays so: it is somebody else's.
pub(crate) fn close_file(file: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    return close(file, FILE_MODE);
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(false)
    }
}

/// Takes a folder from everybody but its owner, if all that lies in it is `ours`: a folder that was chosen for other things too is
/// not ours to close.
pub(crate) fn close_folder(folder: &Path, ours: &[&str]) {
    #[cfg(unix)]
    if fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.all(|entry| {
            entry.is_ok_and(|entry| ours.iter().any(|name| entry.file_name().to_str() == Some(name)))
        })
    }) {
        // Somebody else's folder is theirs to open and close.
        let _ = close(folder, FOLDER_MODE);
    }
    #[cfg(not(unix))]
    let _ = (folder, ours);
}

#[cfg(unix)]
fn close(path: &Path, mode: u32) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    let is_open = fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0);
    if is_open {
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
    }
    Ok(is_open)
}
