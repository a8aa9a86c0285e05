//! What is kept of a person who was erased for privacy: hashes by which late facts about them are refused, and nothing that
//! could be read.

use intentd_sdk::record::{Actor, ConnectionName, ExternalId};
use sha2::{Digest, Sha256};

use super::fold_key;

/// The hash of a record at its vendor.
pub fn tombstone_of_record(connection: &ConnectionName, id: &ExternalId) -> String {
    hash(&format!("{connection}/{id}"))
}

/// The hash of an e-mail address, the same on every connection and in any case.
pub fn tombstone_of_address(address: &str) -> Option<String> {
    Some(hash(&format!("address/{}", fold_key(address)?)))
}

/// The hash under which an actor would have been erased; visitors are nobody yet.
pub fn tombstone_of_actor(connection: &ConnectionName, actor: &Actor) -> Option<String> {
    match actor {
        Actor::Contact(id) => Some(tombstone_of_record(connection, id)),
        Actor::Email(address) => tombstone_of_address(address),
        Actor::Visitor(_) => None,
    }
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_same_person_in_any_case_and_a_record_only_on_its_connection() {
        assert_eq!(tombstone_of_address(" Ada@Example.org"), tombstone_of_address("ada@example.org"));
        assert_eq!(tombstone_of_address("  "), None);
        let id = ExternalId::from("51");
        let hash = tombstone_of_record(&ConnectionName::from("a"), &id);
        assert_ne!(hash, tombstone_of_record(&ConnectionName::from("b"), &id));
        assert_eq!(tombstone_of_actor(&ConnectionName::from("a"), &Actor::Contact(id)), Some(hash));
    }
}
