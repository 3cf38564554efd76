//! A seller's program with its key, and a system that receives messages.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::response::IntoResponse;
use axum::{Router, routing};
use clap::Parser;
use domain::cx::Cx;
use domain::seller;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, LOCATION};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use server::config::Config;
use server::webhook::Courier;
use tokio::sync::mpsc;

use crate::harness::{Answer, House, send};

pub const INDIA: &str = "NW-IN";
pub const BRITAIN: &str = "NW-GB";

/// A seller's program.
#[derive(Clone)]
pub struct Shop {
    router: Router,
    pub key: String,
}

impl House {
    /// A program of the seller with this code, and the secret of its messages if it has an address for them.
    pub async fn shop_with(&self, code: &str, webhook: Option<&str>) -> (Shop, Option<String>) {
        let made = seller::create_key(Cx::system(&self.world), code, webhook).await.unwrap();
        (Shop { router: self.browser().router, key: made.key }, made.webhook_secret)
    }

    pub async fn shop(&self, code: &str) -> Shop {
        self.shop_with(code, None).await.0
    }

    /// An order of one item that everything fits.
    pub fn order(&self, number: &str) -> Value {
        let yesterday = self.world.clock.now() - time::Duration::DAY;
        json!({
            "order_number": number,
            "channel": "online_store",
            "buyer": { "name": "Noor Haddad", "email": "noor@lakeside.example", "kind": "organization" },
            "ordered_at": yesterday.format(&time::format_description::well_known::Rfc3339).unwrap(),
            "country": "IN", "currency": "INR", "price": 499_900, "language": "en",
            "items": [{ "product": "NSOS", "kind": "commercial", "seats": { "desktop": 5 }, "term_days": 365 }],
        })
    }

    /// An order of one subscription for three computers, 30 days and 5 of grace.
    pub fn subscription(&self, number: &str) -> Value {
        let mut order = self.order(number);
        order["channel"] = json!("provider");
        order["items"] = json!([
            { "product": "NSOS", "kind": "subscription", "seats": { "desktop": 3 }, "term_days": 30, "grace_days": 5 },
        ]);
        order
    }
}

impl Shop {
    /// The same program with something else for a key.
    pub fn with_key(&self, key: &str) -> Self {
        Self { router: self.router.clone(), key: key.to_owned() }
    }

    pub async fn try_call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("x-forwarded-for", "198.51.100.7");
        if !self.key.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {}", self.key));
        }
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        send(&self.router, request.body(body).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: &Value, expected: u16) -> Value {
        let answer = self.try_call(Method::POST, path, Some(body)).await;
        assert_eq!(answer.status, expected, "POST {path}: {}", answer.text());
        assert_eq!(answer.headers["cache-control"], "no-store");
        answer.json()
    }

    pub async fn get(&self, path: &str, expected: u16) -> Value {
        let answer = self.try_call(Method::GET, path, None).await;
        assert_eq!(answer.status, expected, "GET {path}: {}", answer.text());
        answer.json()
    }

    /// Places an order and gives its first code.
    pub async fn sell(&self, order: &Value) -> String {
        let placed = self.post("/api/v1/orders", order, 201).await;
        placed["codes"][0]["code"].as_str().unwrap().to_owned()
    }
}

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    config: Config,
}

/// What takes messages to their receivers; those of the tests are inside.
pub fn courier(arguments: &[&str]) -> Courier {
    Courier::new(&Command::try_parse_from([&["latchkey"], arguments].concat()).unwrap().config)
}

/// A message as it came.
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A system of a seller on this machine: it answers with the given statuses in turn, then always with 204.
pub struct Receiver {
    pub url: String,
    pub received: mpsc::UnboundedReceiver<Received>,
}

impl Receiver {
    pub async fn start(statuses: &[u16]) -> Self {
        let statuses = Arc::new(Mutex::new(VecDeque::from(statuses.to_vec())));
        let (sender, received) = mpsc::unbounded_channel();
        let take = move |request: Request<Body>| {
            let (sender, statuses) = (sender.clone(), Arc::clone(&statuses));
            async move {
                let (parts, body) = request.into_parts();
                let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
                let status = statuses.lock().unwrap().pop_front().unwrap_or(204);
                // the test may have seen enough
                let _ = sender.send(Received { path: parts.uri.to_string(), headers: parts.headers, body });
                (StatusCode::from_u16(status).unwrap(), [(LOCATION, "/elsewhere")]).into_response()
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks?of=latchkey", listener.local_addr().unwrap());
        let router = Router::new().fallback(routing::post(take));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, received }
    }

    /// What has come so far.
    pub fn all(&mut self) -> Vec<Received> {
        std::iter::from_fn(|| self.received.try_recv().ok()).collect()
    }
}
