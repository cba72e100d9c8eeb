// Viewers that only watch: `node crowd.mjs URL COUNT`. Says `all there` once each has its snapshot; ends when one is lost.
import WebSocket from 'ws';

const PING_EVERY_MS = 5_000;
/** How many come in side by side: a hall that walks in, not a storm. */
const SIDE_BY_SIDE = 50;

const [url, count] = [process.argv[2].replace(/^http/, 'ws'), Number(process.argv[3])];

function viewer() {
  /** @type {Promise<void>} */
  const there = new Promise((watching) => {
    const socket = new WebSocket(url, 'borsklokka.v1', { perMessageDeflate: false });
    const send = (message) => socket.send(JSON.stringify(message));
    const lost = (why) => {
      console.error(`a viewer was lost: ${why}`);
      process.exit(1);
    };
    socket.on('open', () => send({ type: 'hello', position: null }));
    socket.once('message', () => {
      setInterval(() => send({ type: 'ping', sent_ms: performance.now() }), PING_EVERY_MS);
      watching();
    });
    socket.on('close', (code) => lost(`closed with ${code}`));
    socket.on('error', (error) => lost(error.message));
  });
  return there;
}

for (let there = 0; there < count; there += SIDE_BY_SIDE) {
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, count - there) }, viewer));
}
console.log('all there');
