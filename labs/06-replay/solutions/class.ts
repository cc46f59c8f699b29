/** Classes; HKDF from Node; numbers as BigInt. */
import crypto from 'node:crypto';

export const readReusedNonce = (known: Uint8Array, its: Uint8Array, other: Uint8Array) => {
  const text = Buffer.from(other.subarray(0, Math.min(known.length, its.length)));
  for (let i = 0; i < text.length; i++) text[i] = text[i]! ^ its[i]! ^ known[i]!;
  return text;
};

export function deriveKeys(c: Record<'key' | 'clientNonce' | 'serverNonce' | 'hellos', Uint8Array>) {
  const salt = new Uint8Array([...c.clientNonce, ...c.serverNonce]);
  const hash = crypto.createHash('sha256').update(c.hellos).digest();
  const get = (label: string, length: number) => {
    const info = Buffer.concat([Buffer.from('wireglass psk1 ' + label), Buffer.alloc(1), hash]);
    return new Uint8Array(crypto.hkdfSync('sha256', c.key, salt, info, length));
  };
  const both = (way: string) => ({ key: get(`${way} key`, 32), iv: get(`${way} iv`, 12) });
  return {
    c2s: both('c2s'),
    s2c: both('s2c'),
    serverConfirmKey: get('server confirm', 32),
    clientConfirmKey: get('client confirm', 32),
  };
}

class Counter {
  #next = 0n;
  constructor(readonly keys: { key: Uint8Array; iv: Uint8Array }) {}
  get number() {
    return this.#next;
  }
  get nonce() {
    const nonce = Uint8Array.from(this.keys.iv);
    for (let i = 0; i < 8; i++) nonce[11 - i]! ^= Number((this.#next >> BigInt(8 * i)) & 0xffn);
    return nonce;
  }
  used() {
    this.#next++;
  }
}

class Sealer extends Counter {
  seal(type: number, plain: Uint8Array) {
    const header = Buffer.from(
      `${hex(type, 1)}${hex(plain.length + 16, 3)}${hex(Number(this.number), 8)}`,
      'hex',
    );
    const cipher = crypto.createCipheriv('aes-256-gcm', this.keys.key, this.nonce).setAAD(header);
    const text = cipher.update(plain);
    cipher.final();
    this.used();
    return new Uint8Array(Buffer.concat([header, text, cipher.getAuthTag()]));
  }
}

class Opener extends Counter {
  open(record: Uint8Array) {
    if (record.length < 28) throw new RangeError('too short');
    const bytes = Buffer.from(record);
    if (bytes.readBigUInt64BE(4) !== this.number) throw new RangeError('not the next record');
    const decipher = crypto.createDecipheriv('aes-256-gcm', this.keys.key, this.nonce, { authTagLength: 16 });
    decipher.setAAD(bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16));
    const text = decipher.update(bytes.subarray(12, -16));
    decipher.final();
    this.used();
    return text;
  }
}

const hex = (value: number, bytes: number) => value.toString(16).padStart(bytes * 2, '0');
export const createSealer = (keys: { key: Uint8Array; iv: Uint8Array }) => new Sealer(keys);
export const createOpener = (keys: { key: Uint8Array; iv: Uint8Array }) => new Opener(keys);

type Key = { id: string; key: Uint8Array };
const mac = (key: Uint8Array, ...said: Uint8Array[]) =>
  crypto
    .createHmac('sha256', key)
    .update(crypto.createHash('sha256').update(Buffer.concat(said)).digest())
    .digest();
const clear = (type: number, ...body: Uint8Array[]) => {
  const bytes = Buffer.concat(body);
  return Buffer.concat([Buffer.from(`${hex(type, 1)}${hex(bytes.length, 3)}${hex(0, 8)}`, 'hex'), bytes]);
};

class ServerChannel {
  #bytes = Buffer.alloc(0);
  #finished?: Buffer;
  #in?: Opener;
  #out?: Sealer;
  #open = false;
  #over = false;
  constructor(readonly keys: Key[]) {}

  push(bytes: Uint8Array) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  next() {
    if (this.#over || this.#bytes.length < 12) return;
    const length = this.#bytes.readUIntBE(1, 3);
    if (length > (this.#open ? 65552 : 512)) throw new RangeError('too long');
    if (this.#bytes.length < 12 + length) return;
    const record = Buffer.from(this.#bytes.subarray(0, 12 + length));
    this.#bytes = this.#bytes.subarray(12 + length);
    if (this.#open) return this.#sealed(record);
    if (record.readBigUInt64BE(4) !== 0n) throw new RangeError('numbered too early');
    return this.#finished ? this.#finish(record) : this.#hello(record);
  }

  #hello(record: Buffer) {
    const [version, count] = [record.readUInt8(12), record.readUInt8(45)];
    const suites = record.subarray(46, 46 + count);
    const id = record.subarray(47 + count).toString();
    const known = this.keys.find((each) => each.id === id);
    if (record[0] !== 1 || version !== 1 || !suites.includes(1) || !known) throw new RangeError('no');
    if (record.readUInt8(46 + count) !== record.length - 47 - count) throw new RangeError('malformed');
    const serverNonce = crypto.randomBytes(32);
    const draft = clear(2, Buffer.from([1]), serverNonce, Buffer.from([1]), Buffer.alloc(32));
    const hellos = Buffer.concat([record, draft.subarray(0, -32)]);
    const clientNonce = record.subarray(13, 45);
    const keys = deriveKeys({ key: known.key, clientNonce, serverNonce, hellos });
    mac(keys.serverConfirmKey, hellos).copy(draft, draft.length - 32);
    this.#finished = clear(3, mac(keys.clientConfirmKey, hellos, draft.subarray(-32)));
    this.#in = new Opener(keys.c2s);
    this.#out = new Sealer(keys.s2c);
    return { kind: 'write', bytes: draft };
  }

  #finish(record: Buffer) {
    if (record.length !== 44 || !crypto.timingSafeEqual(record, this.#finished!)) throw new RangeError('no');
    this.#open = true;
    return { kind: 'opened' };
  }

  #sealed(record: Buffer) {
    const bytes = this.#in!.open(record);
    if (record[0] === 0x17) return { kind: 'plain', bytes };
    if (record[0] !== 0x15) throw new RangeError('a type that is not sealed');
    this.#over = true;
    return { kind: 'closed' };
  }

  send(plain: Uint8Array) {
    if (!this.#open || this.#over) throw new RangeError('not open');
    const parts = [];
    for (let i = 0; i < plain.length; i += 65536)
      parts.push(this.#out!.seal(0x17, plain.subarray(i, i + 65536)));
    return Buffer.concat(parts);
  }

  close(code = 0) {
    if (this.#over) return Buffer.alloc(0);
    this.#over = true;
    return this.#open ? this.#out!.seal(0x15, Uint8Array.of(code)) : clear(0x15, Uint8Array.of(code));
  }
}
export const createServerChannel = (keys: Key[]) => new ServerChannel(keys);
