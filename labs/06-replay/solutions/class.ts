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
