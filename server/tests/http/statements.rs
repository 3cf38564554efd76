//! Counts what the database is asked.

use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

/// The statements of this thread, in which the whole test runs, while this lives.
pub struct Statements {
    texts: Arc<Mutex<Vec<String>>>,
    _guard: DefaultGuard,
}

impl Statements {
    pub fn counted() -> Self {
        let texts = Arc::default();
        let layer = Listen(Arc::clone(&texts)).with_filter(LevelFilter::from_level(Level::DEBUG));
        let guard = tracing::subscriber::set_default(registry().with(layer));
        Self { texts, _guard: guard }
    }

    pub fn count(&self) -> usize {
        self.texts.lock().unwrap().len()
    }

    pub fn texts(&self) -> Vec<String> {
        self.texts.lock().unwrap().clone()
    }
}

struct Listen(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Listen {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            let mut summary = Summary(String::new());
            event.record(&mut summary);
            self.0.lock().unwrap().push(summary.0);
        }
    }
}

struct Summary(String);

impl Visit for Summary {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "summary" {
            self.0 = format!("{value:?}");
        }
    }
}
