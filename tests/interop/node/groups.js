// KafkaJS in consumer groups. The checks mostly wait, for sessions to time out and for other members: several run beside each
// other, each in topics and a group of its own.
const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const readline = require('node:readline')
const { Kafka, PartitionAssigners, logLevel } = require('kafkajs')
const { Checks, refused, soon } = require('./checks')

const CHECKS_AT_A_TIME = 5
const PATIENCE_MS = 30_000
// The least that a server takes by default; and one that lasts longer than any check waits.
const SESSION_MS = 6_000
const LONG_SESSION_MS = 60_000
const run = `${process.pid}-${Date.now() % 100_000}`

// Asks again until the body's assertions hold.
async function eventually(body) {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      return await body()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((done) => setTimeout(done, 20))
    }
  }
}

const places = (topics) => Object.entries(topics).flatMap(([topic, count]) => Array.from({ length: count }, (_, p) => `${topic}-${p}`)).sort()
const range = (first, end) => Array.from({ length: end - first }, (_, index) => first + index)

// A consumer that runs; `read` are {topic, partition, offset, number}, `owned` the partitions that it was assigned at last.
class Member {
  read = []
  owned = []
  joins = 0

  constructor(kafka, groupId, { fromBeginning = true, autoCommit = true, sessionTimeout = SESSION_MS } = {}) {
    this.consumer = kafka.consumer({
      groupId, sessionTimeout, rebalanceTimeout: SESSION_MS, heartbeatInterval: 300, maxWaitTimeInMs: 100, metadataMaxAge: 500,
      partitionAssigners: [PartitionAssigners.roundRobin],
    })
    Object.assign(this, { fromBeginning, autoCommit })
    this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) => {
      this.joins++
      this.owned = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) => numbers.map((p) => `${topic}-${p}`))
    })
  }

  async start(topics) {
    await this.consumer.connect()
    await this.consumer.subscribe({ topics, fromBeginning: this.fromBeginning })
    await this.consumer.run({
      autoCommit: this.autoCommit,
      autoCommitInterval: 100,
      eachMessage: async ({ topic, partition, message }) => {
        this.read.push({ topic, partition, offset: Number(message.offset), number: Number(message.value) })
      },
    })
    return this
  }

  numbers() {
    return this.read.map((record) => record.number).sort((a, b) => a - b)
  }

  firsts() {
    const found = {}
    for (const { partition, offset } of this.read) found[partition] = Math.min(offset, found[partition] ?? offset)
    return found
  }

  hasRead(count) {
    return eventually(() => assert.ok(this.read.length >= count, `${this.read.length} of ${count} records read`))
  }

  async stop() {
    this.owned = []
    await this.consumer.disconnect()
  }
}

// One check's part of the server.
class Groups {
  members = []

  constructor(bootstrap) {
    this.bootstrap = bootstrap
    this.kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 30, retries: 10 } })
    this.admin = this.kafka.admin()
    this.producer = this.kafka.producer({ allowAutoTopicCreation: false })
  }

  async open() {
    await Promise.all([this.admin.connect(), this.producer.connect()])
  }

  async close() {
    await Promise.all(this.members.map((member) => member.stop()))
    await Promise.all([this.admin.disconnect(), this.producer.disconnect()])
  }

  unique(name) {
    return `node.${name}.${run}.${Math.random().toString(16).slice(2, 10)}`
  }

  async create(name, numPartitions) {
    return this.createExactly(this.unique(name), numPartitions)
  }

  async createExactly(topic, numPartitions) {
    await this.admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1 }] })
    await soon(async () => assert.strictEqual((await this.admin.fetchTopicOffsets(topic)).length, numPartitions))
    return topic
  }

  // Each number goes, as text, to the partition that it gives divided by their count.
  async write(topic, first, end, partitions) {
    const messages = range(first, end).map((number) => ({ partition: number % partitions, value: String(number) }))
    await this.producer.send({ topic, messages })
  }

  async written(name, count) {
    const topic = await this.create(name, 2)
    await this.write(topic, 0, count, 2)
    return topic
  }

  member(group, topics, settings) {
    const member = new Member(this.kafka, group, settings)
    this.members.push(member)
    return member.start(topics)
  }

  // A topic of forty records, and a group whose only member has read them.
  async reader(name, settings) {
    const [topic, group] = [await this.written(name, 40), this.unique(name)]
    const member = await this.member(group, [topic], settings)
    await member.hasRead(40)
    return { topic, group, member }
  }

  async offsets(group, topic) {
    const [{ partitions }] = await this.admin.fetchOffsets({ groupId: group, topics: [topic] })
    return Object.fromEntries(partitions.map((p) => [p.partition, Number(p.offset)]))
  }

  async state(group) {
    const { groups } = await this.admin.describeGroups([group])
    return groups[0].state
  }

  // What is written now is what a new member reads, and no more.
  async goesOn(topic, group) {
    await this.write(topic, 40, 50, 2)
    const member = await this.member(group, [topic], { autoCommit: false })
    await member.hasRead(10)
    assert.deepStrictEqual(member.numbers(), range(40, 50))
  }
}

// Every partition has one owner, and no member more than one partition more than another.
function settled(members, topics) {
  return eventually(() => {
    assert.deepStrictEqual(members.flatMap((member) => member.owned).sort(), places(topics))
    const sizes = members.map((member) => member.owned.length)
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `the shares are ${sizes}`)
  })
}

const CHECKS = {
  async 'a crashed member\'s partitions go on from the committed offset'(groups) {
    const [topic, group] = [await groups.written('crash', 40), groups.unique('crash')]
    const crashing = spawn(process.execPath, [__filename, 'member', groups.bootstrap, group, topic], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [told] = await once(readline.createInterface({ input: crashing.stdout }), 'line')
    assert.strictEqual(told, 'committed')
    const other = await groups.member(group, [topic], { autoCommit: false })
    await eventually(() => assert.strictEqual(other.owned.length, 1))
    crashing.kill('SIGKILL')
    const killed = Date.now()
    await settled([other], { [topic]: 2 })
    console.log(`a crashed member's partitions were taken over after ${((Date.now() - killed) / 1000).toFixed(1)} s`)
    const expected = range(0, 40).filter((n) => Math.floor(n / 2) >= [7, 11][n % 2])
    await eventually(() => assert.deepStrictEqual([...new Set(other.numbers())], expected))
  },

  async 'no record is skipped while members come and go'(groups) {
    const [topic, group] = [await groups.create('changes', 4), groups.unique('changes')]
    let [written, stopping] = [0, false]
    const flow = (async () => {
      while (!stopping) {
        await groups.write(topic, written, written + 20, 4)
        written += 20
        await new Promise((done) => setTimeout(done, 50))
      }
    })()
    const goesOn = async () => {
      const before = written
      await eventually(() => assert.ok(written >= before + 60, 'the writer does not go on'))
    }
    const members = []
    for (let count = 0; count < 3; count++) {
      members.push(await groups.member(group, [topic]))
      await settled(members, { [topic]: 4 })
      await goesOn()
    }
    await members[0].stop()
    await settled(members.slice(1), { [topic]: 4 })
    await goesOn()
    stopping = true
    await flow
    await eventually(() => {
      const read = new Set(members.flatMap((member) => member.numbers()))
      assert.deepStrictEqual(range(0, written).filter((number) => !read.has(number)), [])
    })
  },

  // The session lasts longer than the check waits.
  async 'a member that leaves is replaced at once'(groups) {
    const { topic, group, member } = await groups.reader('leave', { sessionTimeout: LONG_SESSION_MS })
    const second = await groups.member(group, [topic], { sessionTimeout: LONG_SESSION_MS })
    await settled([member, second], { [topic]: 2 })
    await member.stop()
    const left = Date.now()
    await settled([second], { [topic]: 2 })
    console.log(`a member that left was replaced after ${((Date.now() - left) / 1000).toFixed(1)} s`)
    await groups.write(topic, 40, 50, 2)
    await eventually(() => assert.deepStrictEqual(second.numbers().filter((number) => number >= 40), range(40, 50)))
  },

  // The client resolves a pattern once, when it subscribes.
  async 'topics that match a pattern'(groups) {
    const prefix = groups.unique('pattern')
    const topics = { [`${prefix}.first`]: 1, [`${prefix}.second`]: 2 }
    for (const [topic, count] of Object.entries({ ...topics, [`not.${prefix}`]: 1 })) await groups.createExactly(topic, count)
    const member = await groups.member(groups.unique('pattern'), [new RegExp(`^${prefix.replaceAll('.', '[.]')}[.].*`)])
    await settled([member], topics)
    await groups.write(`${prefix}.second`, 0, 10, 2)
    await member.hasRead(10)
  },

  async 'assignor round robin'(groups) {
    const topics = { [await groups.create('shared', 4)]: 4, [await groups.create('shared-too', 3)]: 3 }
    const [group, names] = [groups.unique('assignor'), Object.keys(topics)]
    const members = await Promise.all([1, 2, 3].map(() => groups.member(group, names)))
    await settled(members, topics)
    await groups.write(names[0], 0, 70, 4)
    await groups.write(names[1], 70, 140, 3)
    await eventually(() => {
      const read = members.flatMap((member) => member.numbers()).sort((a, b) => a - b)
      assert.deepStrictEqual(read, range(0, 140))
    })
    const { groups: [described] } = await groups.admin.describeGroups([group])
    assert.deepStrictEqual([described.state, described.protocol, described.members.length], ['Stable', 'RoundRobinAssigner', 3])
    members.push(await groups.member(group, names))
    await settled(members, topics)
    await members.shift().stop()
    await settled(members, topics)
  },

  async 'commit: automatically'(groups) {
    const { topic, group, member } = await groups.reader('auto')
    await eventually(async () => assert.deepStrictEqual(await groups.offsets(group, topic), { 0: 20, 1: 20 }))
    await member.stop()
    await groups.goesOn(topic, group)
  },

  async 'commit: chosen offsets with metadata'(groups) {
    const { topic, group, member } = await groups.reader('chosen', { autoCommit: false })
    assert.deepStrictEqual(await groups.offsets(group, topic), { 0: -1, 1: -1 })
    await member.consumer.commitOffsets([{ topic, partition: 0, offset: '7', metadata: 'the seventh' },
      { topic, partition: 1, offset: '11', metadata: 'größer' }])
    const [{ partitions }] = await groups.admin.fetchOffsets({ groupId: group, topics: [topic] })
    assert.deepStrictEqual(partitions.map((p) => [p.partition, p.offset, p.metadata]).sort(), [[0, '7', 'the seventh'], [1, '11', 'größer']])
    await member.stop()
    const other = await groups.member(group, [topic], { autoCommit: false })
    await other.hasRead(22)
    assert.deepStrictEqual(other.firsts(), { 0: 7, 1: 11 })
  },

  async 'commit: too much metadata'(groups) {
    const { topic, group, member } = await groups.reader('metadata', { autoCommit: false })
    const commit = (metadata) => member.consumer.commitOffsets([{ topic, partition: 0, offset: '1', metadata }])
    await refused('OFFSET_METADATA_TOO_LARGE', () => commit('m'.repeat(4097)))
    await commit('m'.repeat(4096))
    assert.deepStrictEqual(await groups.offsets(group, topic), { 0: 1, 1: -1 })
  },

  async 'commit: nothing, and the next reads it again'(groups) {
    const { topic, group, member } = await groups.reader('nothing', { autoCommit: false })
    await member.stop()
    const again = await groups.member(group, [topic], { autoCommit: false })
    await again.hasRead(40)
    assert.deepStrictEqual(again.numbers(), range(0, 40))
  },

  async 'reset: latest'(groups) {
    const topic = await groups.written('latest', 40)
    const member = await groups.member(groups.unique('latest'), [topic], { fromBeginning: false })
    await settled([member], { [topic]: 2 })
    let end = 40
    for (; member.read.length === 0 && end < 400; end += 2) { // it is not told when the member has looked up the end
      await groups.write(topic, end, end + 2, 2)
      await new Promise((done) => setTimeout(done, 50))
    }
    await groups.write(topic, end, end + 10, 2)
    await eventually(() => assert.deepStrictEqual(member.numbers().filter((number) => number >= end), range(end, end + 10)))
    assert.ok(member.numbers()[0] >= 40, `read ${member.numbers()[0]}`)
  },

  async 'list, describe and delete groups'(groups) {
    const { group, member } = await groups.reader('listed')
    const listed = async () => (await groups.admin.listGroups()).groups.map(({ groupId }) => groupId)
    assert.ok((await listed()).includes(group))
    assert.strictEqual(await groups.state(group), 'Stable')
    await refused('NON_EMPTY_GROUP', () => groups.admin.deleteGroups([group]).catch((error) => { throw error.groups ? error.groups[0].error : error }))
    await member.stop()
    assert.strictEqual(await groups.state(group), 'Empty')
    await groups.admin.deleteGroups([group])
    assert.ok(!(await listed()).includes(group))
    assert.strictEqual(await groups.state(group), 'Dead')
  },

  async 'set and reset a group\'s offsets'(groups) {
    const { topic, group, member } = await groups.reader('altered')
    await member.stop()
    await groups.admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '3' }, { partition: 1, offset: '4' }] })
    assert.deepStrictEqual(await groups.offsets(group, topic), { 0: 3, 1: 4 })
    const other = await groups.member(group, [topic])
    await other.hasRead(33)
    assert.deepStrictEqual(other.firsts(), { 0: 3, 1: 4 })
    await other.stop()
    await groups.admin.resetOffsets({ groupId: group, topic, earliest: true })
    const again = await groups.member(group, [topic])
    await again.hasRead(40)
  },
}

// A member in a process of its own, until it is killed or its standard input ends.
async function beMember([bootstrap, group, topic]) {
  const member = await new Member(new Groups(bootstrap).kafka, group, { autoCommit: false }).start([topic])
  await member.hasRead(40)
  await member.consumer.commitOffsets([7, 11].map((offset, partition) => ({ topic, partition, offset: String(offset) })))
  console.log('committed')
  process.stdin.on('end', () => process.exit(0)).resume()
}

async function checkAll([bootstrap, ...wanted]) {
  const checks = new Checks()
  const waiting = Object.entries(CHECKS).filter(([name]) => wanted.length === 0 || wanted.some((word) => name.includes(word)))
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, body] = next
      await checks.check(name, async () => {
        const groups = new Groups(bootstrap)
        await groups.open()
        try {
          await body(groups)
        } finally {
          await groups.close()
        }
      })
    }
  }
  await Promise.all(Array.from({ length: CHECKS_AT_A_TIME }, worker))
  process.exit(checks.close())
}

const [command, ...parameters] = process.argv.slice(2)
const body = command === 'member' ? beMember : checkAll
body(parameters).catch((error) => {
  console.error(error)
  process.exit(1)
})
