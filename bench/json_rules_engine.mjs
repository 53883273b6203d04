// json-rules-engine as a contestant: the protocol of worker.py. The package's folder is the argument.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const require = createRequire(process.argv[2] + '/')
let engine, rows, wanted

const open = async (order) => {
  let version
  try {
    const { Engine } = require('json-rules-engine')
    version = require('json-rules-engine/package.json').version
    engine = new Engine()
  } catch (error) {
    return { missing: String(error.message).split('\n')[0] }
  }
  rows = order.rows
  wanted = order.work
  for (const { id, least, barred } of wanted) {
    const all = Object.entries(least).map(([fact, value]) => ({ fact, operator: 'greaterThanInclusive', value }))
    engine.addRule({ name: id, conditions: { all: [...all, { not: { fact: barred, operator: 'lessThan', value: 0 } }] }, event: { type: id } })
  }
  return { title: 'json-rules-engine (Node ' + process.version + ')', version, note: 'verdicts with the result of each condition that was asked; computes no amounts' }
}

const decide = async (row) => engine.run(row)
const answer = (r) => ({ results: r.results.map((x) => x.toJSON(false)), failureResults: r.failureResults.map((x) => x.toJSON(false)) })
const fields = (tree) => (tree !== null && typeof tree === 'object' ? Object.values(tree).reduce((n, x) => n + fields(x), 0) : 1)

const check = async (population) => {
  const answers = []
  let bytes = 0
  let count = 0
  for (const row of rows[population]) {
    const result = await decide(row)
    const one = {}
    for (const { name } of result.results) one[name] = [true, null]
    for (const { name } of result.failureResults) one[name] = [false, null]
    answers.push(one)
    const told = answer(result)
    bytes += Buffer.byteLength(JSON.stringify(told))
    count += fields(told)
  }
  const size = answers.length
  return { answers, bytes: Math.floor(bytes / size), fields: Math.floor(count / size) }
}

const time = async (population, start, count, warm) => {
  const all = rows[population]
  for (let i = 0; i < warm; i++) await decide(all[(start + i) % all.length])
  const before = process.cpuUsage()
  for (let i = 0; i < count; i++) await decide(all[(start + warm + i) % all.length])
  const used = process.cpuUsage(before)
  return { seconds: (used.user + used.system) / 1e6 / count }
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line)
  const reply = 'open' in order ? await open(order) : 'check' in order ? await check(order.check) : await time(order.time, order.start, order.count, order.warm)
  process.stdout.write(JSON.stringify(reply) + '\n')
}
