// The common records: see "The common records" in ../README.md.
const PARTITIONS = 2
const COUNT = 100
const timestamp = (number) => 1_700_000_000_000 + 1000 * number

function common(writer, number) {
  const padding = number % 50 === 49 ? 20_000 : number % 100
  const headers = { writer, number: String(number) }
  if (number % 4 === 2) headers.empty = ''
  return {
    partition: number % PARTITIONS,
    key: number % 5 === 0 ? null : `key-${number}`,
    value: number % 10 === 3 ? null : `value-${number}-${'x'.repeat(padding)}`,
    timestamp: String(timestamp(number)),
    headers,
  }
}

const commonSet = (writer) => Array.from({ length: COUNT }, (_, number) => common(writer, number))

module.exports = { PARTITIONS, COUNT, timestamp, commonSet }
