/** The server's end as a generator that waits for records; DataView instead of Buffer. */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomFillSync } from 'node:crypto';

const text = (words: string) => new TextEncoder().encode(words);
function glue(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
const digest = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const sign = (key: Uint8Array, ...parts: Uint8Array[]) => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
};

export function readReusedNonce(known: Uint8Array, its: Uint8Array, other: Uint8Array) {
  function* bytes() {
    for (const [i, byte] of other.entries())
      if (i < known.length && i < its.length) yield byte ^ known[i]! ^ its[i]!;
  }
  return Uint8Array.from(bytes());
}

interface Session {
  key: Uint8Array;
  clientNonce: Uint8Array;
  serverNonce: Uint8Array;
  hellos: Uint8Array;
}

export function deriveKeys({ key, clientNonce, serverNonce, hellos }: Session) {
  const secret = sign(glue(clientNonce, serverNonce), key);
  const value = (name: string) =>
    Uint8Array.from(sign(secret, text(`wireglass psk1 ${name}\0`), digest(hellos), Uint8Array.of(1)));
  return {
    c2s: { key: value('c2s key'), iv: value('c2s iv').slice(0, 12) },
    s2c: { key: value('s2c key'), iv: value('s2c iv').slice(0, 12) },
    serverConfirmKey: value('server confirm'),
    clientConfirmKey: value('client confirm'),
  };
}

function header(type: number, length: number, sequence = 0) {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, type * 2 ** 24 + length);
  view.setBigUint64(4, BigInt(sequence));
  return new Uint8Array(view.buffer);
}

function nonce(iv: Uint8Array, sequence: number) {
  const copy = Uint8Array.from(iv);
  const view = new DataView(copy.buffer);
  view.setBigUint64(4, view.getBigUint64(4) ^ BigInt(sequence));
  return copy;
}

export function createSealer({ key, iv }: { key: Uint8Array; iv: Uint8Array }) {
  let sent = 0;
  function seal(type: number, plain: Uint8Array) {
    const first = header(type, plain.length + 16, sent);
    const cipher = createCipheriv('aes-256-gcm', key, nonce(iv, sent++));
    cipher.setAAD(first);
    return glue(first, cipher.update(plain), cipher.final(), cipher.getAuthTag());
  }
  return { seal };
}

export function createOpener({ key, iv }: { key: Uint8Array; iv: Uint8Array }) {
  let seen = 0;
  function open(record: Uint8Array) {
    const tagAt = record.length - 16;
    if (tagAt < 12) throw new Error('cut');
    const view = new DataView(record.buffer, record.byteOffset);
    if (view.getBigUint64(4) !== BigInt(seen)) throw new Error('not this one');
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(iv, seen));
    decipher.setAAD(record.subarray(0, 12)).setAuthTag(record.subarray(tagAt));
    const plain = glue(decipher.update(record.subarray(12, tagAt)), decipher.final());
    seen++;
    return plain;
  }
  return { open };
}

type Shared = { id: string; key: Uint8Array };
type Event = { kind: 'write' | 'plain'; bytes: Uint8Array } | { kind: 'opened' | 'closed' };
type Sealer = ReturnType<typeof createSealer>;

/** Takes records, gives what they mean. */
function* conversation(keys: Shared[], onOpen: (sealer: Sealer) => void): Generator<Event, void, Uint8Array> {
  const hello = yield { kind: 'closed' };
  const [count, idAt] = [hello[45] ?? 0, 46 + (hello[45] ?? 0)];
  const wellFormed =
    hello.length === idAt + 1 + (hello[idAt] ?? 999) && hello.slice(4, 13).join() === '0,0,0,0,0,0,0,0,1';
  const shared = keys.find(({ id }) => text(id).join() === hello.slice(idAt + 1).join());
  if (hello[0] !== 1 || !wellFormed || !hello.slice(46, 46 + count).includes(1) || !shared)
    throw new Error('refused');

  const serverNonce = randomFillSync(new Uint8Array(32));
  const mine = glue(header(2, 66), Uint8Array.of(1), serverNonce, Uint8Array.of(1));
  const hellos = glue(hello, mine);
  const derived = deriveKeys({ key: shared.key, clientNonce: hello.slice(13, 45), serverNonce, hellos });
  const proof = sign(derived.serverConfirmKey, digest(hellos));
  const finished = yield { kind: 'write', bytes: glue(mine, proof) };
  const expected = glue(header(3, 32), sign(derived.clientConfirmKey, digest(hellos, proof)));
  let wrong = finished.length ^ expected.length;
  for (const [i, byte] of expected.entries()) wrong |= byte ^ (finished[i] ?? 0);
  if (wrong !== 0) throw new Error('no proof');
  onOpen(createSealer(derived.s2c));

  const opener = createOpener(derived.c2s);
  let record = yield { kind: 'opened' };
  for (;;) {
    const bytes = opener.open(record);
    if (record[0] === 0x15) break;
    if (record[0] !== 0x17) throw new Error('not data');
    record = yield { kind: 'plain', bytes };
  }
  yield { kind: 'closed' };
}

export function createServerChannel(keys: Shared[]) {
  let bytes = new Uint8Array(0) as Uint8Array;
  let sealer: Sealer | undefined;
  let over = false;
  const records = conversation(keys, (made) => (sealer = made));
  records.next();
  return {
    push(more: Uint8Array) {
      bytes = glue(bytes, more);
    },
    next() {
      const size = bytes.length < 4 ? NaN : (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!;
      if (over) return undefined;
      if (size > (sealer ? 65552 : 512)) throw new Error('too long');
      if (!(bytes.length >= 12 + size)) return undefined;
      const record = bytes.slice(0, 12 + size);
      bytes = bytes.slice(12 + size);
      const event = records.next(record).value!;
      if (event.kind === 'closed') over = true;
      return event;
    },
    send(plain: Uint8Array) {
      if (!sealer || over) throw new Error('not open');
      let sent = new Uint8Array(0) as Uint8Array;
      for (let at = 0; at < plain.length; at += 65536)
        sent = glue(sent, sealer.seal(0x17, plain.subarray(at, at + 65536)));
      return sent;
    },
    close(code = 0) {
      const alert = over ? undefined : Uint8Array.of(code);
      over = true;
      if (!alert) return new Uint8Array(0);
      return sealer?.seal(0x15, alert) ?? glue(header(0x15, 1), alert);
    },
  };
}
