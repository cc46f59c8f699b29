/** TLS connections for lab 11 to open: real ones between two ends in this process, and ones that are put together here. */
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect as connectTcp, createServer } from 'node:net';
import { type TLSSocket, connect, createServer as createTlsServer } from 'node:tls';
import { gcm } from '@noble/ciphers/aes.js';
import { expand } from '@noble/hashes/hkdf.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { generateKey, issueCa } from '#certs/issue';
import type { Random } from '#judge/random';
import { EMPTY, concat, toHex, utf8, writeUint } from '#protocol/bytes';

export type Direction = 'c2s' | 's2c';
export interface WireRecord {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}
export interface Recorded {
  readonly records: readonly WireRecord[];
  readonly keyLog: string;
  /** What the ends said. */
  readonly said: Readonly<Record<Direction, Uint8Array>>;
  /** For a verdict: which keys and which number each sealed record has, as `s2c h0 h1 a0, c2s h0`. */
  readonly sealed?: string;
}

export const SUITES = {
  'AES-128-GCM with SHA-256': { number: 0x1301, name: 'TLS_AES_128_GCM_SHA256', secret: 32, key: 16 },
  'AES-256-GCM with SHA-384': { number: 0x1302, name: 'TLS_AES_256_GCM_SHA384', secret: 48, key: 32 },
} as const;
export type Suite = (typeof SUITES)[keyof typeof SUITES];

export interface Keys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** HKDF-Expand-Label (RFC 8446 §7.1). */
export function expandLabel(
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const name = utf8(`tls13 ${label}`);
  const info = concat([number(length, 2), number(name.length, 1), name, number(context.length, 1), context]);
  return expand(secret.length === 48 ? sha384 : sha256, secret, info, length);
}

export function trafficKeys(secret: Uint8Array, { key }: Suite): Keys {
  return { key: expandLabel(secret, 'key', EMPTY, key), iv: expandLabel(secret, 'iv', EMPTY, 12) };
}

export interface Inner {
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Zeros behind the type. */
  readonly padding?: number;
}

/** A record as TLS 1.3 seals it (RFC 8446 §5.2). */
export function sealRecord(
  { key, iv }: Keys,
  sequence: number,
  { type, bytes, padding = 0 }: Inner,
): Uint8Array {
  const inner = concat([bytes, number(type, 1), new Uint8Array(padding)]);
  const header = concat([number(0x170303, 3), number(inner.length + 16, 2)]);
  const nonce = Uint8Array.from(iv);
  for (let i = 0, rest = BigInt(sequence); i < 8; i++, rest >>= 8n)
    nonce[11 - i] = (iv[11 - i] as number) ^ Number(rest & 0xffn);
  return concat([header, gcm(key, nonce, header).encrypt(inner)]);
}

function number(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  writeUint(bytes, 0, size, value);
  return bytes;
}

let identity: Promise<{ readonly key: string; readonly cert: string }> | undefined;

/** The same for all: what is looked at is the encryption, and nobody verifies. */
async function makeIdentity(): Promise<{ readonly key: string; readonly cert: string }> {
  const key = await generateKey();
  return { key, cert: issueCa(key, new Date()) };
}

/** A connection between an OpenSSL client and an OpenSSL server, in turns, with a recorder between the two. */
export async function recordReal(
  random: Random,
  suite: Suite,
  options: { readonly retry?: boolean } = {},
): Promise<Recorded> {
  identity ??= makeIdentity();
  const curves = options.retry === true ? { ecdhCurve: 'P-384' } : {};
  const server = createTlsServer({
    ...(await identity),
    ...curves,
    minVersion: 'TLSv1.3',
    ciphers: suite.name,
  });
  const chunks: { direction: Direction; bytes: Uint8Array }[] = [];
  const recorder = createServer((near) => {
    const far = connectTcp(portOf(server), '127.0.0.1');
    forward(near, far, (bytes) => chunks.push({ direction: 'c2s', bytes }));
    forward(far, near, (bytes) => chunks.push({ direction: 's2c', bytes }));
  });
  const keyLog: string[] = [];
  try {
    for (const each of [server, recorder]) await once(each.listen(0, '127.0.0.1'), 'listening');
    const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>;
    const client = connect({ port: portOf(recorder), host: '127.0.0.1', rejectUnauthorized: false });
    client.on('keylog', (line: Buffer) => keyLog.push(line.toString()));
    const [served] = await accepted;
    const said = await talk(random, { c2s: [client, served], s2c: [served, client] });
    const closed = Promise.all([client, served].map((end) => once(end.resume(), 'close')));
    client.end();
    served.end();
    await closed;
    return { records: recordsOf(chunks), keyLog: keyLog.join(''), said };
  } finally {
    recorder.close();
    server.close();
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function forward(from: Socket, to: Socket, note: (bytes: Uint8Array) => void): void {
  from.on('data', (bytes) => {
    note(bytes);
    to.write(bytes);
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}

type Ends = Readonly<Record<Direction, readonly [from: TLSSocket, to: TLSSocket]>>;

/** A few turns. Each is waited for, so that every one of them is a record of its own. */
async function talk(random: Random, ends: Ends): Promise<Record<Direction, Uint8Array>> {
  const said: Record<Direction, Uint8Array> = { c2s: EMPTY, s2c: EMPTY };
  for (let turn = 0; turn < 6; turn++) {
    const direction = turn % 2 === 0 ? 'c2s' : 's2c';
    const [from, to] = ends[direction];
    const bytes = turn === 3 ? random.bytes(20_000) : utf8(`${random.word(6)} ${random.word(9)} ${turn}`);
    from.write(bytes);
    for (let missing = bytes.length; missing > 0;) {
      const part = to.read() as Buffer | null;
      if (part) missing -= part.length;
      else await once(to, 'readable');
    }
    said[direction] = concat([said[direction], bytes]);
  }
  return said;
}

/** Whole records, each at the time of its first byte. */
function recordsOf(chunks: readonly WireRecord[]): WireRecord[] {
  const records: WireRecord[] = [];
  const rest: Record<Direction, Uint8Array> = { c2s: EMPTY, s2c: EMPTY };
  for (const { direction, bytes } of chunks) {
    let all = concat([rest[direction], bytes]);
    for (let end = recordEnd(all); end <= all.length; end = recordEnd(all)) {
      records.push({ direction, bytes: all.slice(0, end) });
      all = all.slice(end);
    }
    rest[direction] = all;
  }
  return records;
}

function recordEnd(bytes: Uint8Array): number {
  return bytes.length < 5 ? Infinity : 5 + ((bytes[3] as number) << 8) + (bytes[4] as number);
}

/** A connection as it may be, too: messages cut over records, padding, a session id, words between the keys. */
export function compose(random: Random, suite: Suite): Recorded {
  const clientRandom = random.bytes(32);
  const records: WireRecord[] = [];
  const said: Record<Direction, Uint8Array> = { c2s: EMPTY, s2c: EMPTY };
  const keyLog: string[] = [];
  let sealed = '';
  let last: Direction | undefined;
  const ends = { c2s: sender('c2s', 'CLIENT'), s2c: sender('s2c', 'SERVER') };

  function sender(direction: Direction, name: string) {
    const phases = [`${name}_HANDSHAKE_TRAFFIC_SECRET`, `${name}_TRAFFIC_SECRET_0`].map((label) => {
      const secret = random.bytes(suite.secret);
      keyLog.push(`${label} ${toHex(clientRandom)} ${toHex(secret)}\n`);
      return trafficKeys(secret, suite);
    }) as [Keys, Keys];
    let [phase, sequence] = [0, 0];
    return {
      clear: (type: number, bytes: Uint8Array) => {
        const header = concat([number(type, 1), number(0x0303, 2), number(bytes.length, 2)]);
        records.push({ direction, bytes: concat([header, bytes]) });
      },
      seal: (type: number, bytes: Uint8Array) => {
        const inner = { type, bytes, padding: random.between(0, 40) };
        if (direction !== last) sealed += `${last ? ', ' : ''}${direction}`;
        sealed += ` ${phase === 0 ? 'h' : 'a'}${sequence}`;
        last = direction;
        records.push({ direction, bytes: sealRecord(phases[phase] as Keys, sequence++, inner) });
      },
      say: (bytes: Uint8Array) => {
        ends[direction].seal(23, bytes);
        said[direction] = concat([said[direction], bytes]);
      },
      next: () => ([phase, sequence] = [1, 0]),
    };
  }

  const { c2s, s2c } = ends;
  c2s.clear(22, message(1, concat([number(0x0303, 2), clientRandom, random.bytes(60)])));
  const sessionId = random.bytes(random.between(0, 32));
  const hello = [number(0x0303, 2), random.bytes(32), number(sessionId.length, 1), sessionId];
  s2c.clear(22, message(2, concat([...hello, number(suite.number, 2), number(0, 3)])));
  s2c.clear(20, number(1, 1));
  // A certificate that holds what a Finished begins with; cut anywhere.
  const flight = [8, 11, 15, 20].map((type) =>
    message(type, concat([number(0x14000020, 4), random.bytes(90)])),
  );
  for (const piece of random.pieces(concat(flight), 70)) s2c.seal(22, piece);
  s2c.next();
  // A server may speak before the client has finished.
  s2c.say(random.bytes(random.between(1, 50)));
  c2s.clear(20, number(1, 1));
  for (const piece of random.pieces(message(20, random.bytes(suite.secret)), 20)) c2s.seal(22, piece);
  c2s.next();
  s2c.seal(22, message(4, random.bytes(80)));
  for (let i = 0; i < 6; i++) random.pick([c2s, s2c]).say(random.bytes(random.between(0, 60)));
  c2s.seal(21, number(0x0100, 2));
  return { records, keyLog: keyLog.join(''), said, sealed };
}

function message(type: number, body: Uint8Array): Uint8Array {
  return concat([number(type, 1), number(body.length, 3), body]);
}
