//! A static file server for the built page, on this machine's loopback address only.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Longest request line and headers read, in bytes.
const MAX_REQUEST: u64 = 64 << 10;
/// Most requests that are remembered.
const MAX_ASKED: usize = 4_096;
/// Longest wait for a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// Sent with every answer. `no-cache` because the files that carry no hash in their name change between builds.
const HEADERS: &str = "Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\
    Content-Security-Policy: frame-ancestors 'none'\r\nConnection: close\r\n";

/// Serves a folder until dropped.
#[derive(Debug)]
pub struct Server {
    port: u16,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    root: PathBuf,
    online: AtomicBool,
    closing: AtomicBool,
    /// What was asked so far, each with its headers.
    asked: Mutex<Vec<String>>,
}

impl Server {
    /// Serves `root` on 127.0.0.1 at `port`, or at any free port for 0.
    ///
    /// # Errors
    /// When the port is taken or `root` is not a folder.
    pub fn start(root: &Path, port: u16) -> io::Result<Self> {
        if !root.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotFound, format!("{} is not a folder", root.display())));
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            online: AtomicBool::new(true),
            closing: AtomicBool::new(false),
            asked: Mutex::default(),
        });
        let served = Arc::clone(&shared);
        let listening = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if served.closing.load(Ordering::SeqCst) {
                    break;
                }
                let served = Arc::clone(&served);
                // A client that goes away in the middle of an answer is its own affair.
                std::thread::spawn(move || drop(answer(stream, &served)));
            }
        });
        Ok(Self { port, shared, listening: Some(listening) })
    }

    /// The page's address, with its final slash.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Whether requests are answered; when not, connections are closed without a word, as if the network were gone.
    pub fn set_online(&self, online: bool) {
        self.shared.online.store(online, Ordering::SeqCst);
    }

    /// Everything that was asked of it, request lines with their headers: what a server gets to know of its readers.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().map(|asked| asked.clone()).unwrap_or_default()
    }

    /// Serves until the program is ended.
    pub fn wait(mut self) {
        if let Some(listening) = self.listening.take() {
            drop(listening.join());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is to close.
        drop(TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)));
        if let Some(listening) = self.listening.take() {
            drop(listening.join());
        }
    }
}

fn answer(mut stream: TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut request = BufReader::new(stream.try_clone()?.take(MAX_REQUEST));
    let mut line = String::new();
    request.read_line(&mut line)?;
    let mut whole = line.clone();
    loop {
        let mut header = String::new();
        if request.read_line(&mut header)? <= "\r\n".len() {
            break;
        }
        whole += &header;
    }
    if let Ok(mut asked) = shared.asked.lock()
        && asked.len() < MAX_ASKED
    {
        asked.push(whole);
    }
    // Asked here and not at the start: a browser opens connections before it has anything to ask.
    if !shared.online.load(Ordering::SeqCst) {
        return Ok(());
    }
    let mut words = line.split_ascii_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if !matches!(method, "GET" | "HEAD") {
        return refuse(&mut stream, "405 Method Not Allowed");
    }
    let Some(path) = file_of(&shared.root, target).filter(|path| path.is_file()) else {
        return refuse(&mut stream, "404 Not Found");
    };
    let body = std::fs::read(&path)?;
    let kind = content_type(&path);
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{HEADERS}\r\n", body.len())?;
    if method == "GET" { stream.write_all(&body) } else { Ok(()) }
}

fn refuse(stream: &mut TcpStream, status: &str) -> io::Result<()> {
    let length = status.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n{HEADERS}\r\n{status}")
}

/// The file a request's target names: none for a path that leaves the folder.
fn file_of(root: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let index = if path.is_empty() || path.ends_with('/') { "index.html" } else { "" };
    let path = PathBuf::from(format!("{path}{index}"));
    path.components().all(|part| matches!(part, Component::Normal(_))).then(|| root.join(path))
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("pdf") => "application/pdf",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(server: &Server, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port)).expect("connects");
        stream.write_all(format!("{request}\r\nHost: localhost\r\n\r\n").as_bytes()).expect("asks");
        let mut answer = String::new();
        // A server that is offline may reset the connection: that too is no answer.
        drop(stream.read_to_string(&mut answer));
        answer
    }

    #[test]
    fn serves_its_folder_and_nothing_beside_it() {
        let parent = std::env::temp_dir().join(format!("plimsoll-server-{}", std::process::id()));
        let root = parent.join("dist");
        std::fs::create_dir_all(root.join(".well-known")).expect("folder");
        std::fs::write(root.join("index.html"), "<p>page").expect("file");
        std::fs::write(root.join(".well-known/registry.json"), "{}").expect("file");
        std::fs::write(parent.join("secret"), "secret").expect("file");
        let server = Server::start(&root, 0).expect("starts");

        let page = ask(&server, "GET /?x=1 HTTP/1.1");
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("\r\n\r\n<p>page"), "{page}");
        assert!(page.contains("Content-Type: text/html") && page.contains("nosniff"), "{page}");
        assert!(ask(&server, "GET /.well-known/registry.json HTTP/1.1").contains("application/json"));
        assert!(ask(&server, "HEAD / HTTP/1.1").ends_with("\r\n\r\n"));
        assert!(
            server.asked().concat().contains("GET /?x=1 HTTP/1.1\r\nHost: localhost"),
            "it remembers what was asked"
        );
        for target in ["/../secret", "/.well-known/../../secret", "/missing", "/.well-known", "//etc/passwd", "secret"]
        {
            assert!(ask(&server, &format!("GET {target} HTTP/1.1")).starts_with("HTTP/1.1 404"), "{target}");
        }
        assert!(ask(&server, "POST / HTTP/1.1").starts_with("HTTP/1.1 405"));
        server.set_online(false);
        assert_eq!(ask(&server, "GET / HTTP/1.1"), "");
        drop(server);
        std::fs::remove_dir_all(&parent).expect("cleans up");
    }
}
