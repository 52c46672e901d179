//! Deleting groups.

use kabuki_wire::ResponseError;
use kabuki_wire::messages::{DeleteGroupsRequest, DeleteGroupsResponse};

use super::GroupOutcomes;
use crate::client::Client;
use crate::coordinator::{CoordinatorApi, group_id};
use crate::error::{BrokerError, ClientError};

impl Client {
    /// Deletes groups without members, with their offsets; tells of each whether it was.
    ///
    /// A request that is repeated because the connection broke may find its own work done: GROUP_ID_NOT_FOUND.
    pub async fn delete_groups(
        &mut self,
        groups: &[&str],
    ) -> Result<GroupOutcomes<()>, ClientError> {
        let api = CoordinatorApi {
            version_max: i16::MAX,
            several_groups: 0,
            make: |groups: &[String], _| {
                let names = groups.iter().map(|group| group_id(group)).collect();
                DeleteGroupsRequest::default().with_groups_names(names)
            },
            answer: deleted,
        };
        self.ask_coordinators::<DeleteGroupsRequest, _, _, _>(groups, &api).await
    }
}

fn deleted(group: &str, response: &DeleteGroupsResponse) -> Result<(), BrokerError> {
    let found = response.results.iter().find(|result| result.group_id.as_str() == group);
    let found = found.ok_or(ResponseError::UnknownServerError)?;
    BrokerError::check(found.error_code, None)
}
