//! Records whose meaning belongs to parts that do not exist yet: kept, superseded as Kafka supersedes them, and
//! written to snapshots, so that nothing that a Kafka controller wrote is ever lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::generated::{ClientQuotaRecord, MetadataRecord, RegisterControllerRecord};

/// What a kept record is about: a later record about the same replaces it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Controller(i32),
    ClientQuota { entity: Vec<(String, Option<String>)>, key: String },
    AccessControlEntry(Uuid),
    ScramCredential { user: String, mechanism: i8 },
    DelegationToken(String),
    ZkMigration,
}

/// The records kept, in a fixed order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeptRecords {
    records: Arc<BTreeMap<About, MetadataRecord>>,
}

impl KeptRecords {
    /// Every record that is in force.
    pub fn iter(&self) -> impl Iterator<Item = &MetadataRecord> {
        self.records.values()
    }

    /// The registration of a controller.
    pub fn controller(&self, id: i32) -> Option<&RegisterControllerRecord> {
        match self.records.get(&About::Controller(id)) {
            Some(MetadataRecord::RegisterController(record)) => Some(record),
            _ => None,
        }
    }

    /// Takes a record in if it is one of the kept kinds; says whether it is.
    pub(super) fn keep(&mut self, record: &MetadataRecord) -> bool {
        let Some((about, removes)) = about(record) else { return false };
        let records = Arc::make_mut(&mut self.records);
        match removes {
            true => drop(records.remove(&about)),
            false => drop(records.insert(about, record.clone())),
        }
        true
    }
}

/// What the record is about, and whether it removes instead of setting.
fn about(record: &MetadataRecord) -> Option<(About, bool)> {
    let scram = |user: &String, mechanism| About::ScramCredential { user: user.clone(), mechanism };
    Some(match record {
        MetadataRecord::RegisterController(r) => (About::Controller(r.controller_id), false),
        MetadataRecord::ClientQuota(r) => (quota(r), r.remove),
        MetadataRecord::AccessControlEntry(r) => (About::AccessControlEntry(r.id), false),
        MetadataRecord::RemoveAccessControlEntry(r) => (About::AccessControlEntry(r.id), true),
        MetadataRecord::UserScramCredential(r) => (scram(&r.name, r.mechanism), false),
        MetadataRecord::RemoveUserScramCredential(r) => (scram(&r.name, r.mechanism), true),
        MetadataRecord::DelegationToken(r) => (About::DelegationToken(r.token_id.clone()), false),
        MetadataRecord::RemoveDelegationToken(r) => {
            (About::DelegationToken(r.token_id.clone()), true)
        }
        MetadataRecord::ZkMigrationState(_) => (About::ZkMigration, false),
        _ => return None,
    })
}

/// Kafka compares a quota's entity as a set of types and names.
fn quota(record: &ClientQuotaRecord) -> About {
    let mut entity: Vec<_> = record
        .entity
        .iter()
        .map(|part| (part.entity_type.clone(), part.entity_name.clone()))
        .collect();
    entity.sort();
    About::ClientQuota { entity, key: record.key.clone() }
}
