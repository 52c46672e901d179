//! One connection of the floor: a request, its answer, the next request.

use std::rc::Rc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kabuki_wire::fetch_response::{FetchPartition, FetchResponse, FetchTopic, Part};
use kabuki_wire::frame::split_frame;
use kabuki_wire::messages::api_versions_response::ApiVersion;
use kabuki_wire::messages::create_topics_response::CreatableTopicResult;
use kabuki_wire::messages::offset_commit::{
    OffsetCommitResponse, OffsetCommitResponsePartition, OffsetCommitResponseTopic,
};
use kabuki_wire::messages::produce_response::{PartitionProduceResponse, TopicProduceResponse};
use kabuki_wire::messages::{
    ApiVersionsResponse, CreateTopicsRequest, CreateTopicsResponse, DeleteTopicsRequest,
    DeleteTopicsResponse, FetchRequest, OffsetCommitRequest, ProduceRequest, ProduceResponse,
};
use kabuki_wire::{
    ApiKey, Encodable, Message, RequestHeader, StrBytes, Uuid, decode_request, encode_response,
};
use rustix::fs::sendfile;
use rustix::net::{SendFlags, send};
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

use super::partitions::{FileSlice, Partitions};
use crate::error::{Error, Result};

/// What is served.
const APIS: [ApiKey; 6] = [
    ApiKey::ApiVersions,
    ApiKey::CreateTopics,
    ApiKey::DeleteTopics,
    ApiKey::Produce,
    ApiKey::Fetch,
    ApiKey::OffsetCommit,
];
/// Above every request of the load.
const FRAME_BYTES_MAX: usize = 64 << 20;
/// Room for one read.
const READ_BYTES: usize = 256 * 1024;
/// Given to everyone who asks for a fetch session: nothing is kept of it.
const SESSION: i32 = 1;

/// A client.
pub(crate) struct Connection {
    stream: TcpStream,
    partitions: Rc<Partitions>,
    buffer: BytesMut,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, partitions: Rc<Partitions>) -> Self {
        Self { stream, partitions, buffer: BytesMut::new() }
    }

    /// Answers until the client goes.
    pub(crate) async fn serve(mut self) -> Result<()> {
        self.stream.set_nodelay(true).map_err(Error::io("a connection"))?;
        while let Some(mut frame) = self.next_frame().await? {
            let header = RequestHeader::decode(&mut frame)?;
            self.answer(header, frame).await?;
        }
        Ok(())
    }

    async fn next_frame(&mut self) -> Result<Option<Bytes>> {
        loop {
            if let Some(frame) = split_frame(&mut self.buffer, FRAME_BYTES_MAX)? {
                return Ok(Some(frame));
            }
            self.buffer.reserve(READ_BYTES);
            let read = self.stream.read_buf(&mut self.buffer).await;
            if read.map_err(Error::io("reading a request"))? == 0 {
                return Ok(None);
            }
        }
    }

    async fn answer(&mut self, header: RequestHeader, mut body: Bytes) -> Result<()> {
        match header.api {
            ApiKey::ApiVersions => self.send(&header, &api_versions()).await,
            ApiKey::CreateTopics => {
                let request = decode_request(&mut body, header.version)?;
                self.send(&header, &create_topics(&request)).await
            }
            ApiKey::DeleteTopics => {
                let request = decode_request(&mut body, header.version)?;
                self.delete_topics(&request);
                self.send(&header, &DeleteTopicsResponse::default()).await
            }
            ApiKey::Produce => {
                let request = decode_request(&mut body, header.version)?;
                let response = self.produce(&request)?;
                self.send(&header, &response).await
            }
            ApiKey::Fetch => {
                let request = decode_request(&mut body, header.version)?;
                self.fetch(&header, &request).await
            }
            ApiKey::OffsetCommit => {
                let frame = body.clone();
                let request = decode_request(&mut body, header.version)?;
                let response = self.commit(&request, &frame)?;
                self.send(&header, &response).await
            }
            other => Err(Error::Failed(format!("the floor has no {}", other.name()))),
        }
    }

    async fn send<M: Encodable + Message>(
        &mut self,
        header: &RequestHeader,
        response: &M,
    ) -> Result<()> {
        let frame = encode_response(header.api, header.version, header.correlation_id, response)?;
        self.stream.write_all(&frame).await.map_err(Error::io("answering"))
    }

    fn delete_topics(&self, request: &DeleteTopicsRequest) {
        let names = request.topics.iter().filter_map(|topic| topic.name.as_ref());
        names.for_each(|name| self.partitions.remove(topic_id(name.as_str())));
    }

    fn produce(&self, request: &ProduceRequest) -> Result<ProduceResponse> {
        let mut response = ProduceResponse::default();
        for topic in &request.topic_data {
            let mut partitions = Vec::with_capacity(topic.partition_data.len());
            for data in &topic.partition_data {
                let batches = data.records.as_deref().unwrap_or_default();
                self.partitions.append(topic.topic_id, data.index, batches)?;
                partitions.push(PartitionProduceResponse::default().with_index(data.index));
            }
            let answered = TopicProduceResponse::default().with_topic_id(topic.topic_id);
            response.responses.push(answered.with_partition_responses(partitions));
        }
        Ok(response)
    }

    /// Offsets are bytes like others, of the first partition of their topic.
    fn commit(&self, request: &OffsetCommitRequest, frame: &[u8]) -> Result<OffsetCommitResponse> {
        let mut response = OffsetCommitResponse::default();
        for topic in &request.topics {
            self.partitions.append(topic.topic_id, 0, frame)?;
            let taken =
                |index| OffsetCommitResponsePartition::default().with_partition_index(index);
            let partitions = topic.partitions.iter().map(|it| taken(it.partition_index));
            response.topics.push(OffsetCommitResponseTopic {
                topic_id: topic.topic_id,
                partitions: partitions.collect(),
                ..Default::default()
            });
        }
        Ok(response)
    }

    /// Answers when there is something, or when the client has waited for as long as it wants to.
    async fn fetch(&mut self, header: &RequestHeader, request: &FetchRequest) -> Result<()> {
        let wait = Duration::from_millis(request.max_wait_ms.max(0) as u64);
        let deadline = Instant::now() + wait;
        let partitions = self.partitions.clone();
        let response = loop {
            // Made before looking, so that nothing that comes in between is missed.
            let grown = partitions.grown.notified();
            let (response, bytes) = self.read(request);
            if bytes > 0 || timeout_at(deadline, grown).await.is_err() {
                break response;
            }
        };
        let plan = response.plan(header.version, header.correlation_id)?;
        let last = plan.parts.len() - 1;
        for (number, part) in plan.parts.into_iter().enumerate() {
            match part {
                Part::Bytes(bytes) => self.send_bytes(&bytes, number < last).await?,
                Part::Records(slice) => self.send_file(slice).await?,
            }
        }
        Ok(())
    }

    fn read(&self, request: &FetchRequest) -> (FetchResponse<FileSlice>, usize) {
        let mut bytes = 0;
        let mut topics = vec![];
        for asked in &request.topics {
            let mut partitions = vec![];
            for asked_partition in &asked.partitions {
                let index = asked_partition.partition;
                let mut answer = FetchPartition { index, high_watermark: 0, ..Default::default() };
                if let Some(found) = self.partitions.find(asked.topic_id, index) {
                    let left = (request.max_bytes as usize).saturating_sub(bytes);
                    let bytes_max = left.min(asked_partition.partition_max_bytes as usize);
                    answer.high_watermark = found.end();
                    answer.records = (left > 0)
                        .then(|| found.slice(asked_partition.fetch_offset, bytes_max))
                        .flatten();
                    bytes += answer.records.as_ref().map_or(0, |slice| slice.length);
                }
                partitions.push(answer);
            }
            topics.push(FetchTopic { name: StrBytes::new(), id: asked.topic_id, partitions });
        }
        let session_id = if request.session_epoch < 0 { 0 } else { SESSION };
        let is_incremental = request.session_epoch > 0;
        if is_incremental && bytes == 0 {
            topics.clear();
        }
        let response = FetchResponse {
            throttle_time_ms: 0,
            error_code: 0,
            session_id,
            topics,
            node_endpoints: vec![],
        };
        (response, bytes)
    }

    async fn send_bytes(&self, mut bytes: &[u8], more_follows: bool) -> Result<()> {
        let flags = if more_follows { SendFlags::MORE } else { SendFlags::empty() };
        while !bytes.is_empty() {
            let sent =
                self.stream.async_io(Interest::WRITABLE, || Ok(send(&self.stream, bytes, flags)?));
            bytes = &bytes[sent.await.map_err(Error::io("answering"))?..];
        }
        Ok(())
    }

    async fn send_file(&self, slice: FileSlice) -> Result<()> {
        let (mut position, mut left) = (slice.position, slice.length);
        while left > 0 {
            let sent = self.stream.async_io(Interest::WRITABLE, || {
                Ok(sendfile(&self.stream, &slice.file, Some(&mut position), left)?)
            });
            match sent.await.map_err(Error::io("sending a file"))? {
                0 => return Err(Error::Failed("a file of the floor is short".to_owned())),
                sent => left -= sent,
            }
        }
        Ok(())
    }
}

fn api_versions() -> ApiVersionsResponse {
    let api = |api: &ApiKey| {
        let versions = api.versions();
        ApiVersion::default()
            .with_api_key(*api as i16)
            .with_min_version(versions.low)
            .with_max_version(versions.high)
    };
    ApiVersionsResponse::default().with_api_keys(APIS.iter().map(api).collect())
}

fn create_topics(request: &CreateTopicsRequest) -> CreateTopicsResponse {
    let created = request.topics.iter().map(|topic| {
        CreatableTopicResult::default()
            .with_name(topic.name.clone())
            .with_topic_id(topic_id(topic.name.as_str()))
    });
    CreateTopicsResponse::default().with_topics(created.collect())
}

/// The same for the same name.
fn topic_id(name: &str) -> Uuid {
    let mixed = |id: u128, byte: u8| id.wrapping_mul(0x100_0000_01b3).wrapping_add(byte.into());
    Uuid::from_u128(name.bytes().fold(1, mixed))
}
