//! The rival of `script/bench`: a bare axum handler that answers the licenses of one account as JSON, from the same SQL as
//! the page, with nothing around it.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use domain::actor::Actor;
use domain::cx::{Clock, Cx, World};
use domain::id::RequestId;
use domain::license::details::Licenses;
use domain::license::store::list;
use domain::seal::Seal;
use http::StatusCode;
use server::database::Addresses;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(listen), Some(email)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bare_rows ADDRESS EMAIL, with DATABASE_URL set".into());
    };
    let url = std::env::var("DATABASE_URL")?;
    let (db, _) = server::database::open(&Addresses { server: url.clone(), owner: url }).await?;
    let actor = domain::demo::person(&db, &email).await?;
    let clock = Clock::start(&db).await?;
    let world = World {
        rw: db.clone(),
        ro: db,
        seal: Seal::new(&[0; 32]),
        tickets: Default::default(),
        clock,
        origin: String::new(),
    };
    let router = Router::new().route("/", get(rows)).with_state((Arc::new(world), actor));
    axum::serve(tokio::net::TcpListener::bind(listen).await?, router).await?;
    Ok(())
}

async fn rows(State((world, actor)): State<(Arc<World>, Actor)>) -> Result<Json<Licenses>, StatusCode> {
    let cx = Cx::of(actor, RequestId::generate(), &world);
    list(cx).await.map(Json).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}
