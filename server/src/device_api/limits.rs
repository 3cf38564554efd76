//! How often programs may ask: so many requests a minute for each token, and for each network without one
//! (draft-ietf-httpapi-ratelimit-headers).
//!
//! Windows of fixed length rather than a crate's leaky buckets: all counts are thrown away together when the minute is
//! over and have a highest number, so that a flood of invented tokens or addresses takes no memory. Each node counts for
//! itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::cx::Cx;
use domain::id::RequestId;
use domain::seal::hashed;
use domain::seller;

use super::bearer::{Alive, bearer};
use super::problem::ProblemAnswer;

/// The length of a window.
const WINDOW: Duration = Duration::from_secs(60);
/// Requests of one device in a window.
pub const DEVICE: u32 = 120;
/// Requests of one seller in a window.
pub const SELLER: u32 = 1200;
/// Requests from one network in a window, of those whose token is missing or not known to be alive.
pub const NETWORK: u32 = 600;
/// The most tokens, and the most networks, that are counted apart; those beyond are counted together.
const MOST: usize = 50_000;

/// `RateLimit-Policy`: how many requests in how many seconds.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// `RateLimit`: how many of them remain, and for how many seconds.
pub const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// A token by its hash: memory holds no living token.
type TokenHash = [u8; 32];
type Network = Vec<u8>;

/// The counts of this node.
#[derive(Clone, Debug, Default)]
pub struct Limits(Arc<Mutex<Option<Window>>>);

#[derive(Debug)]
struct Window {
    began: Instant,
    /// Only tokens whose owner was found.
    tokens: HashMap<TokenHash, u32>,
    /// Those of the window before, which have not asked in this one.
    known: HashMap<TokenHash, u32>,
    networks: HashMap<Network, u32>,
}

/// Who asks, as far as it is counted.
struct Asker {
    token: Option<(TokenHash, u32)>,
    network: Network,
}

/// Where an asker stands after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    most: u32,
    remaining: u32,
    seconds: u64,
    allowed: bool,
}

/// The middleware: counts the request and says in the answer what remains.
pub async fn limit(State(limits): State<Limits>, mut request: Request, next: Next) -> Response {
    let Some((asker, number)) = asker(&request) else { return next.run(request).await };
    let standing = limits.take(&asker, Instant::now());
    if !standing.allowed {
        let mut response = ProblemAnswer::too_many(number, standing.seconds).into_response();
        standing.write(response.headers_mut());
        return response;
    }
    let alive = Alive::default();
    request.extensions_mut().insert(alive.clone());
    let mut response = next.run(request).await;
    let own = if alive.is_known() { limits.vouch(&asker, Instant::now()) } else { None };
    let standing = own.unwrap_or(standing);
    standing.write(response.headers_mut());
    response
}

fn asker(request: &Request) -> Option<(Asker, RequestId)> {
    let cx = request.extensions().get::<Cx>()?;
    let token = bearer(request.headers()).map(|token| {
        let most = if token.starts_with(seller::PREFIX) { SELLER } else { DEVICE };
        (hashed(token.as_bytes()), most)
    });
    Some((Asker { token, network: cx.network()? }, cx.request))
}

impl Limits {
    /// Counts a request of a living token for the token, any other one for its network.
    fn take(&self, asker: &Asker, now: Instant) -> Standing {
        self.within(now, |window, seconds| {
            let (used, most) = match asker.token {
                Some((token, most)) if window.is_alive(&token) => (window.tokens.entry(token).or_default(), most),
                _ => (counted(&mut window.networks, &asker.network), NETWORK),
            };
            let allowed = *used < most;
            *used += u32::from(allowed);
            Standing { most, remaining: most - *used, seconds, allowed }
        })
    }

    /// A token that was counted for its network turned out to be alive: from now on it has a count of its own.
    fn vouch(&self, asker: &Asker, now: Instant) -> Option<Standing> {
        let (token, most) = asker.token?;
        self.within(now, |window, seconds| {
            if window.is_alive(&token) || window.tokens.len() >= MOST {
                return None;
            }
            window.tokens.insert(token, 1);
            let shared = counted(&mut window.networks, &asker.network);
            *shared = shared.saturating_sub(1);
            Some(Standing { most, remaining: most - 1, seconds, allowed: true })
        })
    }

    fn within<T>(&self, now: Instant, count: impl FnOnce(&mut Window, u64) -> T) -> T {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = guard.get_or_insert_with(|| Window::begin(now, HashMap::new()));
        if now.saturating_duration_since(window.began) >= WINDOW {
            *window = Window::begin(now, std::mem::take(&mut window.tokens));
        }
        let left = WINDOW.saturating_sub(now.saturating_duration_since(window.began));
        count(window, left.as_millis().div_ceil(1000).max(1) as u64)
    }
}

impl Window {
    fn begin(began: Instant, known: HashMap<TokenHash, u32>) -> Self {
        Self { began, tokens: HashMap::new(), known, networks: HashMap::new() }
    }

    fn is_alive(&self, token: &TokenHash) -> bool {
        self.tokens.contains_key(token) || (self.tokens.len() < MOST && self.known.contains_key(token))
    }
}

/// The count of a network; when there are too many, one for all those that come later.
fn counted<'a>(networks: &'a mut HashMap<Network, u32>, network: &Network) -> &'a mut u32 {
    let own = networks.contains_key(network) || networks.len() < MOST;
    networks.entry(if own { network.clone() } else { Network::new() }).or_default()
}

impl Standing {
    fn write(self, headers: &mut HeaderMap) {
        let policy = format!("\"default\";q={};w={}", self.most, WINDOW.as_secs());
        let standing = format!("\"default\";r={};t={}", self.remaining, self.seconds);
        for (name, text) in [(POLICY, policy), (STANDING, standing)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
    }
}

impl ProblemAnswer {
    pub(super) fn too_many(request: RequestId, seconds: u64) -> Self {
        let detail = format!("Too many requests in one minute. Send this one again in {seconds} seconds.");
        Self::new(request, StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail)
            .retry_after(seconds.cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(token: Option<u8>, network: u8) -> Asker {
        Asker { token: token.map(|token| ([token; 32], DEVICE)), network: vec![network] }
    }

    fn allowed(limits: &Limits, asker: &Asker, now: Instant, times: u32) -> u32 {
        (0..times).map(|_| u32::from(limits.take(asker, now).allowed)).sum()
    }

    #[test]
    fn a_living_token_has_its_own_count_wherever_it_asks_from() {
        let (limits, now) = (Limits::default(), Instant::now());
        let device = asker(Some(1), 1);
        assert_eq!(limits.take(&device, now).most, NETWORK);
        assert_eq!(limits.vouch(&device, now).map(|standing| standing.remaining), Some(DEVICE - 1));
        assert_eq!(limits.vouch(&device, now), None);
        assert_eq!(allowed(&limits, &asker(Some(1), 2), now, 500), DEVICE - 1);
        assert_eq!(allowed(&limits, &asker(None, 1), now, 1000), NETWORK);
    }

    #[test]
    fn tokens_nobody_vouches_for_are_counted_together() {
        let (limits, now) = (Limits::default(), Instant::now());
        let sum: u32 = (0..=255).map(|token| allowed(&limits, &asker(Some(token), 1), now, 10)).sum();
        assert_eq!(sum, NETWORK);
        assert!(limits.take(&asker(None, 2), now).allowed);
    }

    #[test]
    fn a_minute_later_everything_counts_from_none() {
        let (limits, now) = (Limits::default(), Instant::now());
        let device = asker(Some(1), 1);
        limits.take(&device, now);
        limits.vouch(&device, now);
        allowed(&limits, &device, now, 500);
        let late = limits.take(&device, now + WINDOW - Duration::from_millis(1500));
        assert_eq!(late, Standing { most: DEVICE, remaining: 0, seconds: 2, allowed: false });
        let next = limits.take(&device, now + WINDOW);
        assert_eq!(next, Standing { most: DEVICE, remaining: DEVICE - 1, seconds: 60, allowed: true });
    }

    #[test]
    fn a_flood_of_networks_and_tokens_takes_no_more_memory() {
        let (limits, now) = (Limits::default(), Instant::now());
        for number in 0..(MOST as u32 + 1000) {
            let mut token = [0; 32];
            token[..4].copy_from_slice(&number.to_be_bytes());
            let asker = Asker { token: Some((token, DEVICE)), network: number.to_be_bytes().to_vec() };
            limits.take(&asker, now);
            limits.vouch(&asker, now);
        }
        let (tokens, networks) = limits.within(now, |window, _| (window.tokens.len(), window.networks.len()));
        assert_eq!((tokens, networks), (MOST, MOST + 1));
        assert!(!limits.take(&asker(None, 9), now).allowed, "those beyond have one count together");
    }
}
