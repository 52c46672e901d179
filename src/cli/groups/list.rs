//! `kabuki groups list`.

use std::io::{BufWriter, Write};
use std::str::FromStr;

use clap::Args;
use kabuki_client::{GroupFilter, GroupListing, GroupState};
use serde::Serialize;

use super::selection::consumer_groups;
use super::table::{self, Column};
use crate::broker::BrokerArgs;
use crate::error::CliError;

/// List consumer groups
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct List {
    /// Show states; only groups in these states, where some are named, comma separated
    #[arg(long, value_name = "STATE,…")]
    state: Option<Option<String>>,
    /// Show types; only groups of these types, where some are named: classic, consumer
    #[arg(long = "type", value_name = "TYPE,…")]
    kind: Option<Option<String>>,
    /// A JSON object per group
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  kabuki groups list
  kabuki groups list --state --type
  kabuki groups list --state stable,preparingrebalance --type classic
  kabuki groups list --json

States: PreparingRebalance, CompletingRebalance, Stable, Dead, Empty, Assigning, Reconciling; case does not matter.";

/// The group's column is that much wider than its longest cell.
const GROUP_MARGIN: usize = 10;
const GROUP_WIDTH: usize = 15;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonListing<'a> {
    group: &'a str,
    r#type: &'static str,
    state: &'static str,
    protocol_type: &'a str,
}

impl List {
    pub(super) fn run(&self, broker: &BrokerArgs) -> Result<(), CliError> {
        let filter = GroupFilter {
            states: values(&self.state, "state", &GroupState::OF_CONSUMERS.map(GroupState::name))?,
            types: values(&self.kind, "type", &["Classic", "Consumer"])?,
        };
        let mut session = super::open(broker)?;
        let groups = session.wait(async |client| consumer_groups(client, &filter).await)?;
        let mut out = BufWriter::new(std::io::stdout().lock());
        if self.json {
            groups.iter().try_for_each(|group| write_json(group, &mut out))?;
        } else {
            self.print(&groups, &mut out)?;
        }
        Ok(out.flush()?)
    }

    /// Names only, unless more is asked for.
    fn print(&self, groups: &[GroupListing], out: &mut impl Write) -> Result<(), CliError> {
        let (with_type, with_state) = (self.kind.is_some(), self.state.is_some());
        if !with_type && !with_state {
            groups.iter().try_for_each(|group| writeln!(out, "{}", group.id))?;
            return Ok(());
        }
        let longest = groups.iter().map(|group| group.id.chars().count()).max().unwrap_or(0);
        let group_width = longest.max(GROUP_WIDTH) + GROUP_MARGIN;
        let mut columns = vec![Column::fixed("GROUP", group_width)];
        columns.extend(with_type.then_some(Column::fixed("TYPE", 20)));
        columns.extend(with_state.then_some(Column::fixed("STATE", 20)));
        let row = |group: &GroupListing| {
            let mut row = vec![group.id.clone()];
            row.extend(with_type.then(|| group.kind.to_string()));
            row.extend(with_state.then(|| group.state.to_string()));
            row
        };
        let rows: Vec<_> = groups.iter().map(row).collect();
        Ok(table::write(&columns, &rows, out)?)
    }
}

fn write_json(group: &GroupListing, out: &mut impl Write) -> std::io::Result<()> {
    let listing = JsonListing {
        group: &group.id,
        r#type: group.kind.name(),
        state: group.state.name(),
        protocol_type: &group.protocol_type,
    };
    serde_json::to_writer(&mut *out, &listing)?;
    writeln!(out)
}

/// Reads a list of names; none, where the flag stands alone.
fn values<T: FromStr>(
    given: &Option<Option<String>>,
    what: &str,
    valid: &[&str],
) -> Result<Vec<T>, CliError> {
    let text = given.as_ref().and_then(Option::as_deref).unwrap_or_default();
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    names
        .map(|name| {
            let is_valid = valid.iter().any(|valid| valid.eq_ignore_ascii_case(name));
            name.parse().ok().filter(|_| is_valid).ok_or_else(|| {
                let valid = valid.join(", ");
                CliError::Usage(format!("Invalid {what} list '{text}'. Valid {what}s are: {valid}"))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use kabuki_client::GroupType;

    use super::*;

    #[test]
    fn names_of_states_are_read_in_any_case() {
        let read = |text: &str| {
            let given = Some(Some(text.to_owned()));
            values::<GroupState>(&given, "state", &GroupState::OF_CONSUMERS.map(GroupState::name))
        };
        assert_eq!(read("stable, EMPTY").ok(), Some(vec![GroupState::Stable, GroupState::Empty]));
        assert!(matches!(read("foo"), Err(CliError::Usage(text)) if text.contains("'foo'")));
        assert_eq!(values::<GroupType>(&Some(None), "type", &[]).ok(), Some(vec![]));
    }

    #[test]
    fn lines_are_those_of_kafkas_tool() {
        let list = List { state: Some(None), kind: Some(None), json: false };
        let group = GroupListing {
            id: "new1".to_owned(),
            protocol_type: "consumer".to_owned(),
            state: GroupState::Stable,
            kind: GroupType::Consumer,
        };
        let mut out = vec![];
        list.print(&[group], &mut out).expect("memory takes everything");
        let expected = [
            "GROUP                     TYPE                 STATE               ",
            "new1                      Consumer             Stable              ",
            "",
        ];
        assert_eq!(String::from_utf8_lossy(&out), expected.join("\n"));
    }
}
