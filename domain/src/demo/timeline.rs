//! Stories told side by side: of all that go on, the one whose next deed lies furthest back does it first. So whatever is
//! kept in sequence is in sequence of time as well.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use time::{Duration, OffsetDateTime};

use crate::Result;
use crate::actor::Actor;
use crate::cx::Cx;

/// Deeds that follow each other, each at its instant.
pub(super) type Story<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// The past of a demo, counted back from the instant at which it is filled.
#[derive(Clone)]
pub(super) struct Timeline {
    cx: Cx,
    /// The instant that the story which was just told waits for.
    waits: Arc<Mutex<Option<OffsetDateTime>>>,
}

impl Timeline {
    /// Back from the instant of `cx`, which is Latchkey's own.
    pub(super) fn of(cx: &Cx) -> Self {
        Self { cx: cx.clone(), waits: Arc::default() }
    }

    /// The demo's own circumstances, for what happens at no instant.
    pub(super) const fn cx(&self) -> &Cx {
        &self.cx
    }

    /// The circumstances of a deed of `actor` so long ago, once everything before it is done.
    pub(super) async fn at(&self, actor: &Actor, ago: Duration) -> Cx {
        let now = self.cx.now - ago;
        self.until(now).await;
        // what is not elsewhere on purpose is in the country of the store
        let has_home = matches!(actor, Actor::Stranger | Actor::Device { .. } | Actor::Person { .. });
        let home = has_home.then(|| "IN".parse().ok()).flatten();
        Cx { actor: actor.clone(), now, country: self.cx.country.or(home), ..self.cx.clone() }
    }

    /// Tells a story to its end.
    pub(super) async fn tell(&self, mut story: Story<'_>) -> Result<()> {
        poll_fn(|context| {
            loop {
                match story.as_mut().poll(context) {
                    // nothing else goes on that could come first
                    Poll::Pending if self.waiting().is_some() => {}
                    told => return told,
                }
            }
        })
        .await
    }

    /// Tells stories side by side, within the story that asks for it.
    pub(super) async fn side_by_side(&self, stories: Vec<Story<'_>>) -> Result<()> {
        let mut stories: Vec<_> = stories.into_iter().map(|story| (None, story)).collect();
        while let Some(first) = (0..stories.len()).min_by_key(|n| stories[*n].0) {
            if let Some(instant) = stories[first].0 {
                self.until(instant).await;
            }
            let next = poll_fn(|context| match stories[first].1.as_mut().poll(context) {
                Poll::Ready(told) => Poll::Ready(told.map(|()| None)),
                Poll::Pending => self.waiting().map_or(Poll::Pending, |instant| Poll::Ready(Ok(Some(instant)))),
            });
            match next.await? {
                Some(instant) => stories[first].0 = Some(instant),
                None => drop(stories.remove(first)),
            }
        }
        Ok(())
    }

    async fn until(&self, instant: OffsetDateTime) {
        let mut told = false;
        poll_fn(|_| {
            if std::mem::replace(&mut told, true) {
                return Poll::Ready(());
            }
            *self.waits.lock().unwrap_or_else(PoisonError::into_inner) = Some(instant);
            Poll::Pending
        })
        .await;
    }

    fn waiting(&self) -> Option<OffsetDateTime> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
