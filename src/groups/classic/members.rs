//! The members of a classic group.

use std::collections::btree_map::Values;
use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kabuki_coordination::Ticket;

use super::api::{DescribedMember, Protocol};

/// One member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: String,
    /// Its name, if it is static.
    pub group_instance_id: Option<String>,
    /// The client id it joined with.
    pub client_id: String,
    /// Where it joined from.
    pub client_host: String,
    /// How long it may take to join again.
    pub rebalance_timeout_ms: i32,
    /// After so long without a heartbeat it is gone.
    pub session_timeout_ms: i32,
    /// What it knows, what it likes best first. After a replay only the chosen one is left.
    pub protocols: Vec<Protocol>,
    /// What it works on.
    pub assignment: Bytes,
    /// Its JoinGroup that waits for the others.
    pub(crate) join_ticket: Option<Ticket>,
    /// Its SyncGroup that waits for the leader's.
    pub(crate) sync_ticket: Option<Ticket>,
    /// It joined for the first time and was not answered yet: it knows no id, so that nobody would miss it.
    pub(crate) is_new: bool,
}

impl Member {
    /// It is static (KIP-345).
    pub fn is_static(&self) -> bool {
        self.group_instance_id.is_some()
    }

    /// It waits for the others to join.
    pub fn is_awaiting_join(&self) -> bool {
        self.join_ticket.is_some()
    }

    /// What it said of itself under `protocol`.
    pub fn metadata(&self, protocol: Option<&str>) -> Option<&Bytes> {
        let protocol = protocol?;
        self.protocols.iter().find(|known| known.name == protocol).map(|known| &known.metadata)
    }

    /// No heartbeat is expected of it: it waits for an answer. A new member is not exempt, or else clients that give
    /// up and join anew would leave a dead member behind each time.
    pub(crate) fn has_satisfied_heartbeat(&self) -> bool {
        !self.is_new && (self.join_ticket.is_some() || self.sync_ticket.is_some())
    }

    /// The protocol that it likes best among `candidates`.
    pub(crate) fn vote<'a>(&'a self, candidates: &BTreeSet<&str>) -> Option<&'a str> {
        let names = self.protocols.iter().map(|protocol| protocol.name.as_str());
        names.into_iter().find(|name| candidates.contains(name))
    }

    pub(crate) fn describe(&self, protocol: Option<&str>) -> DescribedMember {
        DescribedMember {
            member_id: self.id.clone(),
            group_instance_id: self.group_instance_id.clone(),
            client_id: self.client_id.clone(),
            client_host: self.client_host.clone(),
            metadata: self.metadata(protocol).cloned().unwrap_or_default(),
            assignment: self.assignment.clone(),
        }
    }
}

/// Members by id, with what is counted over all of them: who is static, which protocols are known, who waits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Members {
    by_id: BTreeMap<String, Member>,
    static_ids: BTreeMap<String, String>,
    /// How many members know each protocol.
    supported: BTreeMap<String, usize>,
    awaiting_join: usize,
}

impl Members {
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Member> {
        self.by_id.get(id)
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// In the order of their ids.
    pub(crate) fn iter(&self) -> Values<'_, String, Member> {
        self.by_id.values()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.by_id.keys().cloned().collect()
    }

    /// The member that bears the name.
    pub(crate) fn static_id(&self, group_instance_id: &str) -> Option<&str> {
        self.static_ids.get(group_instance_id).map(String::as_str)
    }

    /// How many wait in JoinGroup.
    pub(crate) fn awaiting_join(&self) -> usize {
        self.awaiting_join
    }

    /// Every member knows the protocol. Without members each protocol is as good.
    pub(crate) fn all_support(&self, protocol: &str) -> bool {
        self.supported.get(protocol).copied().unwrap_or(0) == self.by_id.len()
    }

    /// The protocols that every member knows.
    pub(crate) fn candidates(&self) -> BTreeSet<&str> {
        let everybody = |entry: &(&String, &usize)| *entry.1 == self.by_id.len();
        self.supported.iter().filter(everybody).map(|(name, _)| name.as_str()).collect()
    }

    /// The longest rebalance timeout, 0 without members.
    pub(crate) fn rebalance_timeout_ms(&self) -> u64 {
        let longest = self.iter().map(|member| member.rebalance_timeout_ms).max().unwrap_or(0);
        u64::try_from(longest).unwrap_or(0)
    }

    /// Adds a member whose id and name nobody has.
    pub(crate) fn add(&mut self, member: Member) {
        debug_assert!(!self.by_id.contains_key(&member.id), "members have ids of their own");
        if let Some(name) = &member.group_instance_id {
            let before = self.static_ids.insert(name.clone(), member.id.clone());
            debug_assert_eq!(before, None, "static members have names of their own");
        }
        self.count_protocols(&member.protocols);
        self.awaiting_join += usize::from(member.is_awaiting_join());
        self.by_id.insert(member.id.clone(), member);
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Member> {
        let member = self.by_id.remove(id)?;
        self.discount_protocols(&member.protocols);
        self.awaiting_join -= usize::from(member.is_awaiting_join());
        if let Some(name) = &member.group_instance_id {
            self.static_ids.remove(name);
        }
        Some(member)
    }

    /// What a member says of itself when it joins again. Its earlier JoinGroup that waited, if there is one, comes back.
    pub(crate) fn update(
        &mut self,
        id: &str,
        protocols: Vec<Protocol>,
        rebalance_timeout_ms: i32,
        session_timeout_ms: i32,
        ticket: Ticket,
    ) -> Option<Ticket> {
        let member = self.by_id.get_mut(id)?;
        member.rebalance_timeout_ms = rebalance_timeout_ms;
        member.session_timeout_ms = session_timeout_ms;
        let before = member.join_ticket.replace(ticket);
        self.awaiting_join += usize::from(before.is_none());
        let known_before = std::mem::replace(&mut member.protocols, protocols.clone());
        self.discount_protocols(&known_before);
        self.count_protocols(&protocols);
        before
    }

    /// The JoinGroup that the member waits in: it is going to be answered.
    pub(crate) fn take_join_ticket(&mut self, id: &str) -> Option<Ticket> {
        let ticket = self.by_id.get_mut(id)?.join_ticket.take()?;
        self.awaiting_join -= 1;
        Some(ticket)
    }

    /// The SyncGroup that the member waits in: it is going to be answered.
    pub(crate) fn take_sync_ticket(&mut self, id: &str) -> Option<Ticket> {
        self.by_id.get_mut(id)?.sync_ticket.take()
    }

    /// The member waits in this SyncGroup. An earlier one comes back.
    pub(crate) fn await_sync(&mut self, id: &str, ticket: Ticket) -> Option<Ticket> {
        self.by_id.get_mut(id)?.sync_ticket.replace(ticket)
    }

    /// The member knows its id from now on.
    pub(crate) fn mark_known(&mut self, id: &str) {
        if let Some(member) = self.by_id.get_mut(id) {
            member.is_new = false;
        }
    }

    pub(crate) fn assign(&mut self, mut assignment: impl FnMut(&str) -> Bytes) {
        for member in self.by_id.values_mut() {
            member.assignment = assignment(&member.id);
        }
    }

    fn count_protocols(&mut self, protocols: &[Protocol]) {
        for name in distinct_names(protocols) {
            *self.supported.entry(name.to_owned()).or_default() += 1;
        }
    }

    fn discount_protocols(&mut self, protocols: &[Protocol]) {
        for name in distinct_names(protocols) {
            if let Some(count) = self.supported.get_mut(name) {
                *count -= 1;
                if *count == 0 {
                    self.supported.remove(name);
                }
            }
        }
    }
}

/// A member that lists a protocol twice still counts once.
fn distinct_names(protocols: &[Protocol]) -> BTreeSet<&str> {
    protocols.iter().map(|protocol| protocol.name.as_str()).collect()
}
