//! Contacts, companies and deals: backfill by id, incremental by time, reconcile by id and archive.

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{Departure, ExternalId, GoneRecord, Item, ObjectKind};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{Result, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Reading, Stream, associations, bounds, onward, place, window};
use crate::objects::by_id::{self, Depth, IdBounds, IdNext};
use crate::objects::by_time::{self, TimeBounds, TimeNext};
use crate::objects::record::{record, requested};
use crate::objects::{Reader, calls, type_of};
use crate::wire::Object;

/// A stream of one kind of object.
pub(super) struct ObjectStream {
    pub(super) kind: ObjectKind,
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) scopes: &'static [&'static str],
    /// Kinds whose associations are read along with each page.
    pub(super) associated: &'static [ObjectKind],
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "read", rename_all = "snake_case")]
enum Bounds {
    Ids(IdBounds),
    Times(TimeBounds),
    Archived,
}

/// Everything modified up to here has been read, as far as the search index had it.
#[derive(Serialize, Deserialize)]
struct Settled {
    settled_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct ArchivedState {
    after: String,
    listed: u64,
}

#[async_trait]
impl Stream for ObjectStream {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: self.name.into(),
            kind: StreamKind::Objects { kind: self.kind },
            title: self.title.to_owned(),
            scopes: self.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let now = reading.context.now;
        let before = checkpoint.and_then(Checkpoint::read::<Settled>);
        let start = before.as_ref().map_or(Timestamp::EPOCH, |before| Timestamp::from_ms(before.settled_ms));
        // What the index may not have shown yet stays unsettled: the next run reads it again.
        let settled = now.plus_ms(-reading.options.search_lag_ms).max(start);
        let everything = || {
            let bounds = IdBounds::all();
            window(bounds.key(), mode, &Bounds::Ids(bounds))
        };
        Ok(match mode {
            Mode::Backfill => PullPlan {
                mode,
                windows: vec![everything()],
                checkpoint: Checkpoint::of(&Settled { settled_ms: settled.as_ms() }),
            },
            Mode::Incremental => {
                let bounds = TimeBounds::new(start, now, settled);
                // When many records of the last minutes are known already (our own writes, mostly), the stretch will not be
                // one page, and what has settled is asked for by itself from the start.
                let mirror = reading.context.mirror;
                let many = mirror.count_modified(self.kind, settled, now).await? > by_time::ONE_PAGE;
                let parts = if many { bounds.parts() } else { vec![bounds] };
                PullPlan {
                    mode,
                    windows: parts.into_iter().map(|part| window(part.key(), mode, &Bounds::Times(part))).collect(),
                    checkpoint: Checkpoint::of(&Settled { settled_ms: settled.as_ms() }),
                }
            }
            Mode::Reconcile => PullPlan {
                mode,
                windows: vec![everything(), window("archived", mode, &Bounds::Archived)],
                // Reconciling reads no values, so the watermark stays where it is.
                checkpoint: checkpoint.cloned().unwrap_or_else(|| Checkpoint::of(&Settled { settled_ms: 0 })),
            },
        })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let properties = requested(self.kind, reading.context.selection);
        let reader = Reader {
            client: reading.client,
            permits: reading.context.permits,
            mirror: Some((reading.context.mirror, self.kind)),
            object: type_of(self.kind),
            properties: &properties,
        };
        if !window.ids.is_empty() {
            let ids: Vec<String> = window.ids.iter().map(|id| id.as_str().to_owned()).collect();
            let objects: Vec<Object> = reader.by_ids(&ids).await?.into_values().collect();
            let count = Count { expected: objects.len() as u64, basis: CountBasis::Listed };
            return Ok(Page { items: self.records(reading, &objects).await?, next: Next::Done(count) });
        }
        match bounds(window)? {
            Bounds::Ids(bounds) => self.read_ids(reading, &reader, window, &bounds, cursor).await,
            Bounds::Times(bounds) => {
                let (objects, next) = by_time::read(&reader, &bounds, place(window, cursor)?).await?;
                let next = match next {
                    TimeNext::More(state) => Next::More(Cursor::of(&state)),
                    TimeNext::Split(state, rest) => {
                        split(&state, vec![super::window(rest.key(), window.mode, &Bounds::Times(rest))])
                    }
                    TimeNext::Done(count) => Next::Done(count),
                };
                Ok(Page { items: self.records(reading, &objects).await?, next })
            }
            Bounds::Archived => self.read_archived(&reader, place(window, cursor)?).await,
        }
    }
}

impl ObjectStream {
    async fn read_ids(
        &self,
        reading: &Reading<'_>,
        reader: &Reader<'_>,
        window: &WindowSpec,
        bounds: &IdBounds,
        cursor: Option<&Cursor>,
    ) -> Result<Page> {
        let depth = if window.mode == Mode::Reconcile { Depth::Ids } else { Depth::Properties };
        let (objects, next) = by_id::read(reader, depth, bounds, place(window, cursor)?).await?;
        let items = match depth {
            Depth::Ids => objects.iter().map(|object| self.present(object)).collect(),
            Depth::Properties => self.records(reading, &objects).await?,
        };
        let next = match next {
            IdNext::More(state) => Next::More(Cursor::of(&state)),
            IdNext::Split(state, rest) => {
                let windows = rest.into_iter().map(|rest| super::window(rest.key(), window.mode, &Bounds::Ids(rest)));
                split(&state, windows.collect())
            }
            IdNext::Done(count) => Next::Done(count),
        };
        Ok(Page { items, next })
    }

    fn present(&self, object: &Object) -> Item {
        Item::Present { kind: self.kind, id: ExternalId::new(object.id.clone()) }
    }

    async fn records(&self, reading: &Reading<'_>, objects: &[Object]) -> Result<Vec<Item>> {
        let selection = reading.context.selection;
        let mut items: Vec<Item> =
            objects.iter().map(|object| Item::Object(record(self.kind, selection, object))).collect();
        let ids: Vec<ExternalId> = objects.iter().map(|object| ExternalId::new(object.id.clone())).collect();
        for to in self.associated {
            let sets = associations::sets(reading.client, reading.context.permits, self.kind, *to, &ids).await?;
            items.extend(sets.into_iter().map(Item::Associations));
        }
        Ok(items)
    }

    async fn read_archived(&self, reader: &Reader<'_>, state: Option<ArchivedState>) -> Result<Page> {
        let after = state.as_ref().map(|state| state.after.as_str());
        let page = reader.list_ids(after, calls::PAGE, true).await?;
        let listed = state.as_ref().map_or(0, |state| state.listed) + page.results.len() as u64;
        let next = match onward(page.after(), after)? {
            Some(after) => Next::More(Cursor::of(&ArchivedState { after: after.to_owned(), listed })),
            None => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
        };
        let gone = page.results.iter().map(|object| {
            Item::Gone(GoneRecord {
                kind: self.kind,
                id: ExternalId::new(object.id.clone()),
                departure: Departure::Archived,
                gone_at: object.archived(),
            })
        });
        Ok(Page { items: gone.collect(), next })
    }
}

fn split(state: &impl Serialize, windows: Vec<WindowSpec>) -> Next {
    Next::Split { cursor: Cursor::of(state), windows }
}
