// Looks for what is left of somebody: in files, in zips, in what a socket says.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import WebSocket from 'ws';

/** Bytes as a text in which a needle is found whatever is around it: each byte a character, letters of one size. */
const flat = (bytes) => Buffer.from(bytes).toString('latin1').toLowerCase();

/** Which needles stand in bytes, or in a text. */
export function found(needles, bytes) {
  const haystack = flat(bytes);
  return needles.filter((needle) => haystack.includes(flat(needle)));
}

/** Every byte of the files of a folder, by their names. */
export function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => [name, readFileSync(join(folder, name))]);
}

/** The files that are packed in a zip, by their names. */
export function unzipped(zip) {
  const files = [];
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('this is no zip');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [method, packed] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(from, from + packed);
    files.push([zip.toString('utf8', at + 46, at + 46 + name), method ? inflateRawSync(bytes) : bytes]);
    at += 46 + name + extra + comment;
  }
  return files;
}

/**
 * All that a viewer is told who comes, or comes back to a position, up to now; without a token a guest.
 *
 * @returns {Promise<{ frames: string[], position: object }>}
 */
export function told(hall, { token = '', position = null } = {}) {
  const url = hall.server.url('/api/v1/exchanges/drammen/live').replace(/^http/, 'ws');
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const socket = new WebSocket(url, 'borsklokka.v1', { headers });
  const frames = [];
  let now = position;
  return new Promise((done, fail) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', position })));
    socket.on('message', (bytes) => {
      const text = bytes.toString();
      frames.push(text);
      const { type, epoch, seq, at, board } = JSON.parse(text);
      if (type === 'welcome') now = { epoch, audience: board.audience, seq, at };
      if (type === 'event') now = { ...now, seq, at };
      // Everything up to the head is sent before the pong.
      if (type === 'welcome' || type === 'resumed') socket.send(JSON.stringify({ type: 'ping', sent_ms: 1 }));
      if (type === 'pong') {
        socket.close();
        done({ frames, position: now });
      }
    });
    socket.on('close', () => fail(new Error(`the server closed the socket after ${frames.length} messages`)));
    socket.on('error', fail);
  });
}
