/** From a recorded TLS 1.3 connection and its key log to what was said: RFC 8446 §5 and §7, in the order of the work. */
import { createDecipheriv, createHmac } from 'node:crypto';

export interface KeyLogEntry {
  readonly label: string;
  readonly clientRandom: Uint8Array;
  readonly secret: Uint8Array;
}

export interface TrafficKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

export interface OpenedRecord {
  readonly type: number;
  readonly bytes: Uint8Array;
}

type Direction = 'c2s' | 's2c';

export interface RecordOnTheWire {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

type Conversation = Record<Direction, Uint8Array>;

const KEY_LENGTHS = new Map([
  [0x1301, 16],
  [0x1302, 32],
]);
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
const HEADER_LENGTH = 5;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const FINISHED = 20;
/** Names of the sender in the labels of a key log. */
const SENDER = { c2s: 'CLIENT', s2c: 'SERVER' } as const;

export function parseKeyLog(text: string): KeyLogEntry[] {
  const lines = text.matchAll(/^(\w+) ([0-9a-f]{64}) ((?:[0-9a-f]{2})+)$/gim);
  return [...lines].map(([, label = '', clientRandom = '', secret = '']) => ({
    label,
    clientRandom: Buffer.from(clientRandom, 'hex'),
    secret: Buffer.from(secret, 'hex'),
  }));
}

export function expandLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  const lengths = Buffer.from([length >> 8, length & 0xff, name.length]);
  const info = Buffer.concat([lengths, name, Buffer.from([context.length]), context]);
  return expand(secret, info, length);
}

/** HKDF-Expand (RFC 5869 §2.3): each block is a MAC over the one before, the info and a number. */
function expand(secret: Uint8Array, info: Uint8Array, length: number): Buffer {
  const hash = secret.length === 48 ? 'sha384' : 'sha256';
  const output = Buffer.alloc(length);
  let block = Buffer.alloc(0);
  for (let at = 0, count = 1; at < length; at += block.length, count++) {
    const mac = createHmac(hash, secret).update(block).update(info);
    block = mac.update(Buffer.from([count])).digest();
    output.set(block.subarray(0, length - at), at);
  }
  return output;
}

export function trafficKeys(secret: Uint8Array, suite: number): TrafficKeys {
  const keyLength = KEY_LENGTHS.get(suite);
  if (keyLength === undefined) throw new Error(`no suite 0x${suite.toString(16)} here`);
  const nothing = new Uint8Array();
  return {
    key: expandLabel(secret, 'key', nothing, keyLength),
    iv: expandLabel(secret, 'iv', nothing, IV_LENGTH),
  };
}

export function openRecord(keys: TrafficKeys, sequence: number, record: Uint8Array): OpenedRecord {
  if (record.length < HEADER_LENGTH + TAG_LENGTH) throw new Error('the record is too short');
  const cipher = keys.key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
  const decipher = createDecipheriv(cipher, keys.key, nonceOf(keys.iv, sequence));
  decipher.setAAD(record.subarray(0, HEADER_LENGTH));
  decipher.setAuthTag(record.subarray(-TAG_LENGTH));
  const ciphertext = record.subarray(HEADER_LENGTH, -TAG_LENGTH);
  const inner = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  // The type is the last byte that is not zero: zeros behind it are padding.
  const end = inner.findLastIndex((byte) => byte !== 0);
  if (end === -1) throw new Error('the record has no type: all of it is padding');
  return { type: inner[end] as number, bytes: inner.subarray(0, end) };
}

/** The number as 64 bits, laid over the end of the iv by XOR. */
function nonceOf(iv: Uint8Array, sequence: number): Uint8Array {
  const number = Buffer.alloc(IV_LENGTH);
  number.writeBigUInt64BE(BigInt(sequence), IV_LENGTH - 8);
  return number.map((byte, i) => byte ^ (iv[i] as number));
}

export function openConversation(records: readonly RecordOnTheWire[], keyLog: string): Conversation {
  const clientRandom = helloOf(records, 'c2s').subarray(6, 38);
  const answer = helloOf(records, 's2c');
  const suite = answer.readUInt16BE(39 + (answer[38] as number));
  const entries = parseKeyLog(keyLog).filter((entry) => clientRandom.equals(entry.clientRandom));
  const open = (direction: Direction): Uint8Array => {
    const keysOf = (phase: string): TrafficKeys => {
      const label = `${SENDER[direction]}_${phase}`;
      const found = entries.find((entry) => entry.label === label);
      if (!found) throw new Error(`the key log has no ${label} for this connection`);
      return trafficKeys(found.secret, suite);
    };
    let keys = keysOf('HANDSHAKE_TRAFFIC_SECRET');
    let sequence = 0;
    let handshake: Buffer | undefined = Buffer.alloc(0);
    const said: Uint8Array[] = [];
    for (const record of records) {
      if (record.direction !== direction || record.bytes[0] !== APPLICATION_DATA) continue;
      const { type, bytes } = openRecord(keys, sequence++, record.bytes);
      if (type === APPLICATION_DATA) said.push(bytes);
      if (type !== HANDSHAKE || !handshake) continue;
      handshake = Buffer.concat([handshake, bytes]);
      if (!hasFinished(handshake)) continue;
      [handshake, keys, sequence] = [undefined, keysOf('TRAFFIC_SECRET_0'), 0];
    }
    return Buffer.concat(said);
  };
  return { c2s: open('c2s'), s2c: open('s2c') };
}

/** The first handshake message of a direction, which is not encrypted: a ClientHello or a ServerHello. */
function helloOf(records: readonly RecordOnTheWire[], direction: Direction): Buffer {
  const record = records.find((each) => each.direction === direction && each.bytes[0] === HANDSHAKE);
  if (!record) throw new Error(`no hello in direction ${direction}`);
  return Buffer.from(record.bytes.subarray(HEADER_LENGTH));
}

/** Each handshake message begins with a type (1 byte) and a length (3 bytes). A Finished is the last. */
function hasFinished(messages: Buffer): boolean {
  for (let at = 0; at + 4 <= messages.length;) {
    const end = at + 4 + messages.readUIntBE(at + 1, 3);
    if (messages[at] === FINISHED) return end <= messages.length;
    at = end;
  }
  return false;
}
