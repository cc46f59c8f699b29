/** One function for both directions of a record; HKDF written out with HMAC. */
import * as c from 'node:crypto';

type Bytes = Uint8Array;
const sha = (data: Bytes) => c.createHash('sha256').update(data).digest();
const mac = (key: Bytes, data: Bytes) => c.createHmac('sha256', key).update(data).digest();
const join = (...parts: Bytes[]) => Buffer.concat(parts);

export function readReusedNonce(...[known, its, other]: [Bytes, Bytes, Bytes]): Bytes {
  const out: number[] = [];
  while (out.length < known.length && out.length < its.length && out.length < other.length) {
    const i = out.length;
    out.push(known[i]! ^ its[i]! ^ other[i]!);
  }
  return Uint8Array.from(out);
}

export function deriveKeys({ key, clientNonce, serverNonce, hellos }: Record<string, Bytes>) {
  const prk = mac(join(clientNonce!, serverNonce!), key!);
  const expand = (label: string) =>
    mac(prk, join(Buffer.from(`wireglass psk1 ${label}\x00`), sha(hellos!), Buffer.from([1])));
  const way = (name: string) => ({ key: expand(name + ' key'), iv: expand(name + ' iv').subarray(0, 12) });
  const [c2s, s2c] = ['c2s', 's2c'].map(way);
  return { c2s, s2c, serverConfirmKey: expand('server confirm'), clientConfirmKey: expand('client confirm') };
}

function counting({ key, iv }: { key: Bytes; iv: Bytes }) {
  let count = 0;
  const number = () => {
    const bytes = Buffer.alloc(8);
    bytes.writeUIntBE(count, 2, 6);
    return bytes;
  };
  const nonce = () => Buffer.from(iv).map((byte, i) => (i < 4 ? byte : byte ^ number()[i - 4]!));
  return { key, number, nonce, done: () => void count++ };
}

export function createSealer(direction: { key: Bytes; iv: Bytes }) {
  const { key, number, nonce, done } = counting(direction);
  const seal = (type: number, plain: Bytes): Bytes => {
    const length = Buffer.alloc(3);
    length.writeUIntBE(plain.length + 16, 0, 3);
    const header = join(Buffer.from([type]), length, number());
    const cipher = c.createCipheriv('aes-256-gcm', key, nonce());
    cipher.setAAD(header);
    const sealed = join(header, cipher.update(plain), cipher.final(), cipher.getAuthTag());
    done();
    return sealed;
  };
  return { seal };
}

export function createOpener(direction: { key: Bytes; iv: Bytes }) {
  const { key, number, nonce, done } = counting(direction);
  const open = (record: Bytes): Bytes => {
    const [header, body] = [record.subarray(0, 12), record.subarray(12)];
    if (body.length < 16 || !number().equals(header.subarray(4))) throw new Error('refused');
    const decipher = c.createDecipheriv('aes-256-gcm', key, nonce());
    decipher.setAAD(header);
    decipher.setAuthTag(body.subarray(body.length - 16));
    const plain = join(decipher.update(body.subarray(0, body.length - 16)), decipher.final());
    done();
    return plain;
  };
  return { open };
}
