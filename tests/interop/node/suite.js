// The KafkaJS suite: admin and produce. KafkaJS can consume only in groups, so kcat reads what was produced here.
const assert = require('node:assert')
const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { ConfigResourceTypes, Kafka, logLevel } = require('kafkajs')
const { Checks, refused, soon } = require('./checks')
const { CODECS, plugIn } = require('./codecs')
const { COUNT, PARTITIONS, commonSet, timestamp } = require('./records')

const WRITER = 'kafkajs'
const run = `${process.pid}-${Date.now() % 100_000}`
// Records with timestamps of 2023 would fall to the default retention of a week.
const KEEP = [{ name: 'retention.ms', value: '-1' }]

class Suite {
  constructor(bootstrap) {
    this.bootstrap = bootstrap
    this.kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 30, retries: 5 } })
    this.admin = this.kafka.admin()
    this.checks = new Checks()
  }

  unique(name) {
    return `node.${name}.${run}`
  }

  async create(topic, numPartitions = 1, configEntries = []) {
    await this.admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1, configEntries }] })
    await soon(async () => {
      const offsets = await this.admin.fetchTopicOffsets(topic)
      assert.strictEqual(offsets.length, numPartitions)
    })
    return topic
  }

  // The common records; compares the offsets that were acknowledged, which acks=0 does not tell.
  async produce(topic, compression, acks, idempotent) {
    const producer = this.kafka.producer({ idempotent, allowAutoTopicCreation: false, maxInFlightRequests: idempotent ? 5 : 1 })
    await producer.connect()
    try {
      const acknowledged = await producer.send({ topic, acks, compression, messages: commonSet(WRITER) })
      if (acks !== 0) {
        const offsets = acknowledged.map((a) => [a.partition, a.baseOffset, a.errorCode]).sort()
        assert.deepStrictEqual(offsets, [[0, '0', 0], [1, '0', 0]])
      }
    } finally {
      await producer.disconnect()
    }
  }

  async checkAll() {
    await this.checkTopics()
    await this.checkConfigs()
    await this.checkBroker()
    const produced = await this.checkProduce()
    this.readWithKcat(produced)
  }

  async checkTopics() {
    const { checks } = this
    await checks.check('describe cluster', async () => {
      const cluster = await this.admin.describeCluster()
      assert.deepStrictEqual(cluster.brokers.map((b) => `${b.host}:${b.port}`), [this.bootstrap])
      assert.strictEqual(cluster.clusterId.length, 22)
    })
    await checks.check('create and describe a topic', () => this.createAndDescribe())
    await checks.check('create, list, delete', () => this.createListDelete())
    await checks.check('create: refusals', () => this.refusals())
    await checks.check('grow partitions', () => this.grow())
    await checks.check('unknown topics', async () => {
      const topic = this.unique('unknown')
      await refused('UNKNOWN_TOPIC_OR_PARTITION', () => this.admin.deleteTopics({ topics: [topic] }))
      await refused('UNKNOWN_TOPIC_OR_PARTITION', () => this.admin.fetchTopicOffsets(topic))
    })
  }

  async createAndDescribe() {
    const topic = await this.create(this.unique('described'), 3)
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] })
    assert.deepStrictEqual(topics[0].partitions.map((p) => p.partitionId).sort(), [0, 1, 2])
    for (const partition of topics[0].partitions) {
      assert.deepStrictEqual(partition.replicas, [partition.leader])
      assert.deepStrictEqual(partition.isr, [partition.leader])
    }
    const again = await this.admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 1 }] })
    assert.strictEqual(again, false, 'making it again tells that it exists')
  }

  async createListDelete() {
    const topic = await this.create(this.unique('listed'))
    assert.ok((await this.admin.listTopics()).includes(topic))
    await this.admin.deleteTopics({ topics: [topic] })
    await soon(async () => assert.ok(!(await this.admin.listTopics()).includes(topic)))
  }

  async refusals() {
    const refuse = (type, topic, numPartitions, replicationFactor, configEntries = []) => refused(type, () =>
      this.admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor, configEntries }] }))
    await refuse('INVALID_TOPIC_EXCEPTION', 'not/allowed', 1, 1)
    await refuse('INVALID_PARTITIONS', this.unique('zero'), 0, 1)
    await refuse('INVALID_REPLICATION_FACTOR', this.unique('three'), 1, 3)
    await refuse('INVALID_CONFIG', this.unique('config'), 1, 1, [{ name: 'retention.ms', value: 'abc' }])
  }

  async grow() {
    const topic = await this.create(this.unique('grows'), 2)
    await this.admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })
    await soon(async () => assert.strictEqual((await this.admin.fetchTopicOffsets(topic)).length, 5))
    await refused('INVALID_PARTITIONS', () => this.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }))
  }

  async configs(topic) {
    const { resources } = await this.admin.describeConfigs({
      includeSynonyms: true, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    })
    return Object.fromEntries(resources[0].configEntries.map((entry) => [entry.configName, entry.configValue]))
  }

  async checkConfigs() {
    await this.checks.check('topic configs, replaced as a whole', async () => {
      const topic = await this.create(this.unique('configs'), 1, [{ name: 'retention.ms', value: '1234567' }])
      const before = await this.configs(topic)
      assert.deepStrictEqual([before['retention.ms'], before['max.message.bytes']], ['1234567', '1048588'])
      const configEntries = [{ name: 'max.message.bytes', value: '54321' }]
      await this.admin.alterConfigs({ resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }] })
      await soon(async () => {
        const after = await this.configs(topic)
        assert.deepStrictEqual([after['retention.ms'], after['max.message.bytes']], ['604800000', '54321'])
      })
    })
    await this.checks.check('configs: refusals', async () => {
      const topic = await this.create(this.unique('unaltered'))
      const alter = (name, value) => this.admin.alterConfigs({
        resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries: [{ name: 'retention.ms', value }] }],
      })
      await refused('INVALID_CONFIG', () => alter(topic, 'soon'))
    })
  }

  async checkBroker() {
    const name = '1'
    const key = 'log.segment.delete.delay.ms' // on which no other check depends
    const valueOf = async () => {
      const resources = [{ type: ConfigResourceTypes.BROKER, name, configNames: [key] }]
      const { resources: described } = await this.admin.describeConfigs({ resources })
      return described[0].configEntries.map((entry) => [entry.configName, entry.configValue])
    }
    const replace = (configEntries) => this.admin.alterConfigs({
      resources: [{ type: ConfigResourceTypes.BROKER, name, configEntries }],
    })
    await this.checks.check('configure a broker', async () => {
      assert.deepStrictEqual(await valueOf(), [[key, '60000']])
      await replace([{ name: key, value: '61000' }])
      await soon(async () => assert.deepStrictEqual(await valueOf(), [[key, '61000']]))
      await replace([])
      await soon(async () => assert.deepStrictEqual(await valueOf(), [[key, '60000']]))
    })
    await this.checks.check('configure a broker: refusals', async () => {
      await refused('INVALID_REQUEST', () => replace([{ name: 'broker.rack', value: 'a' }]))
      await refused('INVALID_REQUEST', () => replace([{ name: key, value: 'soon' }]))
    })
  }

  // Returns the topics that hold the common records.
  async checkProduce() {
    const topics = []
    const modes = [['acks=0', 0, false], ['acks=1', 1, false], ['acks=all', -1, false], ['idempotent', -1, true]]
    for (const [codec, compression] of Object.entries(CODECS)) {
      for (const [name, acks, idempotent] of modes) {
        await this.checks.check(`produce ${codec} ${name}`, async () => {
          const topic = await this.create(`produced.${WRITER}.${codec}-${name.replace('=', '-')}-${run}`, PARTITIONS, KEEP)
          await this.produce(topic, compression, acks, idempotent)
          topics.push(topic)
        })
      }
    }
    await this.checks.check('offsets, also by timestamp', () => this.offsets(topics.at(-1)))
    await this.checks.check('delete records', () => this.deleteRecords())
    await this.checks.check('too large a record is refused', async () => {
      const topic = await this.create(this.unique('small'), 1, [{ name: 'max.message.bytes', value: '1000' }])
      const producer = this.kafka.producer({ retry: { retries: 0 } })
      await producer.connect()
      await refused('MESSAGE_TOO_LARGE', () => producer.send({ topic, messages: [{ value: 'x'.repeat(2000) }] }))
      await producer.disconnect()
    })
    return topics
  }

  async deleteRecords() {
    const topic = await this.create(this.unique('shortened'), PARTITIONS, KEEP)
    await this.produce(topic, CODECS.none, -1, false)
    const bounds = async () => (await this.admin.fetchTopicOffsets(topic)).map((o) => [o.partition, o.low, o.high]).sort()
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '20' }] })
    assert.deepStrictEqual(await bounds(), [[0, '20', '50'], [1, '0', '50']])
    await this.admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] })
    assert.deepStrictEqual(await bounds(), [[0, '50', '50'], [1, '0', '50']])
  }

  async offsets(topic) {
    const ends = (await this.admin.fetchTopicOffsets(topic)).map((o) => [o.partition, o.low, o.high]).sort()
    assert.deepStrictEqual(ends, [[0, '0', '50'], [1, '0', '50']])
    const found = await this.admin.fetchTopicOffsetsByTimestamp(topic, timestamp(61))
    assert.deepStrictEqual(found.map((o) => [o.partition, o.offset]).sort(), [[0, '31'], [1, '30']])
    const past = await this.admin.fetchTopicOffsetsByTimestamp(topic, timestamp(COUNT))
    assert.deepStrictEqual(past.map((o) => o.offset), ['50', '50'])
  }

  // Takes over kcat's lines.
  readWithKcat(topics) {
    let output
    try {
      output = execFileSync(path.join(__dirname, '../kcat/run'), ['read', this.bootstrap, ...topics], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
    } catch (error) {
      output = error.stdout || ''
      if (!output) this.checks.fail(`kcat reads nothing: ${error.message}`)
    }
    for (const line of output.split('\n')) {
      if (line.startsWith('ok ')) this.checks.ok(line.slice('ok '.length))
      if (line.startsWith('FAILED ')) this.checks.fail(line.slice('FAILED '.length))
    }
  }

  async writeAll() {
    for (const [codec, compression] of Object.entries(CODECS)) {
      const topic = await this.create(`cross.${WRITER}.${codec}`, PARTITIONS, KEEP)
      await this.produce(topic, compression, -1, false)
      console.log(`wrote ${topic}`)
    }
  }
}

async function main([command, bootstrap]) {
  await plugIn()
  const suite = new Suite(bootstrap)
  await suite.admin.connect()
  try {
    if (command === 'check') await suite.checkAll()
    else if (command === 'write') await suite.writeAll()
    else throw new Error(`unknown command ${command}`)
  } finally {
    await suite.admin.disconnect()
  }
  process.exit(command === 'check' ? suite.checks.close() : 0)
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error)
  process.exit(1)
})
