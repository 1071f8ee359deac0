// node recorder.mjs WEBSOCKET REST CONNECTIONS MARKETS FRAMES: records FRAMES frames with the usual library, as its README shows, and prints the cost.
// Run it in a folder in which `npm install tardis-dev` was run.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'

const require = createRequire(process.cwd() + '/')
const { streamNormalized, normalizeTrades, normalizeBookChanges } = require('tardis-dev')
const feeds = require('tardis-dev/dist/realtimefeeds')
const { BinanceRealTimeFeed } = require('tardis-dev/dist/realtimefeeds/binance.js')

const [socket, rest, connections, markets, frames] = process.argv.slice(2)
feeds.setRealTimeFeedFactory('binance', class extends BinanceRealTimeFeed {
  constructor(...all) {
    super(...all)
    this.wssURL = socket
    this.httpURL = rest
  }
})

const level = 3 // the recorder's own, for an equal ratio
const symbols = readFileSync(markets, 'utf8').trim().split('\n')
const open = new Map()
let taken = 0, rows = 0, packed = 0, warm = 0
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }

function store(segment) {
  const lines = Buffer.from(segment.lines.join(''))
  rows += lines.length
  packed += gzipSync(lines, { level }).length
}

function take(message) {
  const name = `${message.type}/${message.symbol}`
  const minute = Math.floor(message.timestamp.getTime() / 60000)
  let segment = open.get(name)
  if (segment?.minute !== minute) {
    if (segment) store(segment)
    open.set(name, segment = { minute, lines: [] })
  }
  segment.lines.push(JSON.stringify(message) + '\n')
  taken++
  if (taken === Math.floor(frames / 4)) warm = cpu()
}

async function record(own) {
  const messages = streamNormalized({ exchange: 'binance', symbols: own, timeoutIntervalMS: 600000, onError: error => console.error(error.message) }, normalizeTrades, normalizeBookChanges)
  for await (const message of messages) {
    if ((message.type === 'trade' || message.type === 'book_change') && !message.isSnapshot) take(message)
    if (taken === Number(frames)) end()
  }
}

function end() {
  for (const segment of open.values()) store(segment)
  console.log(`PEER frames ${taken} warm ${warm.toFixed(3)} cpu ${cpu().toFixed(3)} rows ${rows} packed ${packed} memory ${process.memoryUsage().rss}`)
  process.exit(0)
}

for (let i = 0; i < Number(connections); i++) record(symbols.filter((_, index) => index % Number(connections) === i))
