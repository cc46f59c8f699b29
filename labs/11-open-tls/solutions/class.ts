/** A class per direction that reads as a receiver does, with WebCrypto for the cipher and DataView for the bytes. */
import { createHmac, webcrypto } from 'node:crypto';

interface Keys {
  key: Uint8Array;
  iv: Uint8Array;
}
type Direction = 'c2s' | 's2c';
interface Packet {
  direction: Direction;
  bytes: Uint8Array;
}

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

export function parseKeyLog(text: string) {
  const entries = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const [label, random, secret, ...more] = line.split(' ');
    if (!label || !random || !secret || more.length > 0) continue;
    if (!/^[\da-f]{64}$/i.test(random) || !/^([\da-f]{2})+$/i.test(secret)) continue;
    entries.push({ label, clientRandom: fromHex(random), secret: fromHex(secret) });
  }
  return entries;
}

export function expandLabel(
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  const full = new TextEncoder().encode('tls13 ' + label);
  const info = new Uint8Array(2 + 1 + full.length + 1 + context.length);
  new DataView(info.buffer).setUint16(0, length);
  info[2] = full.length;
  info.set(full, 3);
  info[3 + full.length] = context.length;
  info.set(context, 4 + full.length);
  const hash = { 32: 'sha256', 48: 'sha384' }[secret.length]!;
  let all: number[] = [];
  let previous: number[] = [];
  for (let i = 1; all.length < length; i++) {
    previous = [
      ...createHmac(hash, secret)
        .update(Uint8Array.from([...previous, ...info, i]))
        .digest(),
    ];
    all = [...all, ...previous];
  }
  return Uint8Array.from(all.slice(0, length));
}

export function trafficKeys(secret: Uint8Array, suite: number): Keys {
  if (suite !== 0x1301 && suite !== 0x1302) throw new RangeError(`unknown suite ${suite}`);
  const none = new Uint8Array(0);
  return {
    key: expandLabel(secret, 'key', none, suite === 0x1301 ? 16 : 32),
    iv: expandLabel(secret, 'iv', none, 12),
  };
}

export async function openRecord({ key, iv }: Keys, sequence: number, record: Uint8Array) {
  const nonce = Uint8Array.from(iv);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, (view.getUint32(4) ^ Math.floor(sequence / 2 ** 32)) >>> 0);
  view.setUint32(8, (view.getUint32(8) ^ (sequence % 2 ** 32)) >>> 0);
  const imported = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const params = { name: 'AES-GCM', iv: nonce, additionalData: record.subarray(0, 5) };
  const inner = new Uint8Array(await webcrypto.subtle.decrypt(params, imported, record.subarray(5)));
  let end = inner.length;
  while (end > 0 && inner[end - 1] === 0) end--;
  if (end === 0) throw new Error('unexpected_message');
  return { type: inner[end - 1]!, bytes: inner.slice(0, end - 1) };
}

class Reader {
  #keys: Keys;
  #next: Keys | undefined;
  #count = 0;
  #messages: number[] = [];
  readonly said: number[] = [];

  constructor(handshake: Keys, application: Keys) {
    this.#keys = handshake;
    this.#next = application;
  }

  async read(record: Uint8Array): Promise<void> {
    const { type, bytes } = await openRecord(this.#keys, this.#count++, record);
    if (type === 23) this.said.push(...bytes);
    if (type === 22 && this.#next) this.#handshake(bytes);
  }

  #handshake(bytes: Uint8Array): void {
    this.#messages.push(...bytes);
    while (this.#messages.length >= 4) {
      const [type, high, middle, low] = this.#messages as [number, number, number, number];
      const length = (high << 16) | (middle << 8) | low;
      if (this.#messages.length < 4 + length) return;
      this.#messages.splice(0, 4 + length);
      if (type !== 20) continue;
      this.#keys = this.#next!;
      this.#next = undefined;
      this.#count = 0;
      return;
    }
  }
}

export async function openConversation(records: Packet[], keyLog: string) {
  const random = toHex(records.find((each) => each.direction === 'c2s')!.bytes.subarray(11, 43));
  const answer = records.find((each) => each.direction === 's2c')!.bytes;
  const suite = new DataView(answer.buffer, answer.byteOffset).getUint16(44 + answer[43]!);
  const secrets = new Map(
    parseKeyLog(keyLog)
      .filter((entry) => toHex(entry.clientRandom) === random)
      .map((entry) => [entry.label, entry.secret]),
  );
  const keys = (label: string): Keys => {
    const secret = secrets.get(label);
    if (!secret) throw new Error(`missing ${label}`);
    return trafficKeys(secret, suite);
  };
  const reader = (side: string) =>
    new Reader(keys(`${side}_HANDSHAKE_TRAFFIC_SECRET`), keys(`${side}_TRAFFIC_SECRET_0`));
  const readers = { c2s: reader('CLIENT'), s2c: reader('SERVER') };
  for (const { direction, bytes } of records) if (bytes[0] === 23) await readers[direction].read(bytes);
  return { c2s: Uint8Array.from(readers.c2s.said), s2c: Uint8Array.from(readers.s2c.said) };
}
