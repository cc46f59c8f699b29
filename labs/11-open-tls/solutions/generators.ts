/** Generators: one gives lines, one gives key bytes without end, one gives the opened records of a direction. */
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

type Direction = 'c2s' | 's2c';
type Keys = { key: Uint8Array; iv: Uint8Array };
type Item = { direction: Direction; bytes: Uint8Array };

function* linesOf(text: string) {
  for (const line of text.split(/[\r\n]+/)) if (line !== '' && line[0] !== '#') yield line.split(' ');
}

export function parseKeyLog(text: string) {
  const out: { label: string; clientRandom: Buffer; secret: Buffer }[] = [];
  for (const [label = '', first = '', second = ''] of linesOf(text)) {
    const [clientRandom, secret] = [Buffer.from(first, 'hex'), Buffer.from(second, 'hex')];
    const isWhole = clientRandom.length === 32 && first.length === 64 && secret.length * 2 === second.length;
    if (isWhole && secret.length > 0) out.push({ label, clientRandom, secret });
  }
  return out;
}

function* hkdf(secret: Uint8Array, info: Uint8Array): Generator<number> {
  const hash = secret.length > 32 ? 'SHA384' : 'SHA256';
  for (let block = Buffer.alloc(0), i = 1; ; i++) {
    block = createHmac(hash, secret)
      .update(block)
      .update(info)
      .update(String.fromCharCode(i), 'latin1')
      .digest();
    yield* block;
  }
}

export function expandLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number) {
  const info = [
    length >>> 8,
    length & 255,
    label.length + 6,
    ...Buffer.from('tls13 ' + label),
    context.length,
    ...context,
  ];
  const bytes = hkdf(secret, Uint8Array.from(info));
  return Uint8Array.from({ length }, () => bytes.next().value as number);
}

export function trafficKeys(secret: Uint8Array, suite: number): Keys {
  const size = { [0x1301]: 16, [0x1302]: 32 }[suite];
  if (size === undefined) throw new TypeError('suite');
  return {
    key: expandLabel(secret, 'key', new Uint8Array(), size),
    iv: expandLabel(secret, 'iv', new Uint8Array(), 12),
  };
}

export function openRecord(keys: Keys, sequence: number, record: Uint8Array) {
  if (record.length < 22) throw new Error('short');
  const nonce = keys.iv.slice();
  for (let at = 11, left = sequence; left > 0; at--, left = Math.floor(left / 256)) nonce[at]! ^= left % 256;
  const decipher = createDecipheriv(keys.key.length === 16 ? 'aes-128-gcm' : 'aes-256-gcm', keys.key, nonce);
  decipher.setAAD(record.slice(0, 5));
  decipher.setAuthTag(record.slice(-16));
  const inner = [...decipher.update(record.slice(5, -16)), ...decipher.final()];
  for (;;) {
    const type = inner.pop();
    if (type === undefined) throw new Error('empty');
    if (type !== 0) return { type, bytes: Uint8Array.from(inner) };
  }
}

function* opened(records: Iterable<Uint8Array>, handshake: Keys, application: Keys) {
  let keys = handshake;
  let number = 0;
  let pending = Buffer.alloc(0);
  for (const record of records) {
    const item = openRecord(keys, number++, record);
    yield item;
    if (item.type !== 22 || keys === application) continue;
    pending = Buffer.concat([pending, item.bytes]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readUIntBE(1, 3)) {
      if (pending[0] === 20) [keys, number] = [application, 0];
      pending = pending.subarray(4 + pending.readUIntBE(1, 3));
    }
  }
}

export function openConversation(records: Item[], keyLog: string) {
  const of = (direction: Direction) =>
    records.filter((each) => each.direction === direction).map(({ bytes }) => bytes);
  const random = of('c2s')[0]!.slice(11, 43);
  const hello = of('s2c')[0]!;
  const suiteAt = 44 + hello[43]!;
  const suite = hello[suiteAt]! * 256 + hello[suiteAt + 1]!;
  const mine = parseKeyLog(keyLog).filter(({ clientRandom }) => timingSafeEqual(clientRandom, random));
  const keys = (name: string) => trafficKeys(mine.find(({ label }) => label === name)!.secret, suite);
  const said = (direction: Direction, side: string) => {
    const sealed = of(direction).filter(([type]) => type === 23);
    const all = opened(sealed, keys(`${side}_HANDSHAKE_TRAFFIC_SECRET`), keys(`${side}_TRAFFIC_SECRET_0`));
    return Buffer.concat([...all].filter(({ type }) => type === 23).map(({ bytes }) => bytes));
  };
  return { c2s: said('c2s', 'CLIENT'), s2c: said('s2c', 'SERVER') };
}
