// Written by tests/interop/generator from Apache Kafka's schemas. Change the generator, not this file.

use bytes::BytesMut;

use super::runtime::{check_no_bytes_left, read_frame, write_frame};
use super::*;

/// Any record of the metadata log.
#[derive(Debug, Clone, PartialEq)]
pub enum MetadataRecord {
    RegisterBroker(RegisterBrokerRecord),
    UnregisterBroker(UnregisterBrokerRecord),
    Topic(TopicRecord),
    Partition(PartitionRecord),
    Config(ConfigRecord),
    PartitionChange(PartitionChangeRecord),
    FenceBroker(FenceBrokerRecord),
    UnfenceBroker(UnfenceBrokerRecord),
    RemoveTopic(RemoveTopicRecord),
    DelegationToken(DelegationTokenRecord),
    UserScramCredential(UserScramCredentialRecord),
    FeatureLevel(FeatureLevelRecord),
    ClientQuota(ClientQuotaRecord),
    ProducerIds(ProducerIdsRecord),
    BrokerRegistrationChange(BrokerRegistrationChangeRecord),
    AccessControlEntry(AccessControlEntryRecord),
    RemoveAccessControlEntry(RemoveAccessControlEntryRecord),
    NoOp(NoOpRecord),
    ZkMigrationState(ZkMigrationStateRecord),
    RemoveUserScramCredential(RemoveUserScramCredentialRecord),
    BeginTransaction(BeginTransactionRecord),
    EndTransaction(EndTransactionRecord),
    AbortTransaction(AbortTransactionRecord),
    RemoveDelegationToken(RemoveDelegationTokenRecord),
    RegisterController(RegisterControllerRecord),
    ClearElr(ClearElrRecord),
}

impl From<RegisterBrokerRecord> for MetadataRecord {
    fn from(record: RegisterBrokerRecord) -> Self {
        Self::RegisterBroker(record)
    }
}

impl From<UnregisterBrokerRecord> for MetadataRecord {
    fn from(record: UnregisterBrokerRecord) -> Self {
        Self::UnregisterBroker(record)
    }
}

impl From<TopicRecord> for MetadataRecord {
    fn from(record: TopicRecord) -> Self {
        Self::Topic(record)
    }
}

impl From<PartitionRecord> for MetadataRecord {
    fn from(record: PartitionRecord) -> Self {
        Self::Partition(record)
    }
}

impl From<ConfigRecord> for MetadataRecord {
    fn from(record: ConfigRecord) -> Self {
        Self::Config(record)
    }
}

impl From<PartitionChangeRecord> for MetadataRecord {
    fn from(record: PartitionChangeRecord) -> Self {
        Self::PartitionChange(record)
    }
}

impl From<FenceBrokerRecord> for MetadataRecord {
    fn from(record: FenceBrokerRecord) -> Self {
        Self::FenceBroker(record)
    }
}

impl From<UnfenceBrokerRecord> for MetadataRecord {
    fn from(record: UnfenceBrokerRecord) -> Self {
        Self::UnfenceBroker(record)
    }
}

impl From<RemoveTopicRecord> for MetadataRecord {
    fn from(record: RemoveTopicRecord) -> Self {
        Self::RemoveTopic(record)
    }
}

impl From<DelegationTokenRecord> for MetadataRecord {
    fn from(record: DelegationTokenRecord) -> Self {
        Self::DelegationToken(record)
    }
}

impl From<UserScramCredentialRecord> for MetadataRecord {
    fn from(record: UserScramCredentialRecord) -> Self {
        Self::UserScramCredential(record)
    }
}

impl From<FeatureLevelRecord> for MetadataRecord {
    fn from(record: FeatureLevelRecord) -> Self {
        Self::FeatureLevel(record)
    }
}

impl From<ClientQuotaRecord> for MetadataRecord {
    fn from(record: ClientQuotaRecord) -> Self {
        Self::ClientQuota(record)
    }
}

impl From<ProducerIdsRecord> for MetadataRecord {
    fn from(record: ProducerIdsRecord) -> Self {
        Self::ProducerIds(record)
    }
}

impl From<BrokerRegistrationChangeRecord> for MetadataRecord {
    fn from(record: BrokerRegistrationChangeRecord) -> Self {
        Self::BrokerRegistrationChange(record)
    }
}

impl From<AccessControlEntryRecord> for MetadataRecord {
    fn from(record: AccessControlEntryRecord) -> Self {
        Self::AccessControlEntry(record)
    }
}

impl From<RemoveAccessControlEntryRecord> for MetadataRecord {
    fn from(record: RemoveAccessControlEntryRecord) -> Self {
        Self::RemoveAccessControlEntry(record)
    }
}

impl From<NoOpRecord> for MetadataRecord {
    fn from(record: NoOpRecord) -> Self {
        Self::NoOp(record)
    }
}

impl From<ZkMigrationStateRecord> for MetadataRecord {
    fn from(record: ZkMigrationStateRecord) -> Self {
        Self::ZkMigrationState(record)
    }
}

impl From<RemoveUserScramCredentialRecord> for MetadataRecord {
    fn from(record: RemoveUserScramCredentialRecord) -> Self {
        Self::RemoveUserScramCredential(record)
    }
}

impl From<BeginTransactionRecord> for MetadataRecord {
    fn from(record: BeginTransactionRecord) -> Self {
        Self::BeginTransaction(record)
    }
}

impl From<EndTransactionRecord> for MetadataRecord {
    fn from(record: EndTransactionRecord) -> Self {
        Self::EndTransaction(record)
    }
}

impl From<AbortTransactionRecord> for MetadataRecord {
    fn from(record: AbortTransactionRecord) -> Self {
        Self::AbortTransaction(record)
    }
}

impl From<RemoveDelegationTokenRecord> for MetadataRecord {
    fn from(record: RemoveDelegationTokenRecord) -> Self {
        Self::RemoveDelegationToken(record)
    }
}

impl From<RegisterControllerRecord> for MetadataRecord {
    fn from(record: RegisterControllerRecord) -> Self {
        Self::RegisterController(record)
    }
}

impl From<ClearElrRecord> for MetadataRecord {
    fn from(record: ClearElrRecord) -> Self {
        Self::ClearElr(record)
    }
}

impl MetadataRecord {
    /// The number that names the record's type in the log.
    pub fn api_key(&self) -> i16 {
        match self {
            Self::RegisterBroker(_) => RegisterBrokerRecord::API_KEY,
            Self::UnregisterBroker(_) => UnregisterBrokerRecord::API_KEY,
            Self::Topic(_) => TopicRecord::API_KEY,
            Self::Partition(_) => PartitionRecord::API_KEY,
            Self::Config(_) => ConfigRecord::API_KEY,
            Self::PartitionChange(_) => PartitionChangeRecord::API_KEY,
            Self::FenceBroker(_) => FenceBrokerRecord::API_KEY,
            Self::UnfenceBroker(_) => UnfenceBrokerRecord::API_KEY,
            Self::RemoveTopic(_) => RemoveTopicRecord::API_KEY,
            Self::DelegationToken(_) => DelegationTokenRecord::API_KEY,
            Self::UserScramCredential(_) => UserScramCredentialRecord::API_KEY,
            Self::FeatureLevel(_) => FeatureLevelRecord::API_KEY,
            Self::ClientQuota(_) => ClientQuotaRecord::API_KEY,
            Self::ProducerIds(_) => ProducerIdsRecord::API_KEY,
            Self::BrokerRegistrationChange(_) => BrokerRegistrationChangeRecord::API_KEY,
            Self::AccessControlEntry(_) => AccessControlEntryRecord::API_KEY,
            Self::RemoveAccessControlEntry(_) => RemoveAccessControlEntryRecord::API_KEY,
            Self::NoOp(_) => NoOpRecord::API_KEY,
            Self::ZkMigrationState(_) => ZkMigrationStateRecord::API_KEY,
            Self::RemoveUserScramCredential(_) => RemoveUserScramCredentialRecord::API_KEY,
            Self::BeginTransaction(_) => BeginTransactionRecord::API_KEY,
            Self::EndTransaction(_) => EndTransactionRecord::API_KEY,
            Self::AbortTransaction(_) => AbortTransactionRecord::API_KEY,
            Self::RemoveDelegationToken(_) => RemoveDelegationTokenRecord::API_KEY,
            Self::RegisterController(_) => RegisterControllerRecord::API_KEY,
            Self::ClearElr(_) => ClearElrRecord::API_KEY,
        }
    }

    /// The record's name in Kafka's schemas.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RegisterBroker(_) => "RegisterBrokerRecord",
            Self::UnregisterBroker(_) => "UnregisterBrokerRecord",
            Self::Topic(_) => "TopicRecord",
            Self::Partition(_) => "PartitionRecord",
            Self::Config(_) => "ConfigRecord",
            Self::PartitionChange(_) => "PartitionChangeRecord",
            Self::FenceBroker(_) => "FenceBrokerRecord",
            Self::UnfenceBroker(_) => "UnfenceBrokerRecord",
            Self::RemoveTopic(_) => "RemoveTopicRecord",
            Self::DelegationToken(_) => "DelegationTokenRecord",
            Self::UserScramCredential(_) => "UserScramCredentialRecord",
            Self::FeatureLevel(_) => "FeatureLevelRecord",
            Self::ClientQuota(_) => "ClientQuotaRecord",
            Self::ProducerIds(_) => "ProducerIdsRecord",
            Self::BrokerRegistrationChange(_) => "BrokerRegistrationChangeRecord",
            Self::AccessControlEntry(_) => "AccessControlEntryRecord",
            Self::RemoveAccessControlEntry(_) => "RemoveAccessControlEntryRecord",
            Self::NoOp(_) => "NoOpRecord",
            Self::ZkMigrationState(_) => "ZkMigrationStateRecord",
            Self::RemoveUserScramCredential(_) => "RemoveUserScramCredentialRecord",
            Self::BeginTransaction(_) => "BeginTransactionRecord",
            Self::EndTransaction(_) => "EndTransactionRecord",
            Self::AbortTransaction(_) => "AbortTransactionRecord",
            Self::RemoveDelegationToken(_) => "RemoveDelegationTokenRecord",
            Self::RegisterController(_) => "RegisterControllerRecord",
            Self::ClearElr(_) => "ClearElrRecord",
        }
    }

    /// The newest version of this record's schema. Which version may be written depends on the cluster's
    /// `metadata.version`.
    pub fn latest_version(&self) -> i16 {
        match self {
            Self::RegisterBroker(_) => *RegisterBrokerRecord::VERSIONS.end(),
            Self::UnregisterBroker(_) => *UnregisterBrokerRecord::VERSIONS.end(),
            Self::Topic(_) => *TopicRecord::VERSIONS.end(),
            Self::Partition(_) => *PartitionRecord::VERSIONS.end(),
            Self::Config(_) => *ConfigRecord::VERSIONS.end(),
            Self::PartitionChange(_) => *PartitionChangeRecord::VERSIONS.end(),
            Self::FenceBroker(_) => *FenceBrokerRecord::VERSIONS.end(),
            Self::UnfenceBroker(_) => *UnfenceBrokerRecord::VERSIONS.end(),
            Self::RemoveTopic(_) => *RemoveTopicRecord::VERSIONS.end(),
            Self::DelegationToken(_) => *DelegationTokenRecord::VERSIONS.end(),
            Self::UserScramCredential(_) => *UserScramCredentialRecord::VERSIONS.end(),
            Self::FeatureLevel(_) => *FeatureLevelRecord::VERSIONS.end(),
            Self::ClientQuota(_) => *ClientQuotaRecord::VERSIONS.end(),
            Self::ProducerIds(_) => *ProducerIdsRecord::VERSIONS.end(),
            Self::BrokerRegistrationChange(_) => *BrokerRegistrationChangeRecord::VERSIONS.end(),
            Self::AccessControlEntry(_) => *AccessControlEntryRecord::VERSIONS.end(),
            Self::RemoveAccessControlEntry(_) => *RemoveAccessControlEntryRecord::VERSIONS.end(),
            Self::NoOp(_) => *NoOpRecord::VERSIONS.end(),
            Self::ZkMigrationState(_) => *ZkMigrationStateRecord::VERSIONS.end(),
            Self::RemoveUserScramCredential(_) => *RemoveUserScramCredentialRecord::VERSIONS.end(),
            Self::BeginTransaction(_) => *BeginTransactionRecord::VERSIONS.end(),
            Self::EndTransaction(_) => *EndTransactionRecord::VERSIONS.end(),
            Self::AbortTransaction(_) => *AbortTransactionRecord::VERSIONS.end(),
            Self::RemoveDelegationToken(_) => *RemoveDelegationTokenRecord::VERSIONS.end(),
            Self::RegisterController(_) => *RegisterControllerRecord::VERSIONS.end(),
            Self::ClearElr(_) => *ClearElrRecord::VERSIONS.end(),
        }
    }

    /// Appends the fields alone, without the frame.
    pub fn encode(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        match self {
            Self::RegisterBroker(record) => record.encode(version, out),
            Self::UnregisterBroker(record) => record.encode(version, out),
            Self::Topic(record) => record.encode(version, out),
            Self::Partition(record) => record.encode(version, out),
            Self::Config(record) => record.encode(version, out),
            Self::PartitionChange(record) => record.encode(version, out),
            Self::FenceBroker(record) => record.encode(version, out),
            Self::UnfenceBroker(record) => record.encode(version, out),
            Self::RemoveTopic(record) => record.encode(version, out),
            Self::DelegationToken(record) => record.encode(version, out),
            Self::UserScramCredential(record) => record.encode(version, out),
            Self::FeatureLevel(record) => record.encode(version, out),
            Self::ClientQuota(record) => record.encode(version, out),
            Self::ProducerIds(record) => record.encode(version, out),
            Self::BrokerRegistrationChange(record) => record.encode(version, out),
            Self::AccessControlEntry(record) => record.encode(version, out),
            Self::RemoveAccessControlEntry(record) => record.encode(version, out),
            Self::NoOp(record) => record.encode(version, out),
            Self::ZkMigrationState(record) => record.encode(version, out),
            Self::RemoveUserScramCredential(record) => record.encode(version, out),
            Self::BeginTransaction(record) => record.encode(version, out),
            Self::EndTransaction(record) => record.encode(version, out),
            Self::AbortTransaction(record) => record.encode(version, out),
            Self::RemoveDelegationToken(record) => record.encode(version, out),
            Self::RegisterController(record) => record.encode(version, out),
            Self::ClearElr(record) => record.encode(version, out),
        }
    }

    /// Reads the fields alone, without the frame.
    pub fn decode(api_key: i16, version: i16, input: &mut &[u8]) -> Result<Self, DecodeError> {
        Ok(match api_key {
            RegisterBrokerRecord::API_KEY => RegisterBrokerRecord::decode(version, input)?.into(),
            UnregisterBrokerRecord::API_KEY => {
                UnregisterBrokerRecord::decode(version, input)?.into()
            }
            TopicRecord::API_KEY => TopicRecord::decode(version, input)?.into(),
            PartitionRecord::API_KEY => PartitionRecord::decode(version, input)?.into(),
            ConfigRecord::API_KEY => ConfigRecord::decode(version, input)?.into(),
            PartitionChangeRecord::API_KEY => PartitionChangeRecord::decode(version, input)?.into(),
            FenceBrokerRecord::API_KEY => FenceBrokerRecord::decode(version, input)?.into(),
            UnfenceBrokerRecord::API_KEY => UnfenceBrokerRecord::decode(version, input)?.into(),
            RemoveTopicRecord::API_KEY => RemoveTopicRecord::decode(version, input)?.into(),
            DelegationTokenRecord::API_KEY => DelegationTokenRecord::decode(version, input)?.into(),
            UserScramCredentialRecord::API_KEY => {
                UserScramCredentialRecord::decode(version, input)?.into()
            }
            FeatureLevelRecord::API_KEY => FeatureLevelRecord::decode(version, input)?.into(),
            ClientQuotaRecord::API_KEY => ClientQuotaRecord::decode(version, input)?.into(),
            ProducerIdsRecord::API_KEY => ProducerIdsRecord::decode(version, input)?.into(),
            BrokerRegistrationChangeRecord::API_KEY => {
                BrokerRegistrationChangeRecord::decode(version, input)?.into()
            }
            AccessControlEntryRecord::API_KEY => {
                AccessControlEntryRecord::decode(version, input)?.into()
            }
            RemoveAccessControlEntryRecord::API_KEY => {
                RemoveAccessControlEntryRecord::decode(version, input)?.into()
            }
            NoOpRecord::API_KEY => NoOpRecord::decode(version, input)?.into(),
            ZkMigrationStateRecord::API_KEY => {
                ZkMigrationStateRecord::decode(version, input)?.into()
            }
            RemoveUserScramCredentialRecord::API_KEY => {
                RemoveUserScramCredentialRecord::decode(version, input)?.into()
            }
            BeginTransactionRecord::API_KEY => {
                BeginTransactionRecord::decode(version, input)?.into()
            }
            EndTransactionRecord::API_KEY => EndTransactionRecord::decode(version, input)?.into(),
            AbortTransactionRecord::API_KEY => {
                AbortTransactionRecord::decode(version, input)?.into()
            }
            RemoveDelegationTokenRecord::API_KEY => {
                RemoveDelegationTokenRecord::decode(version, input)?.into()
            }
            RegisterControllerRecord::API_KEY => {
                RegisterControllerRecord::decode(version, input)?.into()
            }
            ClearElrRecord::API_KEY => ClearElrRecord::decode(version, input)?.into(),

            _ => return Err(DecodeError::UnknownRecordType(api_key)),
        })
    }

    /// Appends the value of a record of the metadata log: frame version, type and version as varints, then the fields.
    pub fn encode_framed(&self, version: i16, out: &mut BytesMut) -> Result<(), EncodeError> {
        write_frame(self.api_key(), version, out);
        self.encode(version, out)
    }

    /// Reads the value of a record of the metadata log, whole: the record and the version it was written in.
    /// Bytes after the last field are an error, as in Kafka.
    pub fn decode_framed(mut input: &[u8]) -> Result<(Self, i16), DecodeError> {
        let (api_key, version) = read_frame(&mut input)?;
        let record = Self::decode(api_key, version, &mut input)?;
        check_no_bytes_left(input)?;
        Ok((record, version))
    }
}
