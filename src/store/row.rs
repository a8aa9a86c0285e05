//! A row on its way out of the database. Columns are read by position; the statement beside the reading names them.

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind, StreamName};
use serde::de::DeserializeOwned;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};

use super::error::{Result, StoreError};

/// A row of either database.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    fn get<'r, T>(&'r self, column: usize) -> Result<T>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Row::Sqlite(row) => row.try_get(column)?,
            Row::Postgres(row) => row.try_get(column)?,
        })
    }

    pub(super) fn int(&self, column: usize) -> Result<i64> {
        self.get(column)
    }

    pub(super) fn int_or_null(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)
    }

    pub(super) fn count(&self, column: usize) -> Result<u64> {
        u64::try_from(self.int(column)?).map_err(|_| StoreError::inconsistent("a count is negative"))
    }

    pub(super) fn flag(&self, column: usize) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub(super) fn text(&self, column: usize) -> Result<String> {
        self.get(column)
    }

    pub(super) fn text_or_null(&self, column: usize) -> Result<Option<String>> {
        self.get(column)
    }

    pub(super) fn bytes(&self, column: usize) -> Result<Vec<u8>> {
        self.get(column)
    }

    pub(super) fn instant(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp::from_ms)
    }

    pub(super) fn instant_or_null(&self, column: usize) -> Result<Option<Timestamp>> {
        Ok(self.int_or_null(column)?.map(Timestamp::from_ms))
    }

    pub(super) fn external_id(&self, column: usize) -> Result<ExternalId> {
        self.text(column).map(ExternalId::new)
    }

    pub(super) fn connection(&self, column: usize) -> Result<ConnectionName> {
        self.text(column).map(ConnectionName::new)
    }

    pub(super) fn stream(&self, column: usize) -> Result<StreamName> {
        self.text(column).map(StreamName::new)
    }

    pub(super) fn kind(&self, column: usize) -> Result<ObjectKind> {
        let word: &str = self.get(column)?;
        ObjectKind::from_word(word).ok_or_else(|| StoreError::inconsistent("unknown object kind"))
    }

    /// A number that was stored from a smaller type.
    pub(super) fn small<T: TryFrom<i64>>(&self, column: usize) -> Result<T> {
        T::try_from(self.int(column)?).map_err(|_| StoreError::inconsistent("a number is out of range"))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T> {
        let text: &str = self.get(column)?;
        Ok(serde_json::from_str(text)?)
    }

    pub(super) fn json_or_null<T: DeserializeOwned>(&self, column: usize) -> Result<Option<T>> {
        let text: Option<&str> = self.get(column)?;
        Ok(text.map(serde_json::from_str).transpose()?)
    }

    /// One of our own words, for example a state.
    pub(super) fn word<T>(&self, column: usize, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let word: &str = self.get(column)?;
        read(word).ok_or_else(|| StoreError::inconsistent("unknown word in a column"))
    }
}
