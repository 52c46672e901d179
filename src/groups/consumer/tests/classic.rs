//! Members of the classic protocol in a consumer group, as a log has them.

use super::world::*;
use crate::error::GroupError;
use crate::generated::consumer_group_member_metadata_value::ClassicMemberMetadata;
use crate::generated::{ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue};
use crate::records::GroupRecord;

#[test]
fn a_classic_member_is_kept_until_it_speaks_the_new_protocol() {
    let mut world = World::new();
    world.ask(&join("a", &["foo"]));
    let key =
        ConsumerGroupMemberMetadataKey { group_id: "g".to_owned(), member_id: "a".to_owned() };
    let classic = ClassicMemberMetadata { session_timeout_ms: 10_000, ..Default::default() };
    let value = ConsumerGroupMemberMetadataValue {
        instance_id: None,
        rack_id: None,
        subscribed_topic_names: vec!["foo".to_owned()],
        server_assignor: None,
        classic_member_metadata: Some(classic.clone()),
        ..Default::default()
    };
    let record = GroupRecord::ConsumerGroupMemberMetadata(key, Some(value));
    world.log.push(record.clone());
    world.group.apply(&record);
    assert_eq!(world.group.member("a").unwrap().classic, Some(classic));
    assert_eq!(world.group.describe(&world.settings, &world.topics).members[0].member_type, 0);
    let check = world.group.validate_commit("a", None, 1, false, 2).unwrap();
    assert_eq!(check.partition(FOO, 0), Err(GroupError::IllegalGeneration));
    assert_eq!(world.group.validate_fetch(Some("a"), 1), Err(GroupError::IllegalGeneration));
    world.check_replay();

    assert_eq!(world.ask(&join("a", &["foo"])).kinds(), ["member"]);
    assert!(!world.group.member("a").unwrap().is_classic());
}
