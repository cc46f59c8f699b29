import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeWith } from '../support/programs/needs.ts';
import type { ChannelEvent } from '#channel/contract';
import { PskChannel } from '#channel/psk/channel';
import { DEFAULT_SUITE, SUITES, type Suite } from '#channel/psk/suites';
import { nativeCiphers } from '#wires/ciphers-native';
import { concat, fromHex, toHex, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { encodeMessage } from '#protocol/messages';

const SCRIPT = fileURLToPath(new URL('psk_open.py', import.meta.url));
const DATA = 0x17;
const ALERT = 0x15;

interface Opened {
  readonly keyId: string;
  readonly prk: string;
  readonly serverConfirmed: boolean;
  readonly clientConfirmed: boolean;
  readonly c2s: readonly { type: number; sequence: number; plain: string }[];
  readonly s2c: readonly { type: number; sequence: number; plain: string }[];
  readonly sealed: readonly string[];
}

describeWith(
  ['python3'],
  'an implementation of the psk wire in Python, by the specification alone,',
  ({ python3 }) => {
    const key = { id: 'küche', key: new Uint8Array(randomBytes(48)) };

    it.each(SUITES)(
      'confirms both sides, derives the same secret and opens every record of $name',
      (suite: Suite) => {
        const talk = new Conversation(key, suite);
        const numbers = (...all: number[]) => all.map((sequence) => (suite.numbered ? sequence : 0));
        const [second, third, fourth] = numbers(1, 2, 3);
        const hello = encodeFrame(encodeMessage({ type: 'say', text: 'grüße, 😀' }));
        const large = new Uint8Array(randomBytes(70_000));
        talk.send('client', hello);
        talk.send('server', utf8('welcome'));
        talk.send('client', large);
        talk.close('client');

        const opened = askPython(python3, key.key, talk);
        expect(opened).toMatchObject({ keyId: 'küche', serverConfirmed: true, clientConfirmed: true });
        expect(talk.keyLog).toEqual([`WIREGLASS_PSK_PRK ${toHex(talk.clientNonce)} ${opened.prk}`]);
        expect(opened.c2s).toEqual([
          { type: DATA, sequence: 0, plain: toHex(hello) },
          { type: DATA, sequence: second, plain: toHex(large.subarray(0, 65_536)) },
          { type: DATA, sequence: third, plain: toHex(large.subarray(65_536)) },
          { type: ALERT, sequence: fourth, plain: '00' },
        ]);
        expect(opened.s2c).toEqual([{ type: DATA, sequence: 0, plain: toHex(utf8('welcome')) }]);
      },
    );

    it.each(SUITES)('seals records of $name that our channels accept', (suite: Suite) => {
      const talk = new Conversation(key, suite);
      const number = (sequence: number) => (suite.numbered ? sequence : 0);
      talk.send('client', utf8('one'));
      const { sealed } = askPython(python3, key.key, talk, [
        { dir: 'c2s', type: DATA, sequence: number(1), plain: '70 79 74 68 6f 6e' },
        { dir: 'c2s', type: ALERT, sequence: number(2), plain: '0e' },
        { dir: 's2c', type: DATA, sequence: 0, plain: '' },
      ]);
      expect(talk.receive('server', sealed[0]!)).toEqual([{ kind: 'plain', bytes: utf8('python') }]);
      expect(talk.receive('server', sealed[1]!)).toEqual([{ kind: 'closed', code: 'handshake_timeout' }]);
      expect(talk.receive('client', sealed[2]!)).toEqual([{ kind: 'plain', bytes: new Uint8Array(0) }]);
    });

    it('confirms nothing and opens nothing under another key', () => {
      const talk = new Conversation(key);
      talk.send('client', utf8('one'));
      const { stdout, stderr, status } = runPython(python3, new Uint8Array(48), talk);
      expect(status).not.toBe(0);
      expect(stderr).toContain('InvalidTag');
      expect(stdout).toBe('');
    });
  },
);

/** A client and a server that talk, and everything that crossed the wire between them. */
class Conversation {
  readonly wire = { c2s: [] as Uint8Array[], s2c: [] as Uint8Array[] };
  readonly keyLog: string[] = [];
  readonly clientNonce = new Uint8Array(randomBytes(32));
  readonly #sides: { readonly client: PskChannel; readonly server: PskChannel };

  constructor(key: { id: string; key: Uint8Array }, suite: Suite = DEFAULT_SUITE) {
    const common = { keys: [key], ciphers: nativeCiphers, suites: [suite] };
    this.#sides = {
      client: new PskChannel({
        ...common,
        side: 'client',
        random: (count) => (count === 32 ? this.clientNonce : randomBytes(count)),
      }),
      server: new PskChannel({
        ...common,
        side: 'server',
        random: (count) => randomBytes(count),
        keyLog: (line) => this.keyLog.push(line),
      }),
    };
    this.#cross('client', this.#sides.client.start().flatMap(written));
  }

  send(from: 'client' | 'server', bytes: Uint8Array): void {
    this.#cross(from, this.#sides[from].send(bytes));
  }

  close(from: 'client' | 'server'): void {
    this.#cross(from, [this.#sides[from].close('done')]);
  }

  receive(at: 'client' | 'server', wire: string): ChannelEvent[] {
    const side = this.#sides[at];
    side.push(fromHex(wire));
    const events: ChannelEvent[] = [];
    for (let event = side.next(); event; event = side.next()) events.push(event);
    return events.map((event) =>
      event.kind === 'plain' ? { ...event, bytes: new Uint8Array(event.bytes) } : event,
    );
  }

  #cross(from: 'client' | 'server', pieces: Uint8Array[]): void {
    if (pieces.length === 0) return;
    const bytes = concat(pieces);
    this.wire[from === 'client' ? 'c2s' : 's2c'].push(bytes);
    const to = from === 'client' ? 'server' : 'client';
    this.#cross(to, this.receive(to, toHex(bytes)).flatMap(written));
  }
}

interface SealRequest {
  readonly dir: 'c2s' | 's2c';
  readonly type: number;
  readonly sequence: number;
  readonly plain: string;
}

function askPython(python3: string, psk: Uint8Array, talk: Conversation, seal: SealRequest[] = []): Opened {
  const { stdout, stderr, status } = runPython(python3, psk, talk, seal);
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Opened;
}

/** The key goes in through standard input: everyone on the machine can read the arguments of a process. */
function runPython(python3: string, psk: Uint8Array, { wire }: Conversation, seal: SealRequest[] = []) {
  const input = { psk: toHex(psk), c2s: toHex(concat(wire.c2s)), s2c: toHex(concat(wire.s2c)), seal };
  return spawnSync(python3, ['-B', SCRIPT], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    timeout: 20_000,
  });
}

function written(event: ChannelEvent): Uint8Array[] {
  return event.kind === 'write' ? [event.bytes] : [];
}
