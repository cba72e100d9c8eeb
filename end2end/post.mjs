// A mail server for tests: it takes everything that is handed in over SMTP, and gives it to be read.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A mail server, on a port of its own. */
export class PostOffice {
  constructor() {
    /**
     * What was taken, as people read it.
     *
     * @type {{ to: string[], text: string }[]}
     */
    this.letters = [];
    this.server = createServer((socket) => this.#serve(socket));
  }

  static async open() {
    const office = new PostOffice();
    office.server.listen(0, '127.0.0.1');
    await once(office.server, 'listening');
    return office;
  }

  /** What `--smtp` is given. */
  get url() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    return `smtp://127.0.0.1:${port}`;
  }

  /** Letters to somebody in which a text stands, the oldest first. */
  lettersTo(address, text = '') {
    return this.letters.filter((letter) => letter.to.includes(address) && letter.text.includes(text)).map(({ text }) => text);
  }

  close() {
    this.server.close();
  }

  /** @param {import('node:net').Socket} socket */
  #serve(socket) {
    let letter = null;
    let to = [];
    let rest = '';
    socket.write('220 post.test\r\n');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (letter !== null) {
          if (line === '.') {
            this.letters.push({ to, text: readable(letter) });
            [letter, to] = [null, []];
            socket.write('250 taken\r\n');
          } else letter += `${line.replace(/^\./, '')}\r\n`;
        } else if (/^DATA/i.test(line)) {
          letter = '';
          socket.write('354 go on\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else {
          const [, address] = /^RCPT TO:<([^>]*)>/i.exec(line) ?? [];
          if (address) to.push(address);
          socket.write('250 ok\r\n');
        }
      }
    });
  }
}

/** Quoted-printable as people read it. */
const readable = (letter) =>
  Buffer.from(
    letter.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
