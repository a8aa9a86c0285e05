//! A PostgreSQL server for one test run: a fresh cluster in a folder of its own, reachable only through a Unix socket in
//! that folder, gone when the value is dropped. PostgreSQL refuses to run as root, so root starts it as `postgres` or
//! `nobody`. Durability is off: a test database need not survive the machine.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// What the folders of servers are called, before the number of the process that made them.
const FOLDER: &str = "intentd-pg-";

/// The folder that holds `initdb` and `postgres`.
pub(crate) struct Programs {
    folder: PathBuf,
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    /// Ends it in order, so that it leaves no shared memory behind.
    stop: Command,
    folder: PathBuf,
    version: String,
}

/// Looks for PostgreSQL's programs on the path and where Debian keeps them; of several, the newest.
pub(crate) fn find() -> Option<Programs> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versioned: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versioned.sort();
    std::env::split_paths(&path)
        .chain(versioned.into_iter().rev().map(|(_, folder)| folder))
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .map(|folder| Programs { folder })
}

impl Server {
    /// Makes a cluster and starts it; returns when it takes connections.
    pub(crate) fn start(programs: &Programs) -> anyhow::Result<Server> {
        let temporary = std::env::temp_dir();
        sweep(&temporary);
        // Socket paths are limited to about a hundred bytes, so the folder is short.
        let folder = temporary.join(format!("{FOLDER}{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        match launch(programs, &folder) {
            Ok(server) => Ok(server),
            Err(error) => {
                // The folder is of no more use; that it may stay behind matters less than the error.
                let _ = std::fs::remove_dir_all(&folder);
                Err(error)
            }
        }
    }

    /// Where tests connect to. The user is named because the driver does not take the system user's name by itself.
    pub(crate) fn url(&self) -> String {
        let socket = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://intentd@localhost:5432/postgres?host={socket}")
    }

    /// For people, for example `postgres (PostgreSQL) 15.10`.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

impl Drop for Server {
    /// What fails here is not worth failing a test run for.
    fn drop(&mut self) {
        if !self.stop.status().is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Removes what runs that were killed left behind. A server that is still up ends by itself when its files are gone.
fn sweep(temporary: &Path) {
    for entry in std::fs::read_dir(temporary).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let maker = name.to_str().and_then(|name| name.strip_prefix(FOLDER)).and_then(|id| id.parse::<u32>().ok());
        if maker.is_some_and(|id| !Path::new("/proc").join(id.to_string()).exists()) {
            // Another user's folder cannot be removed, and need not be.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn launch(programs: &Programs, folder: &Path) -> anyhow::Result<Server> {
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    let account = if is_root()? { Some(unprivileged_account()?) } else { None };
    if let Some((uid, gid)) = account {
        chown(folder, Some(uid), Some(gid)).context("cannot give the folder to the database's account")?;
    }
    let command = |program: &str| {
        let mut command = Command::new(programs.folder.join(program));
        command.current_dir(folder).env("LC_ALL", "C").env("TZ", "UTC");
        if let Some((uid, gid)) = account {
            command.uid(uid).gid(gid);
        }
        command
    };
    let data = folder.join("data");
    let made = command("initdb")
        .args(["--no-sync", "--no-locale", "--encoding=UTF8", "--auth=trust", "--username=intentd", "--pgdata"])
        .arg(&data)
        .output()
        .context("cannot run initdb")?;
    if !made.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr).trim());
    }
    let version = command("postgres").arg("--version").output().context("cannot run postgres")?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    // A child of this process and in its group: an interrupt from the keyboard ends the server as well.
    let mut child = command("postgres")
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(folder)
        .args(["-c", "listen_addresses=", "-c", "max_connections=200", "-c", "fsync=off"])
        .args(["-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "logging_collector=off"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot run postgres")?;
    match wait_until_ready(&mut child) {
        Ok(()) => {
            let mut stop = command("pg_ctl");
            stop.args(["stop", "--silent", "--wait", "--mode=fast", "--pgdata"]).arg(&data);
            Ok(Server { child, stop, folder: folder.to_owned(), version })
        }
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(error)
        }
    }
}

/// Reads the server's log up to the line that says it takes connections; what follows is read and thrown away, so that the
/// server never waits for a reader.
fn wait_until_ready(child: &mut Child) -> anyhow::Result<()> {
    let mut log = BufReader::new(child.stderr.take().context("the server has no log")?);
    let mut seen = String::new();
    loop {
        let mut line = String::new();
        if log.read_line(&mut line).context("cannot read the server's log")? == 0 {
            bail!("postgres ended before it was ready: {}", seen.trim());
        }
        if line.contains("ready to accept connections") {
            break;
        }
        seen.push_str(&line);
    }
    std::thread::spawn(move || {
        let mut rest = [0; 4096];
        while matches!(log.read(&mut rest), Ok(1..)) {}
    });
    Ok(())
}

fn is_root() -> anyhow::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    // The owner of this process's own entry is its effective user.
    Ok(std::fs::metadata("/proc/self").context("cannot find out who runs this")?.uid() == 0)
}

/// User and group of an account that may run a server.
fn unprivileged_account() -> anyhow::Result<(u32, u32)> {
    let accounts = std::fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    ["postgres", "nobody"].into_iter().find_map(|name| account(&accounts, name)).context(
        "PostgreSQL does not run as root, and there is no account `postgres` or `nobody`; run the tests as another user",
    )
}

fn account(passwd: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> = passwd.lines().map(|line| line.split(':').collect()).find(|f: &Vec<&str>| f[0] == name)?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_their_whole_name() {
        let passwd = "root:x:0:0::/:/bin/sh\npostgres2:x:7:7::/:/bin/sh\npostgres:x:101:104:a:/var/lib:/bin/sh\n";
        assert_eq!(account(passwd, "postgres"), Some((101, 104)));
        assert_eq!(account(passwd, "nobody"), None);
    }
}
