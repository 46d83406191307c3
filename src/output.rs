//! The one module that writes files. A report is written beside its place under another name, and moved there when
//! every report of the run is complete: whoever looks into the folder sees the old files or the new ones, each
//! whole, never half of one.
//!
//! ```text
//! Folder::open ─ lock, so that no second run writes here
//!   file("aging.csv") ─> Draft, a writer on a temporary file
//!   file("findings.csv") ─> Draft
//! commit([drafts]) ─ write out, then rename each to its name
//! ```
//!
//! Whatever is dropped without [`commit`] leaves nothing behind, the folder itself included if this run made it.

use std::error::Error;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::SystemTime;

use tempfile::{NamedTempFile, TempPath};

use crate::lang::{Lang, system_error};

/// Why the output was not written.
#[derive(Debug)]
pub enum OutputError {
    /// Another run is writing there; nothing was touched.
    Busy {
        /// Where it writes.
        path: PathBuf,
    },
    /// The output would take the place of a file that is read; nothing was touched.
    IsInput {
        /// The file.
        path: PathBuf,
    },
    /// The system would not write.
    Failed {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl OutputError {
    /// Gives a failed write the name of its file: `sheet.write(…).map_err(OutputError::at(draft_path))`.
    pub fn at(path: &Path) -> impl Fn(io::Error) -> OutputError + use<'_> {
        move |source| OutputError::Failed { path: path.to_owned(), source }
    }

    /// What happened, and what to do.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            OutputError::Busy { path } => {
                let path = path.display();
                lang.pick(
                    format!("{path}: another run is writing here; wait until it has finished"),
                    format!("{path}：另一个 recv 正在此处写入，请等它完成后再运行"),
                )
            }
            OutputError::IsInput { path } => {
                let path = path.display();
                lang.pick(
                    format!("{path}: this file is an input of the run; choose another place for the output"),
                    format!("{path}：此文件是本次运行的输入，请另选输出位置"),
                )
            }
            OutputError::Failed { path, source } => {
                let (path, reason) = (path.display(), system_error(source, lang));
                lang.pick(
                    format!("{path}: cannot be written: {reason}"),
                    format!("{path}：无法写入：{reason}"),
                )
            }
        }
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl Error for OutputError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            OutputError::Failed { source, .. } => Some(source),
            OutputError::Busy { .. } | OutputError::IsInput { .. } => None,
        }
    }
}

/// A folder that this run alone writes into.
pub struct Folder {
    claim: Arc<Claim>,
    inputs: Vec<PathBuf>,
}

impl Folder {
    /// Claims the folder, made if missing. No file of the run may take the place of one of `inputs`.
    pub fn open(folder: &Path, inputs: &[PathBuf]) -> Result<Folder, OutputError> {
        let claim = Claim::take(folder, ".recv").map_err(|refusal| refusal.at(folder))?;
        Ok(Folder { claim: Arc::new(claim), inputs: inputs.to_vec() })
    }

    /// Whether a file of this name stands there.
    pub fn has(&self, name: &str) -> bool {
        self.claim.folder.join(name).exists()
    }

    /// When the file of this name was last written; `None` where there is none, or nobody can tell.
    pub fn modified(&self, name: &str) -> Option<SystemTime> {
        self.claim.folder.join(name).metadata().and_then(|found| found.modified()).ok()
    }

    /// Begins the file of this name.
    pub fn file(&self, name: &str) -> Result<Draft, OutputError> {
        Draft::begin(self.claim.folder.join(name), &self.claim, &self.inputs)
    }
}

/// Begins a single file, in a folder that is made if missing.
pub fn file(path: &Path, inputs: &[PathBuf]) -> Result<Draft, OutputError> {
    let name = path.file_name().ok_or_else(|| OutputError::at(path)(ErrorKind::IsADirectory.into()))?;
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let stem = format!(".{}.recv", name.to_string_lossy());
    let claim = Claim::take(folder, &stem).map_err(|refusal| refusal.at(path))?;
    Draft::begin(path.to_owned(), &Arc::new(claim), inputs)
}

/// A file on its way: what is written to it stands under another name until [`commit`].
pub struct Draft {
    // In the order in which they must be dropped: the file is closed, then removed, then its folder.
    file: File,
    /// What is still to be written to it.
    part: Vec<u8>,
    early: EarlySync,
    temporary: TempPath,
    target: PathBuf,
    claim: Arc<Claim>,
}

impl Draft {
    /// Bytes that are written at a time. The system keeps what is written together in one piece, and takes less than half the
    /// time for large pieces, none of which begins inside a page.
    const PART: usize = 1 << 16;

    fn begin(target: PathBuf, claim: &Arc<Claim>, inputs: &[PathBuf]) -> Result<Draft, OutputError> {
        if inputs.iter().any(|input| is_same_file(input, &target)) {
            return Err(OutputError::IsInput { path: target });
        }
        let (file, temporary) = claim.temporary(&target).map_err(OutputError::at(&target))?;
        Ok(Draft {
            file,
            part: Vec::with_capacity(Draft::PART),
            early: EarlySync::default(),
            temporary,
            target,
            claim: Arc::clone(claim),
        })
    }

    /// Where the file will stand.
    pub fn path(&self) -> &Path {
        &self.target
    }

    /// Puts all that was written onto the disk.
    fn seal(mut self) -> Result<Sealed, OutputError> {
        let written = self.flush().and_then(|()| self.early.wait()).and_then(|()| self.file.sync_all());
        written.map_err(OutputError::at(&self.target))?;
        Ok(Sealed { temporary: self.temporary, target: self.target, claim: self.claim })
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let fitting = bytes.len().min(Draft::PART - self.part.len());
        self.part.extend_from_slice(&bytes[..fitting]);
        if self.part.len() == Draft::PART {
            self.flush()?;
        }
        Ok(fitting)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.part)?;
        let written = self.part.len();
        self.part.clear();
        self.early.follow(&self.file, written)
    }
}

/// Puts what is written of a large file onto the disk while the rest is still being written: at the end the disk has less
/// to do, for which everybody waits.
#[derive(Default)]
struct EarlySync {
    /// Bytes written since the last time.
    behind: usize,
    running: Option<JoinHandle<io::Result<()>>>,
}

impl EarlySync {
    /// Bytes that are worth it.
    const WORTH: usize = 4 << 20;

    /// Takes notice of further bytes. What a sync that is over has failed at, nobody is told again: it fails this write.
    fn follow(&mut self, file: &File, written: usize) -> io::Result<()> {
        self.behind += written;
        let is_running = self.running.as_ref().is_some_and(|running| !running.is_finished());
        if self.behind < EarlySync::WORTH || is_running {
            return Ok(());
        }
        self.wait()?;
        self.behind = 0;
        let file = file.try_clone()?;
        // Where the system has no thread to spare, all is left to the end.
        self.running = thread::Builder::new().spawn(move || file.sync_data()).ok();
        Ok(())
    }

    /// Waits for the sync that is running.
    fn wait(&mut self) -> io::Result<()> {
        let Some(running) = self.running.take() else { return Ok(()) };
        running.join().unwrap_or_else(|panic| resume_unwind(panic))
    }
}

/// A file that is complete and closed, but not yet in its place.
struct Sealed {
    temporary: TempPath,
    target: PathBuf,
    claim: Arc<Claim>,
}

/// Puts files in their places, once all of them are safely on the disk. After a failure each file is whole, the
/// old one or the new one. The disk is busy with all of them at once.
pub fn commit(drafts: impl IntoIterator<Item = Draft>) -> Result<(), OutputError> {
    let sealed = thread::scope(|scope| -> Result<Vec<Sealed>, OutputError> {
        let sealing: Vec<_> = drafts.into_iter().map(|draft| scope.spawn(|| draft.seal())).collect();
        sealing.into_iter().map(|seal| seal.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })?;
    thread::scope(|scope| {
        let mut claims: Vec<Arc<Claim>> = Vec::new();
        for Sealed { temporary, target, claim } in sealed {
            let old = hold(&target);
            temporary.persist(&target).map_err(|error| OutputError::at(&target)(error.error))?;
            scope.spawn(|| drop(old));
            if claims.iter().all(|known| known.folder != claim.folder) {
                claims.push(claim);
            }
        }
        claims
            .iter()
            .map(|claim| &claim.folder)
            .try_for_each(|folder| sync_folder(folder).map_err(OutputError::at(folder)))
    })
}

/// Keeps a file from being given back to the system while another takes its place: for a large one that takes as long as to
/// write some of it, and another thread can do it.
#[cfg(unix)]
fn hold(path: &Path) -> Option<File> {
    File::open(path).ok()
}

/// Other systems put no file in the place of one that is open.
#[cfg(not(unix))]
fn hold(_: &Path) -> Option<File> {
    None
}

/// Makes a rename outlast a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Other systems write a rename through by themselves, and open no folder as a file.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether both paths lead to one file that is there.
fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// How the names of temporary files end.
const TEMPORARY: &str = ".tmp";

/// The right to write in a place: held by a lock file, given up when the last draft is gone.
struct Claim {
    folder: PathBuf,
    /// How the names of the lock and of the temporary files begin.
    stem: String,
    /// Folders that this claim made, the outermost first.
    made: Vec<PathBuf>,
    lock: Option<File>,
}

/// Why a claim was refused; the caller knows which path to name.
enum Refusal {
    Busy,
    Failed(io::Error),
}

impl Refusal {
    fn at(self, path: &Path) -> OutputError {
        match self {
            Refusal::Busy => OutputError::Busy { path: path.to_owned() },
            Refusal::Failed(source) => OutputError::Failed { path: path.to_owned(), source },
        }
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        Refusal::Failed(error)
    }
}

impl Claim {
    fn take(folder: &Path, stem: &str) -> Result<Claim, Refusal> {
        let made = folder.ancestors().filter(|path| *path != Path::new("") && !path.exists());
        let mut made: Vec<PathBuf> = made.map(Path::to_owned).collect();
        made.reverse();
        // Held from here on, so that what follows may fail and still leave nothing behind.
        let mut claim = Claim { folder: folder.to_owned(), stem: stem.to_owned(), made, lock: None };
        fs::create_dir_all(folder)?;
        claim.lock = Some(lock(&claim.lock_path())?);
        claim.sweep();
        Ok(claim)
    }

    fn lock_path(&self) -> PathBuf {
        self.folder.join(format!("{}.lock", self.stem))
    }

    /// A temporary file beside `target`, readable by whom the target is.
    fn temporary(&self, target: &Path) -> io::Result<(File, TempPath)> {
        if target.metadata().is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::other("it is there already, and no plain file"));
        }
        let prefix = format!("{}-", self.stem);
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(TEMPORARY);
        #[cfg(unix)]
        builder.permissions(permissions_of(target));
        Ok(builder.tempfile_in(&self.folder)?.into_parts())
    }

    /// Removes what a run that was killed has left: with the lock in hand, nobody else is writing these.
    fn sweep(&self) {
        let prefix = format!("{}-", self.stem);
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let is_ours = |name: &str| name.starts_with(&prefix) && name.strip_suffix(TEMPORARY).is_some();
            if name.to_str().is_some_and(is_ours) {
                let _stays_if_it_must = fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            // Removed while it is held: a run that opened it before will see that it is gone, and open a new one.
            let _stays_if_it_must = fs::remove_file(self.lock_path());
            drop(lock);
        }
        for folder in self.made.iter().rev() {
            // Only an empty folder goes, so that a committed file keeps its own.
            let _stays_if_it_must = fs::remove_dir(folder);
        }
    }
}

/// The permissions of the file that is to be replaced, or those of any new file; the user's mask takes its part.
#[cfg(unix)]
fn permissions_of(target: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    let mode = target.metadata().map_or(0o666, |found| found.permissions().mode() & 0o666 | 0o200);
    fs::Permissions::from_mode(mode)
}

/// Opens and locks the lock file, or says who else holds it.
fn lock(path: &Path) -> Result<File, Refusal> {
    loop {
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) if is_still_at(&file, path) => return Ok(file),
            // The run before removed the file between our opening and locking it.
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Refusal::Busy),
            // Some network drives know no locks: writing there is still worth more than refusing to.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(Refusal::Failed(error)),
        }
    }
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |found: fs::Metadata| (found.dev(), found.ino());
    matches!((file.metadata().map(place), path.metadata().map(place)), (Ok(held), Ok(there)) if held == there)
}

/// Elsewhere a removed file's name is not free until the last who opened it has closed it.
#[cfg(not(unix))]
fn is_still_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// A file that vanishes with its last owner: what an input is turned into before it is read.
pub fn scratch() -> io::Result<NamedTempFile> {
    NamedTempFile::new()
}

/// A file without a name, which vanishes when it is closed: for what has to be written before its place is known.
pub fn spool() -> io::Result<File> {
    tempfile::tempfile()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn draft(folder: &Folder, name: &str, text: &str) -> Draft {
        let mut draft = folder.file(name).unwrap();
        draft.write_all(text.as_bytes()).unwrap();
        draft
    }

    #[test]
    fn committed_files_stand_in_their_places_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("2026/01");
        let folder = Folder::open(&target, &[]).unwrap();
        let drafts = [draft(&folder, "aging.csv", "a\n"), draft(&folder, "findings.csv", "f\n")];
        assert!(!target.join("aging.csv").exists());
        commit(drafts).unwrap();
        drop(folder);
        assert_eq!(names(&target), ["aging.csv", "findings.csv"]);
        assert_eq!(fs::read_to_string(target.join("aging.csv")).unwrap(), "a\n");
    }

    #[test]
    fn a_large_file_is_whole_however_early_it_goes_to_the_disk() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("match.csv");
        let mut draft = file(&path, &[]).unwrap();
        let part = vec![b'x'; EarlySync::WORTH / 3];
        (0..10).for_each(|_| draft.write_all(&part).unwrap());
        assert!(draft.early.running.is_some() && draft.early.behind < 10 * part.len());
        commit([draft]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 10 * part.len() as u64);
    }

    #[test]
    fn without_commit_nothing_is_left_and_old_files_stay() {
        let home = tempfile::tempdir().unwrap();
        let new = home.path().join("a/b");
        let folder = Folder::open(&new, &[]).unwrap();
        let forgotten = draft(&folder, "aging.csv", "half");
        drop(folder);
        assert!(new.exists());
        drop(forgotten);
        assert!(names(home.path()).is_empty());

        fs::write(home.path().join("aging.csv"), "old").unwrap();
        let folder = Folder::open(home.path(), &[]).unwrap();
        drop(draft(&folder, "aging.csv", "half"));
        drop(folder);
        assert_eq!(names(home.path()), ["aging.csv"]);
        assert_eq!(fs::read_to_string(home.path().join("aging.csv")).unwrap(), "old");
    }

    #[test]
    fn a_second_run_into_the_folder_is_told_to_wait() {
        let home = tempfile::tempdir().unwrap();
        let first = Folder::open(home.path(), &[]).unwrap();
        let waiting = draft(&first, "aging.csv", "a");
        drop(first);
        assert!(matches!(Folder::open(home.path(), &[]), Err(OutputError::Busy { .. })));
        // A single file in the same folder is another place.
        drop(file(&home.path().join("letter.txt"), &[]).unwrap());
        drop(waiting);
        assert!(Folder::open(home.path(), &[]).is_ok());
        assert!(names(home.path()).is_empty());
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_away_by_the_next() {
        let home = tempfile::tempdir().unwrap();
        for name in [".recv.lock", ".recv-ab12cd.tmp", ".letter.txt.recv-ab12cd.tmp", "notes.tmp"] {
            fs::write(home.path().join(name), "").unwrap();
        }
        drop(Folder::open(home.path(), &[]).unwrap());
        assert_eq!(names(home.path()), [".letter.txt.recv-ab12cd.tmp", "notes.tmp"]);
    }

    #[test]
    fn an_input_is_never_overwritten() {
        let home = tempfile::tempdir().unwrap();
        let orders = home.path().join("orders.csv");
        fs::write(&orders, "order_no\n").unwrap();
        fs::create_dir(home.path().join("sub")).unwrap();
        let roundabout = home.path().join("sub/../orders.csv");
        let refused = file(&roundabout, std::slice::from_ref(&orders));
        assert!(matches!(refused, Err(OutputError::IsInput { .. })));
        let folder = Folder::open(home.path(), &[orders]).unwrap();
        assert!(matches!(folder.file("orders.csv"), Err(OutputError::IsInput { .. })));
        drop(folder);
        assert_eq!(names(home.path()), ["orders.csv", "sub"]);
    }

    #[test]
    fn what_is_no_file_is_not_replaced() {
        let home = tempfile::tempdir().unwrap();
        let taken = home.path().join("taken");
        fs::write(&taken, "").unwrap();
        assert!(matches!(Folder::open(&taken, &[]), Err(OutputError::Failed { .. })));
        assert!(matches!(Folder::open(&taken.join("in/it"), &[]), Err(OutputError::Failed { .. })));
        assert!(matches!(file(home.path(), &[]), Err(OutputError::Failed { .. })));
        assert!(matches!(file(Path::new("/"), &[]), Err(OutputError::Failed { .. })));
        assert_eq!(names(home.path()), ["taken"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_report_is_as_readable_as_the_one_it_replaces() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("report.json");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        fs::write(&path, "old").unwrap();
        let usual = mode();
        fs::remove_file(&path).unwrap();
        commit([file(&path, &[]).unwrap()]).unwrap();
        assert_eq!(mode(), usual);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        commit([file(&path, &[]).unwrap()]).unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_is_left_alone() {
        assert!(matches!(file(Path::new("/dev/null"), &[]), Err(OutputError::Failed { .. })));
    }

    #[test]
    fn errors_speak_both_languages() {
        let path = PathBuf::from("out/aging.csv");
        let failed = OutputError::Failed { path: path.clone(), source: ErrorKind::StorageFull.into() };
        assert_eq!(failed.to_string(), "out/aging.csv: cannot be written: the disk is full");
        assert_eq!(failed.text(Lang::Zh), "out/aging.csv：无法写入：磁盘已满");
        assert!(OutputError::Busy { path }.text(Lang::Zh).contains("正在此处写入"));
    }
}
