//! Another program, on a free port of this machine: it keeps what it is told, word for word, and answers what it is told to.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What came.
#[derive(Clone, Debug)]
pub struct Told {
    /// What was asked for, such as `/hook?key=1`.
    pub target: String,
    /// Its headers, by their names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body, byte by byte.
    pub body: Vec<u8>,
}

impl Told {
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body, read.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The program.
pub struct Receiver {
    address: SocketAddr,
    books: Arc<Mutex<Books>>,
}

#[derive(Default)]
struct Books {
    answers: VecDeque<String>,
    told: Vec<Told>,
}

impl Receiver {
    /// Starts one. It answers 204 to whatever nothing is said of.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let books = Arc::new(Mutex::new(Books::default()));
        let of_all = Arc::clone(&books);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let books = Arc::clone(&of_all);
                std::thread::spawn(move || speak(stream, &books));
            }
        });
        Self { address, books }
    }

    /// An address of it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it answers next: a status, and lines of a head if there are any.
    pub fn next(&self, status: u16, head: &str) {
        let answer = format!("HTTP/1.1 {status} Told\r\n{head}content-length: 4\r\n\r\nhum\n");
        self.books.lock().unwrap().answers.push_back(answer);
    }

    /// Hangs up on the next without a word.
    pub fn hang_up_next(&self) {
        self.books.lock().unwrap().answers.push_back(String::new());
    }

    /// Everything that came, in order.
    pub fn told(&self) -> Vec<Told> {
        self.books.lock().unwrap().told.clone()
    }
}

fn speak(stream: TcpStream, books: &Mutex<Books>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let mut told = Told {
        target: lines[0].split(' ').nth(1).unwrap_or_default().to_owned(),
        headers,
        body: Vec::new(),
    };
    let length = told.header("content-length").parse().unwrap_or(0);
    told.body = vec![0; length];
    reader.read_exact(&mut told.body).unwrap();
    let answer = {
        let mut books = books.lock().unwrap();
        books.told.push(told);
        books.answers.pop_front()
    };
    let answer = answer.unwrap_or_else(|| "HTTP/1.1 204 Taken\r\n\r\n".to_owned());
    let mut stream = stream;
    let _ = stream.write_all(answer.as_bytes());
}
