// Starts, kills and starts again the real server, with a database of its own.
import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const binary = process.env.BORSKLOKKA_BIN ?? missing('BORSKLOKKA_BIN');

/** @returns {never} */
function missing(name) {
  throw new Error(`${name} is not set: run these tests with cargo xtask test --only browser`);
}

/** A server process. Its address stays the same when it is killed and started again. */
export class Server {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'borsklokka-'));
    this.database = `sqlite:${join(this.folder, 'borsklokka.db')}`;
    this.listen = '127.0.0.1:0';
    this.greeting = '';
  }

  /** Starts it with the demo exchange, and waits until it listens and has said all that it says. */
  start(...more) {
    return this.startEmpty('--demo', ...more);
  }

  /** Starts it without an exchange. */
  async startEmpty(...more) {
    const args = ['serve', '--listen', this.listen, '--database', this.database, ...more];
    this.process = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.greeting = '';
    for await (const line of createInterface({ input: this.process.stdout })) {
      this.greeting += `${line}\n`;
      const listening = line.match(/listens on (\S+)/);
      if (listening) this.listen = listening[1];
      if (line.startsWith('Stop with')) return this;
    }
    throw new Error(`the server ended before it listened:\n${this.greeting}`);
  }

  /** SIGKILL: no goodbye. */
  async kill() {
    this.process.kill('SIGKILL');
    await once(this.process, 'exit');
  }

  /** Ends it and removes its database. */
  async remove() {
    if (this.process?.exitCode === null && this.process.signalCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  url(path) {
    return `http://${this.listen}${path}`;
  }

  /** A link that the server printed. */
  printed(pattern) {
    const found = this.greeting.match(pattern);
    if (!found) throw new Error(`the server did not print ${pattern}:\n${this.greeting}`);
    return found[0];
  }

  /** A bearer token, as a script gets one. */
  token(role, name = role) {
    const args = ['token', '--database', this.database, '--exchange', 'drammen', '--role', role, '--name', name];
    return execFileSync(binary, args, { encoding: 'utf8' }).trim();
  }

  /** Verifies the database; throws with the report if something is wrong. */
  check() {
    return this.run('check');
  }

  /** Runs a command of the program on the database, and gives what it prints; throws if it fails. */
  run(command, ...more) {
    return execFileSync(binary, [command, '--database', this.database, ...more], { encoding: 'utf8' });
  }

  /** Asks for a command by HTTP, and gives the answer. */
  async command(token, command) {
    const response = await fetch(this.url('/api/v1/exchanges/drammen/commands'), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ command }),
    });
    return response.json();
  }
}
