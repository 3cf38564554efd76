//! The realm of people in support: their own way in, the queue, and one request with everything to decide it.

pub mod api;
mod case;
mod feedback;
pub mod feedback_api;
mod lookup;
pub mod lookup_api;
mod queue;
mod record;
mod review;
mod sign_in;

pub use case::DeskCase;
pub use feedback::Feedback;
pub use lookup::LookUp;
pub use queue::Queue;
pub use record::{DeskCodePage, DeskCustomerPage, DeskDevicePage};
pub use review::Review;
pub use sign_in::SignIn;
