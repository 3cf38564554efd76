//! `latchkey rotate-keys`, as it is typed.

use std::process::Command;

use domain::PgPool;
use domain::cx::Cx;
use domain::ticket::store::keys;
use sqlx::ConnectOptions;

use crate::harness::House;

/// The key of the harness in base64.
const KEY: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_command_lets_the_key_sign_that_devices_know_already(db: PgPool) {
    let url = db.connect_options().to_url_lossy();
    let house = House::empty(db).await;
    let before = keys(&Cx::system(&house.world)).await.unwrap().keys;
    let data = std::env::temp_dir().join(format!("latchkey-rotate-{}", std::process::id()));
    let done = Command::new(env!("CARGO_BIN_EXE_latchkey"))
        .args(["rotate-keys", "--data"])
        .arg(&data)
        .env("DATABASE_URL", url.as_str())
        .env("LATCHKEY_KEY", KEY)
        .output()
        .unwrap();
    let _ = std::fs::remove_dir_all(&data);
    let said = String::from_utf8(done.stdout).unwrap();
    assert!(
        done.status.success() && said.starts_with("The next key signs"),
        "{said}{:?}",
        String::from_utf8(done.stderr)
    );
    let after = keys(&Cx::system(&house.world)).await.unwrap().keys;
    assert_eq!(after[..2], before[..]);
    assert_eq!(after.len(), 3);
    let signing: String =
        sqlx::query_scalar("select kid from ticket_key where signs_from is not null and retired_at is null")
            .fetch_one(&house.db)
            .await
            .unwrap();
    assert_eq!(signing, before[1].kid);
}
