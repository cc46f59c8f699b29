/** openssl s_client and s_server, talking through a tap: somebody else's TLS, with its own key log. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Direction, TapEvent } from '#dissect/model';
import { Recorder } from '#tap/recorder';
import { startTap } from '#tap/tap';

/**
 * One side says a line, and the other has read it before the next step; or one side is given a command, and prints
 * `until` when it has begun to obey, or sends something where no `until` is given. A line must not begin with a letter
 * that is a command.
 */
export type Step =
  | { readonly dir: Direction; readonly say: string }
  | { readonly dir: Direction; readonly command: string; readonly until?: string };

export interface Talk {
  readonly openssl: string;
  /** Where key logs go; certificates are given in the arguments. */
  readonly folder: string;
  readonly server: readonly string[];
  /** Arguments of each connection, one after the other. */
  readonly clients: readonly (readonly string[])[];
  readonly steps: readonly Step[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Tap events of all connections, the client's key log among them. */
export async function opensslTalk(talk: Talk): Promise<TapEvent[]> {
  const recorder = new Recorder();
  const server = new Peer(talk, ['s_server', '-accept', '127.0.0.1:0', ...talk.server]);
  const [, port] = await server.hear(/ACCEPT 127\.0\.0\.1:(\d+)/);
  const target = { host: '127.0.0.1', port: Number(port) };
  const tap = await startTap({ wire: 'tls', listen: { host: '127.0.0.1', port: 0 }, target, recorder });
  try {
    for (const [i, args] of talk.clients.entries()) {
      const log = join(talk.folder, `keys-${Date.now()}-${i}.log`);
      const ended = bothEnds(recorder);
      const address = `127.0.0.1:${tap.address.port}`;
      const client = new Peer(talk, ['s_client', '-connect', address, '-keylogfile', log, ...args]);
      await converse({ c2s: client, s2c: server }, talk.steps, recorder);
      client.write('Q\n');
      await Promise.all([client.ended(), ended]);
      for (const line of (await readFile(log, 'utf8')).split('\n')) recorder.secret(line);
    }
  } finally {
    await server.stop();
    await tap.close();
  }
  return recorder.events();
}

async function converse(
  peers: Record<Direction, Peer>,
  steps: readonly Step[],
  recorder: Recorder,
): Promise<void> {
  for (const step of steps) {
    const peer = peers[step.dir];
    if ('command' in step) {
      const begun = step.until === undefined ? sends(recorder, step.dir) : peer.hear(step.until);
      peer.write(`${step.command}\n`);
      await begun;
    } else {
      const other = peers[step.dir === 'c2s' ? 's2c' : 'c2s'];
      peer.write(`${step.say}\n`);
      await other.hear(step.say);
    }
  }
}

class Peer {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<unknown>;
  #printed = '';
  #wake: () => void = () => undefined;
  #over = false;

  constructor({ openssl, env, folder }: Talk, args: readonly string[]) {
    this.#child = spawn(openssl, args, { cwd: folder, env: { ...process.env, ...env } });
    this.#exited = once(this.#child, 'close').then(() => {
      this.#over = true;
      this.#wake();
    });
    // One that was refused is gone before it reads.
    this.#child.stdin.on('error', () => undefined);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (data: Buffer) => {
        this.#printed += data.toString('latin1');
        this.#wake();
      });
    }
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Resolves when it has printed this since the last time; what was printed before it does not count again. */
  async hear(wanted: string | RegExp): Promise<string[]> {
    for (;;) {
      const found = typeof wanted === 'string' ? findText(this.#printed, wanted) : wanted.exec(this.#printed);
      if (found) {
        this.#printed = this.#printed.slice(found.index + found[0].length);
        return [...found];
      }
      if (this.#over)
        throw new Error(`openssl ended without ${String(wanted).slice(0, 80)}: ${this.#printed}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async ended(): Promise<void> {
    await this.#exited;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

interface Found extends Iterable<string> {
  readonly 0: string;
  readonly index: number;
}

function findText(text: string, wanted: string): Found | undefined {
  const index = text.indexOf(wanted);
  return index < 0 ? undefined : Object.assign([wanted] as [string], { index });
}

function sends(recorder: Recorder, dir: Direction): Promise<void> {
  return new Promise((resolve) => {
    const stop = recorder.subscribe((change) => {
      if (change.kind !== 'chunk' || change.dir !== dir) return;
      stop();
      resolve();
    });
  });
}

function bothEnds(recorder: Recorder): Promise<void> {
  return new Promise((resolve) => {
    let ends = 0;
    const stop = recorder.subscribe((change) => {
      if (change.kind !== 'end') return;
      ends += change.how === 'reset' ? 2 : 1;
      if (ends < 2) return;
      stop();
      resolve();
    });
  });
}
