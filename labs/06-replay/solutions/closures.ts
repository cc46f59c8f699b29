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

const number = (value: number, size: number) =>
  Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');
const record = (type: number, body: Bytes) =>
  join(number(type, 1), number(body.length, 3), number(0, 8), body);
const only = (condition: unknown, why: string) => {
  if (!condition) throw new Error(why);
};

type Step = (whole: Buffer) => { kind: string; bytes?: Bytes };

export function createServerChannel(keys: { id: string; key: Bytes }[]) {
  let waiting: Bytes[] = [];
  let longest = 512;
  let out: ReturnType<typeof createSealer> | undefined;
  let over = false;
  let step: Step = (hello) => {
    const reader = reading(hello.subarray(12));
    const [version, clientNonce] = [reader(1)[0], reader(32)];
    const suites = reader(reader(1)[0]!);
    const id = reader(reader(1)[0]!);
    only(hello.subarray(0, 12).equals(record(1, hello.subarray(12)).subarray(0, 12)), 'no client hello');
    only(reader().length === 0 && version === 1 && suites.includes(1), 'not understood');
    const shared = keys.filter((each) => Buffer.from(each.id).equals(id))[0];
    only(shared, 'no key of this name');
    const serverNonce = c.webcrypto.getRandomValues(new Uint8Array(32));
    const body = join(number(1, 1), serverNonce, number(1, 1));
    const hellos = join(hello, record(2, join(body, Buffer.alloc(32))).subarray(0, -32));
    const made = deriveKeys({ key: shared!.key, clientNonce, serverNonce, hellos });
    const proof = mac(made.serverConfirmKey, sha(hellos));
    const wanted = record(3, mac(made.clientConfirmKey, sha(join(hellos, proof))));
    step = (finished) => {
      only(finished.length === wanted.length && c.timingSafeEqual(finished, wanted), 'no proof');
      out = createSealer(made.s2c!);
      longest = 65536 + 16;
      step = sealed(createOpener(made.c2s!));
      return { kind: 'opened' };
    };
    return { kind: 'write', bytes: record(2, join(body, proof)) };
  };
  const sealed =
    (opener: ReturnType<typeof createOpener>): Step =>
    (whole) => {
      const bytes = opener.open(whole);
      only(whole[0] === 0x17 || whole[0] === 0x15, 'what is this?');
      over = whole[0] === 0x15;
      return over ? { kind: 'closed' } : { kind: 'plain', bytes };
    };

  return {
    push: (bytes: Bytes) => void waiting.push(bytes.slice()),
    next() {
      const all = join(...waiting);
      waiting = [all];
      if (over || all.length < 12) return undefined;
      const length = 12 + all.readUIntBE(1, 3);
      only(length <= 12 + longest, 'too long');
      if (all.length < length) return undefined;
      waiting = [all.subarray(length)];
      return step(all.subarray(0, length));
    },
    send(plain: Bytes): Bytes {
      only(out && !over, 'not open');
      const count = Math.ceil(plain.length / 65536);
      return join(
        ...Array.from({ length: count }, (_, i) =>
          out!.seal(0x17, plain.subarray(i * 65536, (i + 1) * 65536)),
        ),
      );
    },
    close(code = 0): Bytes {
      if (over) return new Uint8Array(0);
      over = true;
      return out ? out.seal(0x15, number(code, 1)) : record(0x15, number(code, 1));
    },
  };
}

/** Reads from the front; without a length, the rest. */
function reading(bytes: Buffer) {
  let at = 0;
  return (length = bytes.length - at) => {
    only(at + length <= bytes.length, 'cut');
    return bytes.subarray(at, (at += length));
  };
}
