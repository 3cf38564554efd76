//! What is wrong with a statement: by its text, and by the plan that Postgres makes for it whatever its parameters are.

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::statements::Statement;

/// So many rows may be sorted.
const SORTED: u64 = 1000;

/// Something that a statement does and should not.
pub struct Finding {
    /// Where the statement stands.
    pub name: String,
    what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.what)
    }
}

/// Everything that is wrong with a statement.
pub async fn judge(db: &mut PgConnection, statement: &Statement, small: &[&str]) -> Vec<Finding> {
    let mut what = by_text(&statement.text);
    if let Some(plan) = plan(db, statement).await {
        walk(&plan[0]["Plan"], false, small, &mut what);
    }
    what.into_iter().map(|what| Finding { name: statement.name.clone(), what }).collect()
}

/// The plan that serves all parameters; nothing for what is not planned, as a lock.
async fn plan(db: &mut PgConnection, statement: &Statement) -> Option<Value> {
    if statement.text.trim_start().starts_with("lock table") {
        return None;
    }
    let prepare = format!("prepare judged as {}", statement.text);
    let prepared = sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *db).await;
    prepared.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    let nulls = vec!["null"; statement.parameters].join(", ");
    let nulls = if nulls.is_empty() { nulls } else { format!("({nulls})") };
    let explain = AssertSqlSafe(format!("explain (format json) execute judged{nulls}"));
    let row = sqlx::raw_sql(explain).fetch_one(&mut *db).await;
    let row = row.unwrap_or_else(|error| panic!("{}: {error}", statement.name));
    sqlx::raw_sql("deallocate judged").execute(db).await.unwrap();
    Some(row.try_get(0).unwrap())
}

/// The indexes that a statement is read along.
pub async fn indexes(db: &mut PgConnection, statement: &Statement) -> Vec<String> {
    let mut found = Vec::new();
    let mut nodes: Vec<Value> = plan(db, statement).await.map(|plan| plan[0]["Plan"].clone()).into_iter().collect();
    while let Some(node) = nodes.pop() {
        found.extend(node["Index Name"].as_str().map(str::to_owned));
        nodes.extend(node["Plans"].as_array().into_iter().flatten().cloned());
    }
    found
}

/// Skipping rows, and counting rows that no limit holds.
fn by_text(text: &str) -> Vec<String> {
    let text = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut what = Vec::new();
    if text.contains(" offset ") {
        what.push("skips rows".to_owned());
    }
    for (at, _) in text.match_indices("count(*)") {
        if !is_held(&text[at..]) {
            what.push(format!("counts without a limit: {}", text[at..].chars().take(60).collect::<String>()));
        }
    }
    what
}

/// Whether what is counted is a list of its own with a limit: `count(*) from (select … limit …)`.
fn is_held(text: &str) -> bool {
    let Some((_, list)) = text.split_once(" from ").filter(|(_, list)| list.starts_with('(')) else { return false };
    let mut depth = 0;
    let inside: String = list
        .chars()
        .take_while(|c| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth > 0
        })
        .collect();
    inside.contains(" limit ")
}

fn walk(node: &Value, limited: bool, small: &[&str], what: &mut Vec<String>) {
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    let kind = text("Node Type");
    let grows = !small.contains(&text("Relation Name"));
    if kind == "Seq Scan" && grows {
        what.push(format!("reads all of {} {}", text("Relation Name"), text("Filter")));
    }
    if kind.ends_with("Index Scan") && node["Index Cond"].is_null() && text("Filter").is_empty() && !limited && grows {
        what.push(format!("reads all of {} along {}", text("Relation Name"), text("Index Name")));
    }
    let below = node["Plans"].as_array().map(Vec::as_slice).unwrap_or_default();
    if kind == "Sort" {
        let rows = below.first().and_then(|sorted| sorted["Plan Rows"].as_u64()).unwrap_or_default();
        if rows > SORTED {
            what.push(format!("sorts {rows} rows by {}", node["Sort Key"]));
        }
    }
    for child in below {
        walk(child, limited || kind == "Limit", small, what);
    }
}
