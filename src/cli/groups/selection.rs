//! Which groups a command is about.

use clap::Args;
use kabuki_client::{Client, GroupFilter, GroupListing, GroupType};

use crate::error::CliError;

/// Groups by their ids, or all.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// The groups
    #[arg(value_name = "GROUP", conflicts_with = "all", required_unless_present_any = ["group_flag", "all"])]
    groups: Vec<String>,
    /// The same, as Kafka's tool takes it; may be repeated
    #[arg(long = "group", value_name = "GROUP", conflicts_with = "all")]
    group_flag: Vec<String>,
    /// All groups of consumers
    #[arg(long, alias = "all-groups")]
    all: bool,
}

impl Selection {
    /// The groups' ids, sorted, each once.
    pub(super) async fn ids(&self, client: &mut Client) -> Result<Vec<String>, CliError> {
        let mut ids: Vec<String> = match self.all {
            true => consumer_groups(client, &GroupFilter::default())
                .await?
                .into_iter()
                .map(|group| group.id)
                .collect(),
            false => self.groups.iter().chain(&self.group_flag).cloned().collect(),
        };
        ids.sort();
        ids.dedup();
        Ok(ids)
    }
}

/// The groups of consumers, classic or new: not those of Kafka Connect and the like, nor share or streams groups.
pub(super) async fn consumer_groups(
    client: &mut Client,
    filter: &GroupFilter,
) -> Result<Vec<GroupListing>, CliError> {
    let mut groups = client.list_groups(filter).await?;
    groups.retain(|group| {
        let is_kind = !matches!(group.kind, GroupType::Share | GroupType::Streams);
        is_kind && matches!(group.protocol_type.as_str(), "" | "consumer")
    });
    Ok(groups)
}
