//! A chromedriver of one's own.

use crate::Outcome;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Counts the drivers of this process, for the names of their folders.
static STARTED: AtomicU32 = AtomicU32::new(0);

/// How often a driver is started before that is given up.
const STARTS: u32 = 5;

/// A running chromedriver, with a home folder of its own. Dropped, it ends with every browser that it started.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    port: u16,
    home: PathBuf,
}

impl Driver {
    /// Starts `$CHROMEDRIVER`, or the one on the path, at a free port of its choice. It wants the same port on both of the
    /// machine's addresses, and ends when another program has the one: it is then started again.
    ///
    /// # Errors
    /// When there is none, or it does not say its port.
    pub fn start() -> Outcome<Self> {
        for _ in 1..STARTS {
            if let Some(driver) = Self::try_start()? {
                return Ok(driver);
            }
        }
        Self::try_start()?.ok_or_else(|| format!("chromedriver ended {STARTS} times without saying its port").into())
    }

    /// The driver, unless it ends without saying its port.
    fn try_start() -> Outcome<Option<Self>> {
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let nth = STARTED.fetch_add(1, Ordering::SeqCst);
        let home = std::env::temp_dir().join(format!("plimsoll-e2e-{}-{nth}", std::process::id()));
        std::fs::create_dir_all(home.join("downloads"))?;
        let child = Command::new(&program)
            .arg("--port=0")
            .env("HOME", &home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let mut driver = Self { child, port: 0, home };
        let said = driver.child.stdout.take().ok_or("chromedriver's output is not piped")?;
        let mut lines = BufReader::new(said).lines();
        // "ChromeDriver was started successfully on port 41234."
        for line in lines.by_ref() {
            if let Some((_, port)) = line?.rsplit_once("started successfully on port ") {
                driver.port = port.trim_end_matches('.').parse()?;
                // Whatever else it says is read, so that it never waits for a reader.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Some(driver));
            }
        }
        Ok(None)
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where its browsers put what they download.
    pub fn downloads(&self) -> PathBuf {
        self.home.join("downloads")
    }

    /// Its home folder, which is deleted with it.
    pub fn home(&self) -> &Path {
        &self.home
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A killed chromedriver leaves its browsers running; asked to shut down, it ends them first.
        if let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let asked = stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            drop(asked.and_then(|()| stream.read_to_end(&mut Vec::new())));
        }
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(5) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.home));
    }
}
