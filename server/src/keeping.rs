//! Files and folders that only the owner of the process may read: the database with everybody's contacts, the authority's key.

use std::fs::{self, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{NamedTempFile, TempDir};

/// How the name begins of what is being written beside where it is to lie.
const DRAFT: &str = ".borsklokka-";
/// How many letters and digits follow.
const DRAFT_CHARS: usize = 6;
/// The ending of the file beside it that is locked as long as the program lives that writes it.
const MARK: &str = ".lock";
/// Where nothing says whether that lives, what has lain unfinished for so long was left by one that was killed: a day.
const LEFT_AFTER: Duration = Duration::from_hours(24);

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

/// Makes a file that is not there, its owner's alone, and gives it to whom its folder belongs.
///
/// # Errors
/// If there is one of its name, or it cannot be made.
pub(crate) fn make(file: &Path) -> io::Result<fs::File> {
    let made = private(fs::OpenOptions::new().create_new(true).write(true)).open(file)?;
    give(file, folder_of(file))?;
    Ok(made)
}

/// Gives a file that root has made to whom its folder belongs: an administrator works as root on what a service has, which must open it too.
///
/// # Errors
/// If it cannot be given.
pub(crate) fn give(file: &Path, folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, lchown};
        const ROOT: u32 = 0;
        let (made, folder) = (fs::symlink_metadata(file)?, fs::metadata(folder)?);
        // Whoever the folder belongs to may put into it what leads to files that were not made here.
        let is_made_here = made.is_file() && made.nlink() == 1 && made.uid() == ROOT;
        if is_made_here && folder.uid() != ROOT {
            match lchown(file, Some(folder.uid()), Some(folder.gid())) {
                // Only root gives anything away, and whoever is not root has made nothing of root's.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
                given => given?,
            }
        }
    }
    #[cfg(not(unix))]
    let _ = (file, folder);
    Ok(())
}

/// What is being written, for its owner alone. It goes when it is let go, and with the next one if the program was killed.
#[derive(Debug)]
pub(crate) struct Draft<T> {
    written: T,
    /// It goes last.
    _mark: Option<Mark>,
}

impl Draft<NamedTempFile> {
    /// Where it is written.
    pub(crate) fn path(&self) -> &Path {
        self.written.path()
    }

    /// The file.
    pub(crate) fn as_file(&self) -> &fs::File {
        self.written.as_file()
    }
}

impl Draft<TempDir> {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.written.path()
    }
}

/// A file beside a draft whose lock says that the program lives that writes it.
#[derive(Debug)]
struct Mark {
    path: PathBuf,
    file: fs::File,
}

impl Mark {
    /// Beside a draft; none where it cannot be made or locked.
    fn beside(draft: &Path) -> Option<Self> {
        let path = mark_of(draft);
        let made = private(fs::OpenOptions::new().create_new(true).write(true)).open(&path);
        let mark = Self {
            file: made.ok()?,
            path,
        };
        mark.file.try_lock().ok()?;
        // One that is empty is not locked yet.
        (&mark.file).write_all(b"locked").ok()?;
        Some(mark)
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // While it is locked: nobody else takes it for one that was left.
        let _ = fs::remove_file(&self.path);
    }
}

fn mark_of(draft: &Path) -> PathBuf {
    let mut name = draft.as_os_str().to_owned();
    name.push(MARK);
    name.into()
}

/// A file that is being written beside where it is to lie, for its owner alone: it is there whole or not at all.
///
/// # Errors
/// If there is one of its name, or it cannot be made.
pub(crate) fn draft(file: &Path) -> io::Result<Draft<NamedTempFile>> {
    if file.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    sweep(folder_of(file));
    let made = NamedTempFile::with_prefix_in(DRAFT, folder_of(file));
    // Its own error names a file that nobody asked for.
    let written = made.map_err(|error| io::Error::from(error.kind()))?;
    Ok(Draft {
        _mark: Mark::beside(written.path()),
        written,
    })
}

/// A folder in another one, for its owner alone, which goes when it is let go.
///
/// # Errors
/// If it cannot be made.
pub(crate) fn draft_folder(folder: &Path) -> io::Result<Draft<TempDir>> {
    sweep(folder);
    let written = tempfile::Builder::new().prefix(DRAFT).tempdir_in(folder)?;
    Ok(Draft {
        _mark: Mark::beside(written.path()),
        written,
    })
}

/// Removes from a folder what a program that was killed left unfinished there: it holds all that a database holds. What cannot be removed
/// is somebody else's, and stays.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut left: Vec<(bool, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let (draft, ending) = draft_in(name.to_str()?)?;
            let path = folder.join(&name);
            is_left(&path, &folder.join(draft)).then_some((ending == MARK, path))
        })
        .collect();
    // What says that they were left goes after them.
    left.sort();
    for (_, path) in left {
        // It is tried again the next time.
        let _ = if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        };
    }
}

/// The name of what is being written, of that name itself or of what lies beside it, and the ending of that.
fn draft_in(name: &str) -> Option<(&str, &str)> {
    let (drawn, ending) = name.strip_prefix(DRAFT)?.split_at_checked(DRAFT_CHARS)?;
    let is_drawn = drawn.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_ours = is_drawn && ["", "-journal", "-wal", "-shm", MARK].contains(&ending);
    is_ours.then_some((name.strip_suffix(ending)?, ending))
}

/// Whether what was written under a name, or beside it, was left.
fn is_left(path: &Path, draft: &Path) -> bool {
    if let Some(is_free) = is_free(&mark_of(draft)) {
        return is_free;
    }
    // Of a link, not of what it leads to.
    let found = path.symlink_metadata().and_then(|found| found.modified());
    let age = found.ok().and_then(|at| at.elapsed().ok());
    age.is_some_and(|age| age >= LEFT_AFTER)
}

/// Whether the program is gone that has locked a mark; nothing if none has, or nobody can know.
fn is_free(mark: &Path) -> Option<bool> {
    let found = mark.symlink_metadata().ok()?;
    if !found.is_file() || found.len() == 0 {
        return None;
    }
    let file = fs::OpenOptions::new().write(true).open(mark).ok()?;
    match file.try_lock() {
        Ok(()) => Some(true),
        Err(TryLockError::WouldBlock) => Some(false),
        Err(TryLockError::Error(_)) => None,
    }
}

/// Looks that what has this name, if anything does, is a file or a folder: a device would be written into, and a pipe waited for.
///
/// # Errors
/// If it is neither (`InvalidInput`).
pub(crate) fn refuse_device(path: &Path) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let why = "it is no file, but a device, a pipe or the like";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    Ok(())
}

/// Whether a file begins with these bytes; one that cannot be read does not, nor does a pipe, which would be waited for.
pub(crate) fn begins_with(file: &Path, bytes: &[u8]) -> bool {
    if !fs::metadata(file).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let mut first = vec![0; bytes.len()];
    let read = fs::File::open(file).and_then(|mut file| file.read_exact(&mut first));
    read.is_ok() && first == bytes
}

/// Puts what was written where it is to lie, on disk.
///
/// # Errors
/// If there is one of its name by now, or it cannot be saved.
pub(crate) fn keep(draft: Draft<NamedTempFile>, file: &Path) -> io::Result<()> {
    give(draft.path(), folder_of(file))?;
    draft.as_file().sync_all()?;
    draft
        .written
        .persist_noclobber(file)
        .map_err(|error| error.error)?;
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

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, chown};

    use super::*;

    #[test]
    fn what_root_makes_in_the_folder_of_a_service_is_the_services() {
        const SERVICE: u32 = 61_184;
        let folder = tempfile::tempdir().unwrap();
        let own = fs::metadata(folder.path()).unwrap().uid();
        // Only root can do this; what anybody else makes stays their own.
        let is_root = chown(folder.path(), Some(SERVICE), Some(SERVICE)).is_ok();
        let owner = if is_root { SERVICE } else { own };

        let made = folder.path().join("made");
        drop(make(&made).unwrap());
        let kept = folder.path().join("kept");
        keep(draft(&kept).unwrap(), &kept).unwrap();
        for file in [&made, &kept] {
            let found = fs::metadata(file).unwrap();
            assert_eq!(
                (found.uid(), found.mode() & 0o777),
                (owner, FILE_MODE),
                "{}",
                file.display()
            );
        }

        // What the service put there leads elsewhere, and stays root's.
        let elsewhere = tempfile::tempdir().unwrap();
        let secret = elsewhere.path().join("secret");
        fs::write(&secret, "root's").unwrap();
        let (link, second) = (folder.path().join("link"), folder.path().join("second"));
        std::os::unix::fs::symlink(&secret, &link).unwrap();
        fs::hard_link(&secret, &second).unwrap();
        for led in [&link, &second] {
            give(led, folder.path()).unwrap();
            assert_eq!(fs::metadata(&secret).unwrap().uid(), own);
        }
    }
}

#[cfg(test)]
mod swept {
    use super::*;

    /// Gives something the time of what was left.
    fn age(file: &fs::File) {
        let now = file.metadata().unwrap().modified().unwrap();
        file.set_modified(now - 2 * LEFT_AFTER).unwrap();
    }

    #[test]
    fn what_was_left_unfinished_for_a_day_goes_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let left = [".borsklokka-Ab3dE6", ".borsklokka-Ab3dE6-journal"];
        let others = [
            ".borsklokka-short",
            ".borsklokka-Ab3dE6.db",
            ".borsklokka-",
            "borsklokka.db",
        ];
        for name in left.iter().chain(&others) {
            age(&fs::File::create(at(name)).unwrap());
        }
        fs::File::create(at(".borsklokka-Fresh1")).unwrap();

        drop(draft(&at("backup.db")).unwrap());
        for name in left {
            assert!(!at(name).exists(), "{name}");
        }
        for name in others.iter().chain(&[".borsklokka-Fresh1"]) {
            assert!(at(name).exists(), "{name}");
        }
    }

    /// What lies in a folder.
    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_program_left_that_was_killed_just_now_goes_with_the_next_draft_and_what_lives_stays() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let living = draft_folder(folder.path()).unwrap();
        fs::write(living.path().join("tried.db"), "contacts").unwrap();
        let left = [".borsklokka-Ab3dE6", ".borsklokka-Ab3dE7"].map(at);
        fs::create_dir(&left[0]).unwrap();
        fs::write(left[0].join("tried.db"), "contacts").unwrap();
        fs::write(&left[1], "half a backup").unwrap();
        fs::write(at(".borsklokka-Ab3dE7-journal"), "its journal").unwrap();
        for draft in &left {
            fs::write(mark_of(draft), "locked").unwrap();
        }
        // One that is just being locked.
        fs::write(at(".borsklokka-Ab3dE8.lock"), "").unwrap();

        let kept = at("kept.db");
        keep(draft(&kept).unwrap(), &kept).unwrap();
        assert!(living.path().join("tried.db").exists());
        drop(living);
        assert_eq!(names(folder.path()), [".borsklokka-Ab3dE8.lock", "kept.db"]);
    }

    // Elsewhere a folder is not opened as a file is.
    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_left_goes_with_what_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(".borsklokka-Ab3dE6");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("restored.db"), "contacts").unwrap();
        age(&fs::File::open(&left).unwrap());
        let made = draft_folder(folder.path()).unwrap();
        assert!(!left.exists() && made.path().exists());
    }
}
