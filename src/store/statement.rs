//! Where dynamic SQL is made, and nowhere else: the rows of a multi-row statement, and the table of an object kind.
//! Values are always bound, never written into the text.

use intentd_sdk::record::ObjectKind;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

use super::arg::Arg;
use super::dialect::Dialect;

/// The most rows in one statement. Beyond some hundred nothing is gained (design notes: 200 is the best for SQLite).
const MAX_ROWS: usize = 256;
/// SQLite allows 32,766 bound values in a statement, PostgreSQL 65,535.
const MAX_VALUES: usize = 32_000;

/// The text of a statement. `{rows}` stands for `VALUES (…), (…)`; `$1`, `$2` … are the values beside the rows.
#[derive(Clone, Debug)]
pub(super) struct Sql(std::borrow::Cow<'static, str>);

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Sql {
        Sql(text.into())
    }
}

impl Sql {
    /// Fills in the table of an object kind: `{table}` and its key column `{key}`.
    pub(super) fn of_kind(template: &'static str, kind: ObjectKind) -> Sql {
        let (table, key) = match kind {
            ObjectKind::Contact => ("contact", "email_key"),
            ObjectKind::Company => ("company", "domain_key"),
            ObjectKind::Deal => ("deal", "deal_key"),
        };
        Sql(template.replace("{table}", table).replace("{key}", key).into())
    }

    /// Fills in one of our own fixed texts, for example a list of states.
    pub(super) fn with(template: &'static str, mark: &str, text: &'static str) -> Sql {
        Sql(template.replace(mark, text).into())
    }

    /// Fills in a further text.
    pub(super) fn and(self, mark: &str, text: &'static str) -> Sql {
        Sql(self.0.replace(mark, text).into())
    }

    /// The text, for the test that looks at query plans.
    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// A statement of a test.
    #[cfg(test)]
    pub(super) fn of_test(text: String) -> Sql {
        Sql(text.into())
    }

    /// The statement for sqlx.
    pub(super) fn safe(self) -> SqlStr {
        AssertSqlSafe(self.0).into_sql_str()
    }

    /// The statement with `count` rows of `width` values. The rows' values come first, then the values beside them.
    pub(super) fn with_rows(&self, dialect: Dialect, count: usize, width: usize) -> Sql {
        let mut rows = String::with_capacity(count * (width * 6 + 3) + 8);
        rows.push_str("VALUES ");
        for row in 0..count {
            rows.push_str(if row == 0 { "(" } else { ",(" });
            for column in 0..width {
                if column > 0 {
                    rows.push(',');
                }
                dialect.push_row_placeholder(&mut rows, row * width + column + 1);
            }
            rows.push(')');
        }
        let mut text = String::with_capacity(self.0.len() + rows.len());
        let mut rest: &str = &self.0;
        while let Some(place) = rest.find(['$', '{']) {
            text.push_str(&rest[..place]);
            rest = &rest[place..];
            if let Some(after) = rest.strip_prefix("{rows}") {
                text.push_str(&rows);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('$') {
                let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                let number: usize = after[..digits].parse().unwrap_or_default();
                text.push('$');
                text.push_str(&(count * width + number).to_string());
                rest = &after[digits..];
            } else {
                text.push('{');
                rest = &rest[1..];
            }
        }
        text.push_str(rest);
        Sql(text.into())
    }
}

/// Cuts rows into statements whose row counts are powers of two, so that few different texts are prepared and cached.
pub(super) fn cut<const N: usize>(rows: Vec<[Arg; N]>) -> Vec<Vec<[Arg; N]>> {
    let most = largest_chunk(N);
    let mut left = rows.len();
    let mut rows = rows.into_iter();
    let mut chunks = Vec::new();
    while left > 0 {
        let size = if left >= most { most } else { 1 << left.ilog2() };
        chunks.push(rows.by_ref().take(size).collect());
        left -= size;
    }
    chunks
}

/// Cuts rows that only select: the last chunk is filled up to a power of two by repeating its last row.
pub(super) fn cut_padded<const N: usize>(rows: Vec<[Arg; N]>) -> Vec<Vec<[Arg; N]>> {
    let most = largest_chunk(N);
    let mut rows = rows.into_iter();
    let mut chunks = Vec::new();
    loop {
        let mut chunk: Vec<[Arg; N]> = rows.by_ref().take(most).collect();
        let Some(last) = chunk.last().cloned() else { return chunks };
        chunk.resize(chunk.len().next_power_of_two(), last);
        chunks.push(chunk);
    }
}

fn largest_chunk(width: usize) -> usize {
    let fitting = (MAX_VALUES / width.max(1)).max(1);
    MAX_ROWS.min(1 << fitting.ilog2())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::arg::args;

    #[test]
    fn values_beside_the_rows_are_numbered_after_them() {
        let sql = Sql::from("WITH v(a, b) AS ({rows}) INSERT INTO t SELECT $1, a, b, $2 FROM v");
        assert_eq!(
            sql.with_rows(Dialect::Postgres, 2, 2).0,
            "WITH v(a, b) AS (VALUES ($1,$2),($3,$4)) INSERT INTO t SELECT $5, a, b, $6 FROM v"
        );
        assert_eq!(
            sql.with_rows(Dialect::Sqlite, 2, 2).0,
            "WITH v(a, b) AS (VALUES (?,?),(?,?)) INSERT INTO t SELECT $5, a, b, $6 FROM v"
        );
    }

    #[test]
    fn chunks_are_powers_of_two_and_lose_nothing() {
        let rows: Vec<[Arg; 1]> = (0..700_i64).map(|n| args![n]).collect();
        let sizes: Vec<usize> = cut(rows.clone()).iter().map(Vec::len).collect();
        assert_eq!(sizes, [256, 256, 128, 32, 16, 8, 4]);
        let sizes: Vec<usize> = cut_padded(rows).iter().map(Vec::len).collect();
        assert_eq!(sizes, [256, 256, 256]);
        assert!(cut_padded::<1>(Vec::new()).is_empty());
    }
}
