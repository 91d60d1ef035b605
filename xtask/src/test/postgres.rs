//! A PostgreSQL server of the tests' own: made in a temporary folder, on a free port of this machine only, and gone with us
//! whichever way we end.
use crate::{place::Place, run, setup::postgres};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    hash::{BuildHasher, Hasher, RandomState},
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

/// The variable that tells the tests of it (tests/database).
pub const VARIABLE: &str = "ZHUCUN_TEST_DATABASE";
/// How long the server may take to come up.
const START: Duration = Duration::from_secs(60);
/// How often it is tried: somebody may take the port between looking and starting.
const TRIES: usize = 3;
/// What the server writes when it has come up.
const READY: &str = "ready to accept connections";

/// Watches the server as its parent until our end of the pipe is closed: by us, or because we are gone, killed or not.
const WATCH: &str = r#"
"$1/postgres" -D "$2/data" -c port="$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
    -c max_connections=300 -c fsync=off -c full_page_writes=off 2>&1 &
server=$!
exec >&-
read -r _
kill -QUIT "$server" 2>/dev/null
wait "$server"
rm -rf "$2"
"#;

/// A running server; stopped and deleted when dropped.
pub struct Cluster {
    watch: Child,
    /// Its end is what the watch waits for.
    pipe: Option<ChildStdin>,
    folder: PathBuf,
    url: String,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start(place: &Place) -> Result<Self> {
        let programs = postgres::programs(place)?;
        let user = User::fit()?;
        for _ in 1..TRIES {
            if let Ok(cluster) = Self::launch(place, &programs, user) {
                return Ok(cluster);
            }
        }
        Self::launch(place, &programs, user).context("PostgreSQL could not be started for the tests")
    }

    /// The address for the tests.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn launch(place: &Place, programs: &Path, user: Option<User>) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("zhucun-postgres-{}", std::process::id()));
        let password = random();
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let command = |program: &Path| {
            let mut command = place.command(&program.to_string_lossy());
            // The checkout may be out of the user's reach.
            command.current_dir(&folder);
            if let Some(User { id, group }) = user {
                command.uid(id).gid(group);
            }
            command
        };
        make_folder(&folder, &password, user)?;
        if let Err(error) = initialise(command(&programs.join("initdb")), &folder) {
            fs::remove_dir_all(&folder)?;
            return Err(error);
        }
        let mut watch = command(Path::new("sh"));
        watch.args(["-c", WATCH, "sh"]).arg(programs).arg(&folder).arg(port.to_string());
        // A group of its own: Ctrl-C ends us, and the closed pipe ends the server in good order.
        watch.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut watch = watch.spawn().context("could not start `sh`")?;
        let said = watch.stdout.take().context("standard output was piped")?;
        let url = format!("postgres://zhucun:{password}@127.0.0.1:{port}/postgres");
        let pipe = watch.stdin.take();
        let cluster = Self { watch, pipe, folder, url };
        wait_until_ready(said)?;
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.pipe.take());
        // It ends by the closed pipe; and what is gone already needs no ending.
        let _ = self.watch.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A user and its group.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl User {
    /// Whom to run the server as: PostgreSQL refuses to run as root.
    fn fit() -> Result<Option<Self>> {
        let number = |option: &str, user: &[&str]| -> Option<u32> {
            run::version(Command::new("id").arg(option).args(user))?.trim().parse().ok()
        };
        if number("-u", &[]) != Some(0) {
            return Ok(None);
        }
        let of = |user: &str| Some(Self { id: number("-u", &[user])?, group: number("-g", &[user])? });
        let user = of("postgres").or_else(|| of("nobody"));
        Ok(Some(user.context("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")?))
    }
}

/// The folder, of the user alone, with the password that `initdb` reads.
fn make_folder(folder: &Path, password: &str, user: Option<User>) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir(folder).with_context(|| format!("making {}", folder.display()))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    let file = folder.join("password");
    fs::write(&file, password)?;
    if let Some(User { id, group }) = user {
        chown(&file, Some(id), Some(group))?;
        chown(folder, Some(id), Some(group))?;
    }
    Ok(())
}

/// Makes the cluster. Its language is Chinese, by ICU: texts are in an order that is not that of their bytes, so that a
/// list whose order is left to the server shows. Nothing waits for the disk: it is deleted anyway.
fn initialise(mut initdb: Command, folder: &Path) -> Result<()> {
    initdb.arg("--pgdata").arg(folder.join("data")).arg("--pwfile").arg(folder.join("password"));
    initdb.args(["--username=zhucun", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"]);
    initdb.args(["--locale-provider=icu", "--icu-locale=zh", "--no-sync"]);
    run::read(&mut initdb).map(|_| ())
}

/// Reads what the server writes until it is ready, and lets it write on.
fn wait_until_ready(said: impl Read + Send + 'static) -> Result<()> {
    let (line, lines) = mpsc::channel();
    thread::spawn(move || {
        for text in BufReader::new(said).lines().map_while(Result::ok) {
            // Nobody listens any more once it is ready; the pipe is read on, else the server would stand still.
            let _ = line.send(text);
        }
    });
    let mut all = String::new();
    loop {
        match lines.recv_timeout(START) {
            Ok(text) if text.contains(READY) => return Ok(()),
            Ok(text) => all = all + "\n" + &text,
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("it ended:{all}"),
            Err(mpsc::RecvTimeoutError::Timeout) => bail!("it said nothing for {} s:{all}", START.as_secs()),
        }
    }
}

/// 128 bits as hex: a hasher's keys are random, and that is all that is wanted.
fn random() -> String {
    let number = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", number(), number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_ready_when_it_says_so() {
        let log = "LOG:  starting PostgreSQL\nLOG:  database system is ready to accept connections\nLOG:  more\n";
        wait_until_ready(log.as_bytes()).unwrap();
    }

    #[test]
    fn a_server_that_ends_is_told_with_its_last_words() {
        let log = "LOG:  starting\nFATAL:  could not create any TCP/IP sockets\n";
        let error = wait_until_ready(log.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("it ended:") && error.ends_with("could not create any TCP/IP sockets"), "{error}");
    }
}
