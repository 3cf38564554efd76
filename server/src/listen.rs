//! The accept loop: as many connections as the settings say, cut when they send no head in time, drained at the end.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep};
use tower::Service;

/// A client has this long for the head of a request.
pub(crate) const HEAD: Duration = Duration::from_secs(5);
/// Requests in flight have this long to end when the process is told to.
pub(crate) const DRAIN: Duration = Duration::from_secs(10);

/// Serves `router` on `listener` until `stop` is done, then lets what is in flight end.
///
/// Every request carries the address of its peer as `ConnectInfo<SocketAddr>`.
pub async fn serve(listener: TcpListener, router: Router, max_connections: usize, stop: impl Future<Output = ()>) {
    let builder = Arc::new(builder());
    let places = Arc::new(Semaphore::new(max_connections.clamp(1, Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, peer) = listener.accept().await?;
            Ok::<_, io::Error>((place, stream, peer))
        };
        let (place, stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accepted => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file descriptors, most likely: it passes when connections end.
                    if !is_one_connections_trouble(&error) {
                        tracing::warn!(%error, "no connection could be accepted");
                        sleep(Duration::from_millis(100)).await;
                    }
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request)
        });
        let connection = builder.serve_connection(TokioIo::new(Beginning::of(stream)), service).into_owned();
        let watched = graceful.watch(connection);
        tokio::spawn(async move {
            metrics::gauge!("latchkey_http_connections").increment(1);
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            metrics::gauge!("latchkey_http_connections").decrement(1);
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time and were cut");
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_concurrent_streams(100)
        .max_header_list_size(16 * 1024);
    builder
}

fn is_one_connections_trouble(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(error.kind(), Kind::ConnectionRefused | Kind::ConnectionAborted | Kind::ConnectionReset)
}

/// What every HTTP/2 connection begins with; until a connection differs from it, its version is not known.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A connection that has to show its version of HTTP in time: hyper's own timer starts only afterwards.
struct Beginning {
    stream: TcpStream,
    patience: Option<Pin<Box<Sleep>>>,
    like_preface: usize,
}

impl Beginning {
    fn of(stream: TcpStream) -> Self {
        Self { stream, patience: Some(Box::pin(sleep(HEAD))), like_preface: 0 }
    }
}

impl AsyncRead for Beginning {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(patience) = &mut this.patience else { return Pin::new(&mut this.stream).poll_read(cx, buf) };
        let before = buf.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buf) {
            Poll::Pending => {
                ready!(patience.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Ready(read) => {
                let read_now = &buf.filled()[before..];
                let expected = &PREFACE[this.like_preface..];
                let shared = read_now.len().min(expected.len());
                if read_now[..shared] != expected[..shared] || shared == expected.len() {
                    this.patience = None;
                } else {
                    this.like_preface += shared;
                }
                Poll::Ready(read)
            }
        }
    }
}

impl AsyncWrite for Beginning {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The address of the peer, when the request came over a connection of ours.
#[must_use]
pub fn peer(extensions: &http::Extensions) -> Option<SocketAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;

    async fn started(max: usize) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }))
            .route("/slow", get(|| async { sleep(Duration::from_millis(300)).await }));
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            serve(listener, router, max, async {
                let _ = stopped.await;
            })
            .await;
        });
        (address, stop, task)
    }

    async fn answer(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn a_handler_sees_the_peer() {
        let (address, _stop, _task) = started(8).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        assert!(answer(&mut stream).await.ends_with("127.0.0.1"));
    }

    #[tokio::test]
    async fn a_connection_that_sends_no_head_is_cut() {
        let (address, _stop, _task) = started(8).await;
        for begun in [&b""[..], b"PRI * HTTP", b"GET / HTTP/1.1\r\nhost:"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begun).await.unwrap();
            let since = Instant::now();
            let _ = stream.read_to_end(&mut Vec::new()).await;
            assert!((4..9).contains(&since.elapsed().as_secs()), "{begun:?} was cut after {:?}", since.elapsed());
        }
    }

    #[tokio::test]
    async fn what_is_in_flight_ends_before_the_server_does() {
        let (address, stop, task) = started(8).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        sleep(Duration::from_millis(100)).await;
        stop.send(()).unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
        task.await.unwrap();
    }

    #[tokio::test]
    async fn connections_above_the_limit_wait_for_a_place() {
        let (address, _stop, _task) = started(1).await;
        let first = TcpStream::connect(address).await.unwrap();
        sleep(Duration::from_millis(50)).await;
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let early = tokio::time::timeout(Duration::from_millis(200), second.readable()).await;
        assert!(early.is_err(), "answered while the only place was taken");
        drop(first);
        assert!(answer(&mut second).await.ends_with("127.0.0.1"));
    }
}
