//! The conformance suite: stories that every connector must stand, told against its vendor's fake. A connector implements
//! [`Vendor`] for that fake in its tests and writes [`crate::conformance_suite!`]; each story starts with a new account.
//!
//! The suite knows no vendor. It holds what connectors promise the engine: certificates that are exact (I14), pages that can
//! be read again (I2), places that outlive the process (I1), a permit per call (I9), doubt that is called doubt (I11), and
//! errors that name nobody (I12).

mod acting;
mod following;
mod reading;
mod session;
mod stopping;
mod trouble;
mod vendor;
mod writing;

pub use acting::{
    an_effect_happens_once_to_each_record, an_effect_that_cannot_be_is_refused,
    an_effect_whose_answer_is_lost_is_never_repeated_unseen,
};
pub use following::{what_people_did_shows_in_the_next_run, who_left_is_found};
pub use reading::{
    a_reader_that_dies_after_every_page_loses_nothing, a_second_run_is_exact_and_brings_nobody_new,
    every_stream_is_read_to_its_end, named_records_are_read,
};
pub use stopping::{
    a_stop_between_two_calls_leaves_a_place_to_go_on_from, a_stop_during_a_push_tells_the_truth,
    a_stop_ends_a_pause_at_once,
};
pub use trouble::{
    a_spent_day_and_refused_credentials_end_a_read_at_once, a_vendor_that_keeps_failing_is_left_alone,
    trouble_once_changes_nothing_of_what_is_read,
};
pub use vendor::{Deed, Strikes, Trouble, Vendor};
pub use writing::{
    a_bad_record_takes_nobody_with_it, a_batch_is_written_once_and_found_again, a_limit_executes_nothing,
    a_lost_answer_is_unknown_and_settled_by_looking, a_wanted_property_is_made_once,
};

/// Makes a test of every story. The argument is an async function without parameters that opens a new account and gives a
/// [`Vendor`]; the caller needs `tokio` with its test macros.
#[macro_export]
macro_rules! conformance_suite {
    ($open:path) => {
        $crate::conformance_suite!(@stories $open,
            every_stream_is_read_to_its_end
            a_second_run_is_exact_and_brings_nobody_new
            a_reader_that_dies_after_every_page_loses_nothing
            named_records_are_read
            what_people_did_shows_in_the_next_run
            who_left_is_found
            trouble_once_changes_nothing_of_what_is_read
            a_spent_day_and_refused_credentials_end_a_read_at_once
            a_vendor_that_keeps_failing_is_left_alone
            a_stop_between_two_calls_leaves_a_place_to_go_on_from
            a_stop_during_a_push_tells_the_truth
            a_stop_ends_a_pause_at_once
            a_wanted_property_is_made_once
            a_batch_is_written_once_and_found_again
            a_bad_record_takes_nobody_with_it
            a_lost_answer_is_unknown_and_settled_by_looking
            a_limit_executes_nothing
            an_effect_happens_once_to_each_record
            an_effect_whose_answer_is_lost_is_never_repeated_unseen
            an_effect_that_cannot_be_is_refused
        );
    };
    (@stories $open:path, $($story:ident)*) => {
        $(
            #[tokio::test]
            async fn $story() {
                $crate::testkit::conformance::$story(&$open().await).await;
            }
        )*
    };
}
