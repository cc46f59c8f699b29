/** The psk channel's own part: the keys of a connection, records that are numbered and sealed, and the server's end. */
import crypto from 'node:crypto';

const HEADER_LENGTH = 12;
const TAG_LENGTH = 16;
const LONGEST_PLAIN = 65_536;
const LONGEST_HELLO = 512;
const VERSION = 1;
/** AES-256-GCM. */
const SUITE = 1;
const TYPE = { clientHello: 0x01, serverHello: 0x02, clientFinished: 0x03, alert: 0x15, data: 0x17 };

type Direction = { readonly key: Uint8Array; readonly iv: Uint8Array };
type Connection = Readonly<Record<'key' | 'clientNonce' | 'serverNonce' | 'hellos', Uint8Array>>;
type SharedKeys = readonly { readonly id: string; readonly key: Uint8Array }[];

/** The text under a nonce that was used twice: both ciphertexts are a text XOR the same key stream. */
export function readReusedNonce(knownText: Uint8Array, its: Uint8Array, other: Uint8Array): Uint8Array {
  const length = Math.min(knownText.length, its.length, other.length);
  return other.slice(0, length).map((byte, i) => byte ^ (its[i] as number) ^ (knownText[i] as number));
}

/** Keys that no other connection has, because both nonces go into them. */
export function deriveKeys({ key, clientNonce, serverNonce, hellos }: Connection) {
  const salt = Buffer.concat([clientNonce, serverNonce]);
  const derive = (label: string, length: number): Uint8Array => {
    const info = Buffer.concat([Buffer.from(`wireglass psk1 ${label}\0`), sha256(hellos)]);
    return new Uint8Array(crypto.hkdfSync('sha256', key, salt, info, length));
  };
  return {
    c2s: { key: derive('c2s key', 32), iv: derive('c2s iv', 12) },
    s2c: { key: derive('s2c key', 32), iv: derive('s2c iv', 12) },
    serverConfirmKey: derive('server confirm', 32),
    clientConfirmKey: derive('client confirm', 32),
  };
}

/** Seals one direction. Each record has the next number, and so a nonce that never comes again under this key. */
export function createSealer({ key, iv }: Direction) {
  let sequence = 0;
  return {
    seal(type: number, plain: Uint8Array): Uint8Array {
      const header = headerOf(type, plain.length + TAG_LENGTH, sequence);
      const cipher = crypto.createCipheriv('aes-256-gcm', key, nonceOf(iv, sequence));
      cipher.setAAD(header);
      sequence += 1;
      return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
  };
}

/** Opens one direction. Throws on anything but the next record, as it was sealed. */
export function createOpener({ key, iv }: Direction) {
  let sequence = 0;
  return {
    open(record: Uint8Array): Uint8Array {
      const header = Buffer.from(record.subarray(0, HEADER_LENGTH));
      const body = record.subarray(HEADER_LENGTH);
      if (header.length < HEADER_LENGTH || body.length < TAG_LENGTH) throw new Error('the record is cut');
      if (header.readBigUInt64BE(4) !== BigInt(sequence)) throw new Error(`record ${sequence} must come now`);
      const decipher = crypto.createDecipheriv('aes-256-gcm', key, nonceOf(iv, sequence));
      decipher.setAAD(header);
      decipher.setAuthTag(body.subarray(-TAG_LENGTH));
      const plain = Buffer.concat([decipher.update(body.subarray(0, -TAG_LENGTH)), decipher.final()]);
      // Only a record that is whole counts: one that was refused must not move the number on.
      sequence += 1;
      return plain;
    },
  };
}

/** The server's end of one connection: the handshake, then sealed records. */
export function createServerChannel(sharedKeys: SharedKeys) {
  let kept = Buffer.alloc(0);
  let session: ReturnType<typeof acceptHello> | undefined;
  let state: 'handshake' | 'open' | 'over' = 'handshake';

  function takeRecord(): Buffer | undefined {
    if (state === 'over' || kept.length < HEADER_LENGTH) return undefined;
    const end = HEADER_LENGTH + kept.readUIntBE(1, 3);
    const longest = state === 'open' ? LONGEST_PLAIN + TAG_LENGTH : LONGEST_HELLO;
    if (end > HEADER_LENGTH + longest) throw new Error('the record is too long');
    if (kept.length < end) return undefined;
    const record = kept.subarray(0, end);
    kept = kept.subarray(end);
    return record;
  }

  function next() {
    const record = takeRecord();
    if (!record) return undefined;
    if (!session) {
      session = acceptHello(record, sharedKeys);
      return { kind: 'write', bytes: session.serverHello };
    }
    if (state === 'handshake') {
      if (!isSame(record, session.clientFinished)) throw new Error('the client has another key');
      state = 'open';
      return { kind: 'opened' };
    }
    const plain = session.opener.open(record);
    if (record[0] === TYPE.data) return { kind: 'plain', bytes: plain };
    if (record[0] !== TYPE.alert) throw new Error('only data and alerts are sealed');
    state = 'over';
    return { kind: 'closed' };
  }

  return {
    push: (bytes: Uint8Array) => void (kept = Buffer.concat([kept, bytes])),
    next,
    send(plain: Uint8Array): Uint8Array {
      if (!session || state !== 'open') throw new Error('the channel is not open');
      const records = [];
      for (let at = 0; at < plain.length; at += LONGEST_PLAIN)
        records.push(session.sealer.seal(TYPE.data, plain.subarray(at, at + LONGEST_PLAIN)));
      return Buffer.concat(records);
    },
    close(code = 0): Uint8Array {
      const [alert, was] = [Uint8Array.of(code), state];
      state = 'over';
      if (session && was === 'open') return session.sealer.seal(TYPE.alert, alert);
      return was === 'over' ? new Uint8Array(0) : recordOf(TYPE.alert, alert);
    },
  };
}

/** The answer to a client hello, what the client must send then, and both directions. Throws when it is not acceptable. */
function acceptHello(record: Buffer, sharedKeys: SharedKeys) {
  const [body, suites] = [record.subarray(HEADER_LENGTH), record[HEADER_LENGTH + 33] ?? 0];
  const keyId = body.subarray(35 + suites);
  const shared = sharedKeys.find(({ id }) => id === keyId.toString());
  if (!isSame(record, recordOf(TYPE.clientHello, body))) throw new Error('a client hello must come first');
  if (body[0] !== VERSION || !body.subarray(34, 34 + suites).includes(SUITE))
    throw new Error('not spoken here');
  if (!shared || body[34 + suites] !== keyId.length) throw new Error('no such key');

  const serverNonce = crypto.randomBytes(32);
  const hello = Buffer.concat([Uint8Array.of(VERSION), serverNonce, Uint8Array.of(SUITE)]);
  const hellos = Buffer.concat([record, headerOf(TYPE.serverHello, hello.length + 32, 0), hello]);
  const clientNonce = body.subarray(1, 33);
  const keys = deriveKeys({ key: shared.key, clientNonce, serverNonce, hellos });
  const serverConfirm = hmac(keys.serverConfirmKey, sha256(hellos));
  const clientConfirm = hmac(keys.clientConfirmKey, sha256(Buffer.concat([hellos, serverConfirm])));
  return {
    serverHello: recordOf(TYPE.serverHello, Buffer.concat([hello, serverConfirm])),
    clientFinished: recordOf(TYPE.clientFinished, clientConfirm),
    sealer: createSealer(keys.s2c),
    opener: createOpener(keys.c2s),
  };
}

/** A record of the handshake: it is not sealed, and its number is 0. */
const recordOf = (type: number, body: Uint8Array) => Buffer.concat([headerOf(type, body.length, 0), body]);

/** Type, three bytes of length, eight bytes of number. */
function headerOf(type: number, length: number, sequence: number): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUInt32BE(length, 0);
  header.writeUInt8(type, 0);
  header.writeBigUInt64BE(BigInt(sequence), 4);
  return header;
}

/** The iv with the number XORed into its last eight bytes. */
function nonceOf(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = Buffer.from(iv);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(sequence), 4);
  return nonce;
}

/** In a time that does not depend on how many bytes are right. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && crypto.timingSafeEqual(one, other);
}

const sha256 = (bytes: Uint8Array) => crypto.createHash('sha256').update(bytes).digest();
const hmac = (key: Uint8Array, bytes: Uint8Array) => crypto.createHmac('sha256', key).update(bytes).digest();
