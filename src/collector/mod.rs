//! Visits of the admin's own web sites, because no vendor's public interface tells them of visitors whom it cannot name. A
//! listener of its own serves a small script (`GET /t.js`) and takes what the script sends (`POST /collect`); access logs of
//! web servers are read beside it. It knows nothing of the engine or of any console, so it cannot reach them.
//!
//! A visit is acknowledged after its transaction has committed and never before (I11). The visitor's address serves the limits
//! and one look-up of organisation and country; it is stored and logged nowhere (I12).

pub mod access_log;
mod day_key;
mod hit;
mod limits;
mod listener;
mod log_file;
#[cfg(test)]
#[path = "../../tests/it/mmdb_file.rs"]
mod mmdb_file;
mod networks;
mod refusal;
mod routes;
mod script;
mod writer;

use std::net::SocketAddr;
use std::sync::Arc;

use intentd_sdk::clock::Clock;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use self::day_key::DayKeys;
use self::limits::Limits;
use self::listener::Guarded;
pub use self::networks::{NetworkError, Networks};
use self::routes::Shared;
use self::writer::Writer;
use crate::config;
use crate::store::Store;

/// What the collector works with.
pub struct Settings {
    pub collector: config::Collector,
    pub visits: config::Visits,
    /// With which web sites sign the addresses of people they know.
    pub identify_secret: Option<SecretString>,
    pub networks: Arc<Networks>,
}

/// A collector that listens and does not serve yet.
pub struct Collector {
    listener: TcpListener,
    settings: Settings,
    store: Store,
    clock: Arc<dyn Clock>,
}

impl Collector {
    /// Takes the address.
    ///
    /// # Errors
    /// When the address cannot be had, for example because somebody else listens there.
    pub async fn bind(settings: Settings, store: Store, clock: Arc<dyn Clock>) -> std::io::Result<Collector> {
        let listener = TcpListener::bind(settings.collector.listen).await?;
        Ok(Collector { listener, settings, store, clock })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the operating system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until told to stop; what was taken until then is committed and answered.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, stopping: CancellationToken) -> std::io::Result<()> {
        let Collector { listener, settings, store, clock } = self;
        let (writer, written) = Writer::start(store.clone(), Arc::clone(&clock));
        let limits = Limits::new(
            settings.collector.per_address_per_minute,
            settings.collector.total_per_second,
            Arc::clone(&clock),
        );
        let shared = Shared {
            script: script::script(&settings.collector),
            day_keys: DayKeys::new(store),
            settings,
            limits,
            writer,
            clock: Arc::clone(&clock),
        };
        let service = routes::router(shared).into_make_service_with_connect_info::<listener::Peer>();
        let served = axum::serve(Guarded::new(listener, clock), service)
            .with_graceful_shutdown(stopping.cancelled_owned())
            .await;
        // The last sender went with the routes: the writer ends when it has written what is left.
        let _ = written.await;
        served
    }
}
