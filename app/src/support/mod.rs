//! The realm of people in support: their own way in, the queue, and one request with everything to decide it.

pub mod api;
mod case;
mod queue;
mod review;
mod sign_in;

pub use case::DeskCase;
pub use queue::Queue;
pub use review::Review;
pub use sign_in::SignIn;
