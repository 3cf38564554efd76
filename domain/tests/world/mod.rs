//! A process's world around the database of a test, and the demo office in it.

use std::sync::Arc;

use domain::PgPool;
use domain::cx::{Clock, Cx, World};
use domain::demo;
use domain::seal::Seal;

pub async fn world(db: &PgPool) -> Arc<World> {
    let clock = Clock::start(db).await.expect("the database tells the time");
    Arc::new(World {
        rw: db.clone(),
        ro: db.clone(),
        seal: Seal::new(&[7; 32]),
        tickets: Default::default(),
        clock,
        origin: "http://latchkey.test".to_owned(),
    })
}

pub async fn demo_office(db: &PgPool) -> Cx {
    let cx = Cx::system(&world(db).await);
    demo::fill(&cx, "no password has this hash").await.expect("the demo is filled");
    cx
}
