// The hall's Wi-Fi, as bad as a test wants it: a line between tablets and the server that is cut, or lets nothing back.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Line {
  /** @type {Set<import('node:net').Socket>} */
  sockets = new Set();
  isDeaf = false;
  port = 0;

  /** `listen` is the server's `host:port`, asked anew for each connection; `address` is one of this machine. */
  constructor(listen, address) {
    this.listen = listen;
    this.address = address;
  }

  /** Opens a line to a server. */
  static async open(listen, address = '127.0.0.1') {
    const line = new Line(listen, address);
    await line.mend();
    return line;
  }

  /** Lets connections through. */
  async mend() {
    this.isDeaf = false;
    this.gate = createServer((near) => this.#join(near));
    this.gate.listen(this.port, this.address);
    await once(this.gate, 'listening');
    this.port = /** @type {import('node:net').AddressInfo} */ (this.gate.address()).port;
  }

  /** Closes the port and everything that goes through it. */
  async cut() {
    const closed = once(this.gate, 'close');
    this.gate.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Gives pages another worker than the server's, as a newer server would. */
  renewWorker(text) {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\ncache-control: no-cache\r\n';
    this.worker = `${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  }

  /** Answers every PUT in the server's place, as a Wi-Fi's sign-in page does; the rest goes through. */
  pretend(isPortal) {
    const page = '<!doctype html><title>Logg inn</title>';
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n';
    this.portal = isPortal ? `${head}content-length: ${page.length}\r\n\r\n${page}` : undefined;
  }

  /** From now on the server hears everything and nobody hears the server. */
  deafen() {
    this.isDeaf = true;
  }

  url(path) {
    return `http://${this.address}:${this.port}${path}`;
  }

  #join(near) {
    const [host, port] = this.listen().split(':');
    const far = connect(Number(port), host);
    for (const [one, other] of [[near, far], [far, near]]) {
      this.sockets.add(one);
      one.on('data', (bytes) => {
        const asks = (what) => one === near && bytes.toString('latin1').startsWith(what);
        if (this.worker && asks('GET /sw.js ')) near.write(this.worker);
        else if (this.portal && asks('PUT ')) near.write(this.portal);
        else if (one === near || !this.isDeaf) other.write(bytes);
      });
      one.on('error', () => {});
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
