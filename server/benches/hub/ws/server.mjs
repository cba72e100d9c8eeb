// The peer `node ws`: every line that comes from the publisher goes to every viewer.
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { WebSocketServer } from 'ws'

const [viewersPort, publisherPort] = process.argv.slice(2).map(Number)
const viewers = new WebSocketServer({ host: '127.0.0.1', port: viewersPort, backlog: 4096, perMessageDeflate: false })
createServer((publisher) => {
  createInterface({ input: publisher }).on('line', (line) => {
    for (const viewer of viewers.clients) viewer.send(line)
  })
}).listen(publisherPort, '127.0.0.1')
