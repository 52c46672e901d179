//! Which groups there are.

use std::collections::BTreeMap;

use kabuki_wire::messages::list_groups_response::ListedGroup;
use kabuki_wire::messages::{ListGroupsRequest, ListGroupsResponse};
use kabuki_wire::{ApiKey, StrBytes};

use super::{GroupState, GroupType};
use crate::client::{Client, Target};
use crate::error::{BrokerError, ClientError};
use crate::retries::{Decisive, Retries};

/// From this version on ListGroups takes states (KIP-518).
const STATES: i16 = 4;
/// From this version on ListGroups takes types (KIP-848).
const TYPES: i16 = 5;

/// Which groups are wanted; all, where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupFilter {
    /// Only groups in one of these states; in any, if empty.
    pub states: Vec<GroupState>,
    /// Only groups of one of these types; of any, if empty.
    pub types: Vec<GroupType>,
}

/// A group, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupListing {
    /// Its id.
    pub id: String,
    /// What its members are: `consumer`, or for example `connect`; empty where only offsets were ever committed.
    pub protocol_type: String,
    /// What it is doing; unknown with brokers before Kafka 2.6.
    pub state: GroupState,
    /// The protocol of its members; unknown with brokers before Kafka 3.8.
    pub kind: GroupType,
}

impl Client {
    /// Lists the groups of all brokers, by their ids.
    ///
    /// # Errors
    /// A broker cannot be reached, or is too old for the filter.
    pub async fn list_groups(
        &mut self,
        filter: &GroupFilter,
    ) -> Result<Vec<GroupListing>, ClientError> {
        let mut retries = Retries::new(&self.config);
        loop {
            match self.list_groups_once(filter).await {
                Ok(groups) => return Ok(groups),
                Err(error) => retries.after(error).await?,
            }
        }
    }

    async fn list_groups_once(
        &mut self,
        filter: &GroupFilter,
    ) -> Result<Vec<GroupListing>, ClientError> {
        self.refresh().await?;
        let brokers: Vec<i32> = self.cluster().brokers.keys().copied().collect();
        // A group that moves meanwhile may be told of twice.
        let mut found = BTreeMap::new();
        let mut decisive = Decisive::default();
        for broker in brokers {
            match self.list_groups_of(broker, filter).await {
                Ok(groups) => {
                    found.extend(groups.into_iter().map(|group| (group.id.clone(), group)))
                }
                Err(error) => decisive.note(error),
            }
        }
        decisive.into_result()?;
        Ok(found.into_values().collect())
    }

    async fn list_groups_of(
        &mut self,
        broker: i32,
        filter: &GroupFilter,
    ) -> Result<Vec<GroupListing>, ClientError> {
        let connection = self.connection(Target::Broker(broker)).await?;
        let version = connection.version_of::<ListGroupsRequest>(i16::MAX)?;
        let lacks_states = version < STATES && !filter.states.is_empty();
        let lacks_types = version < TYPES && !filter.types.is_empty();
        if lacks_states || lacks_types {
            let address = connection.address().to_owned();
            return Err(ClientError::Unsupported { api: ApiKey::ListGroups, address });
        }
        let states = filter.states.iter().map(|state| StrBytes::from_static_str(state.name()));
        let types = filter.types.iter().map(|kind| StrBytes::from_static_str(kind.name()));
        let request = ListGroupsRequest::default()
            .with_states_filter(states.collect())
            .with_types_filter(types.collect());
        let response: ListGroupsResponse = self.ask(Target::Broker(broker), &request).await?;
        BrokerError::check(response.error_code, None)
            .map_err(|error| ClientError::broker(format!("groups of broker {broker}"), error))?;
        Ok(response.groups.iter().map(listing).collect())
    }
}

fn listing(group: &ListedGroup) -> GroupListing {
    GroupListing {
        id: group.group_id.to_string(),
        protocol_type: group.protocol_type.to_string(),
        state: GroupState::of_broker(&group.group_state),
        kind: GroupType::of_broker(&group.group_type),
    }
}
