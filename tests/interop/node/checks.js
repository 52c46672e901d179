// Counts and prints checks: `ok NAME` or `FAILED NAME why`, one line each.
const assert = require('node:assert')

class Checks {
  passed = 0
  failed = 0

  async check(name, body) {
    try {
      await body()
      this.ok(name)
    } catch (error) {
      console.error(error)
      this.fail(`${name} ${error.name}: ${String(error.message).replaceAll('\n', ' ')}`)
    }
  }

  ok(name) {
    this.passed++
    console.log(`ok ${name}`)
  }

  fail(nameAndWhy) {
    this.failed++
    console.log(`FAILED ${nameAndWhy}`)
  }

  // Prints the closing line; returns the exit code.
  close() {
    console.log(`${this.passed} passed, ${this.failed} failed`)
    return this.failed === 0 ? 0 : 1
  }
}

// The call must be refused with exactly this error of the protocol.
async function refused(type, call) {
  try {
    await call()
  } catch (error) {
    const inner = error.errors ? error.errors[0] : error
    assert.strictEqual((inner.cause && inner.cause.type) || inner.type, type)
    return
  }
  assert.fail(`expected ${type}, but it succeeded`)
}

// A change of metadata reaches every answer soon after it was acknowledged, not at once: asks again for ten seconds.
async function soon(body) {
  const deadline = Date.now() + 10_000
  for (;;) {
    try {
      return await body()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((done) => setTimeout(done, 20))
    }
  }
}

module.exports = { Checks, refused, soon }
