//! Lines as Apache Kafka 4.3.1's tool prints them, but for ids.

use kabuki_client::{Broker, CommittedOffset, GroupState, GroupType};

use super::*;
use crate::groups::describe::lag::Reader;
use crate::groups::table;

fn printed(columns: &[Column], rows: &[Vec<String>]) -> Vec<String> {
    let mut out = vec![];
    table::write(columns, rows, &mut out).expect("memory takes everything");
    String::from_utf8_lossy(&out).lines().map(str::to_owned).collect()
}

fn assigned(partitions: &[i32]) -> Assignment {
    Assignment::from([("b".to_owned(), partitions.iter().copied().collect())])
}

fn group() -> GroupDescription {
    GroupDescription {
        id: "new1".to_owned(),
        kind: GroupType::Consumer,
        state: GroupState::Stable,
        coordinator: Some(Broker { id: 1, host: "127.0.0.1".to_owned(), port: 36539, rack: None }),
        assignor: "uniform".to_owned(),
        group_epoch: Some(2),
        target_epoch: Some(2),
        members: vec![GroupMember {
            id: "KTO4LEIJT7ii6Wt_fBdFaw".to_owned(),
            instance_id: Some("inst".to_owned()),
            client_id: "console-consumer".to_owned(),
            host: "/127.0.0.1".to_owned(),
            epoch: Some(2),
            assignment: assigned(&[0, 1]),
            target: Some(assigned(&[0, 1])),
            is_upgraded: Some(true),
        }],
    }
}

#[test]
fn partitions() {
    let read = Lag {
        topic: "b".to_owned(),
        partition: 0,
        committed: Some(CommittedOffset {
            offset: 90,
            leader_epoch: Some(0),
            metadata: String::new(),
        }),
        end: Some(100),
        reader: Some(Reader {
            id: "KTO4LEIJT7ii6Wt_fBdFaw".to_owned(),
            host: "/127.0.0.1".to_owned(),
            client_id: "console-consumer".to_owned(),
        }),
    };
    let unread = Lag { partition: 1, committed: None, reader: None, ..read.clone() };
    let rows = [lag(&group(), &read, true), lag(&group(), &unread, true)];
    let expected = [
        "GROUP           TOPIC           PARTITION  LEADER-EPOCH    CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID            HOST            CLIENT-ID",
        "new1            b               0          0               90              100             10              KTO4LEIJT7ii6Wt_fBdFaw /127.0.0.1      console-consumer",
        "new1            b               1          -               -               100             -               -                      -               -",
    ];
    assert_eq!(printed(&lag_columns(true), &rows), expected);
}

#[test]
fn members() {
    let shown = MemberRows::of(&group(), false);
    let expected = [
        "GROUP           CONSUMER-ID            GROUP-INSTANCE-ID HOST            CLIENT-ID        #PARTITIONS     ",
        "new1            KTO4LEIJT7ii6Wt_fBdFaw inst              /127.0.0.1      console-consumer 2               ",
    ];
    assert_eq!(printed(&shown.columns, &shown.rows), expected);
    let mut classic = group();
    classic.target_epoch = None;
    classic.members[0] = GroupMember {
        instance_id: None,
        epoch: None,
        target: None,
        is_upgraded: None,
        ..classic.members[0].clone()
    };
    let shown = MemberRows::of(&classic, true);
    let expected = [
        "GROUP           CONSUMER-ID            HOST            CLIENT-ID        #PARTITIONS     CURRENT-EPOCH   CURRENT-ASSIGNMENT   TARGET-EPOCH    TARGET-ASSIGNMENT   ",
        "new1            KTO4LEIJT7ii6Wt_fBdFaw /127.0.0.1      console-consumer 2               -               b:0,1                -               -                   ",
    ];
    assert_eq!(printed(&shown.columns, &shown.rows), expected);
}

#[test]
fn states() {
    let rows = [state(&group(), true)];
    let expected = [
        "GROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                GROUP-EPOCH     TARGET-ASSIGNMENT-EPOCH   #MEMBERS",
        "new1            127.0.0.1:36539  (1)      uniform              Stable               2               2                         1",
    ];
    assert_eq!(printed(&state_columns(true), &rows), expected);
}

#[test]
fn assignments_name_topics_and_partitions() {
    let mut both = assigned(&[0, 1]);
    both.insert("c".to_owned(), BTreeSet::from([7]));
    both.insert("d".to_owned(), BTreeSet::new());
    assert_eq!(assignment(Some(&both)), "b:0,1;c:7");
    assert_eq!((assignment(None), assignment(Some(&assigned(&[])))), ("-".into(), "-".into()));
}
