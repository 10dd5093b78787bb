//! Results: whole files or none, and text on standard output.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// An output file that appears under its name only when complete.
///
/// Rows go to a temporary file beside it, which is renamed at the end and removed if dropped earlier. A pipe or a
/// device is written directly.
#[derive(Debug)]
pub(super) struct ResultFile {
    path: PathBuf,
    /// The temporary file; `None` if `path` is a pipe or a device.
    partial: Option<PathBuf>,
    out: BufWriter<File>,
}

impl ResultFile {
    pub(super) fn create(path: &Path) -> Result<Self, Error> {
        let fail = |source| Error::Write {
            file: path.to_owned(),
            source,
        };
        // Of a symbolic link, the target is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let kind = fs::metadata(&target)
            .ok()
            .map(|metadata| metadata.file_type());
        if kind.is_some_and(|kind| kind.is_dir()) {
            return Err(fail(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if kind.is_some_and(|kind| !kind.is_file()) {
            let out = File::options().write(true).open(&target).map_err(fail)?;
            return Ok(Self {
                path: target,
                partial: None,
                out: BufWriter::new(out),
            });
        }
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.partial", std::process::id()));
        let partial = target.with_file_name(name);
        let out = File::create(&partial).map_err(fail)?;
        Ok(Self {
            path: target,
            partial: Some(partial),
            out: BufWriter::new(out),
        })
    }

    /// Writes with `write`; an error names the file.
    pub(super) fn write(
        &mut self,
        write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    ) -> Result<(), Error> {
        write(&mut self.out).map_err(|source| Error::Write {
            file: self.path.clone(),
            source,
        })
    }

    /// Gives the result its name.
    pub(super) fn complete(mut self) -> Result<(), Error> {
        Self::write(&mut self, Write::flush)?;
        let Some(partial) = self.partial.take() else {
            return Ok(());
        };
        fs::rename(&partial, &self.path).map_err(|source| {
            let _ = fs::remove_file(&partial);
            Error::Write {
                file: self.path.clone(),
                source,
            }
        })
    }
}

impl Write for ResultFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for ResultFile {
    fn drop(&mut self) {
        if let Some(partial) = &self.partial {
            let _ = fs::remove_file(partial);
        }
    }
}

/// Writes a complete file.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Error> {
    let mut file = ResultFile::create(path)?;
    file.write(|out| out.write_all(text.as_bytes()))?;
    file.complete()
}

/// Writes text to standard output; a reader that has gone away is no error.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(Error::Write {
            file: PathBuf::from("standard output"),
            source,
        }),
        _ => Ok(()),
    }
}

/// Writes a result as JSON to standard output.
pub(super) fn print_json(result: &impl serde::Serialize) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(result).map_err(|error| Error::Write {
        file: PathBuf::from("standard output"),
        source: error.into(),
    })?;
    print(&(text + "\n"))
}
