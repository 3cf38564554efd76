//! The server stands in as a socket that answers with given bytes.

use super::*;
use domain::device_api::Problem;
use std::io::{Read, Write};
use std::net::TcpListener;

/// Answers one request with the given bytes and gives back what was asked.
fn one_answer(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let mut asked = Vec::new();
        let _ = stream.read_to_end(&mut asked);
        let _ = stream.write_all(answer.as_bytes());
        String::from_utf8(asked).unwrap()
    });
    (address, asked)
}

#[test]
fn forms_are_percent_encoded() {
    let (address, asked) = one_answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    let fields = [("device_name", "Büro & Empfang=1"), ("grant_type", domain::device_api::DEVICE_GRANT)];
    Api::new(&address).form("/oauth/token", &fields).unwrap();
    let asked = asked.join().unwrap();
    assert!(asked.starts_with("POST /oauth/token HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("content-type: application/x-www-form-urlencoded"), "{asked}");
    let body = asked.split("\r\n\r\n").nth(1).unwrap().replace('+', "%20");
    assert_eq!(
        body,
        "device_name=B%C3%BCro%20%26%20Empfang%3D1&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
    );
}

#[test]
fn another_servers_answers_become_one_sentence() {
    for (answer, sentence) in [
        ("HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>", "not as an activation server does"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 60\r\nconnection: close\r\n\r\n{\"na", "broke off"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\n{\"na", "not as an activation server does"),
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "There is no activation server"),
        ("HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "another address"),
        ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx", "has a fault (status 502)"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "No connection to the activation server"),
    ] {
        let (address, asked) = one_answer(answer);
        let api = Api::new(&address).with_token(Secret::from("t0p-secret".to_owned()));
        let failure = api.get::<Problem>("/api/v1/device").unwrap_err();
        asked.join().unwrap();
        assert_eq!(failure.exit(), Exit::Server, "{answer}");
        assert!(failure.to_text().contains(sentence), "{answer}: {}", failure.to_text());
        assert!(!failure.to_text().contains("t0p-secret"));
    }
}

#[test]
fn a_server_that_is_down_is_e25() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let api = Api::new(&format!("http://{free}"));
    let failure = api.get::<Problem>("/api/v1/device").unwrap_err();
    assert_eq!(failure.exit(), Exit::Server);
    assert!(failure.to_text().starts_with(NO_CONNECTION), "{}", failure.to_text());
    assert_eq!(failure.to_json()["code"], "E25");
}

#[test]
fn an_address_is_a_scheme_and_a_host() {
    assert_eq!(server_address("https://a.example/latchkey/"), Ok("https://a.example/latchkey".to_owned()));
    for bad in ["a.example", "ftp://a.example", "http://me:pw@a.example", "http://a.example/?x=1", "", "http://"] {
        assert!(server_address(bad).is_err(), "{bad}");
    }
    assert!(is_loopback("http://127.0.0.1:3000") && is_loopback("http://[::1]:3") && is_loopback("http://localhost"));
    assert!(!is_loopback("http://localhost.example"));
}
/// Takes the given number of requests without answering any, then answers one; gives back all that was asked.
fn answer_after(losses: usize, answer: &'static str) -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for turn in 0..=losses {
            let (mut stream, _) = listener.accept().unwrap();
            let mut bytes = [0; 4096];
            let mut text = String::new();
            while !text.contains("\r\n\r\n") || !text.ends_with('}') {
                let read = stream.read(&mut bytes).unwrap();
                text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
            }
            asked.push(text);
            if turn == losses {
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
        asked
    });
    (address, asked)
}

fn key(request: &str) -> String {
    let line =
        request.lines().find_map(|line| line.to_lowercase().strip_prefix("idempotency-key: ").map(str::to_owned));
    line.unwrap()
}

const DONE: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";

#[test]
fn a_request_whose_answer_was_lost_is_sent_again_with_its_key() {
    let (address, asked) = answer_after(2, DONE);
    Api::new(&address).tell("/api/v1/uninstallation", &serde_json::json!({})).unwrap();
    let asked = asked.join().unwrap();
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|request| key(request) == key(&asked[0]) && uuid::Uuid::parse_str(&key(request)).is_ok()));
}

#[test]
fn two_requests_have_two_keys() {
    let asked = || {
        let (address, asked) = answer_after(0, DONE);
        Api::new(&address).tell("/api/v1/uninstallation", &serde_json::json!({})).unwrap();
        key(&asked.join().unwrap()[0])
    };
    assert_ne!(asked(), asked());
}

#[test]
fn a_request_is_not_sent_a_fourth_time() {
    let (address, asked) = answer_after(2, "");
    let failure = Api::new(&address).tell("/api/v1/uninstallation", &serde_json::json!({})).unwrap_err();
    assert_eq!(asked.join().unwrap().len(), 3);
    assert!(failure.is("E25"));
}
