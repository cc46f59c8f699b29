/** Functions only. It does not look for the Finished: when a record does not open any more, the next keys are tried. */
import * as crypto from 'node:crypto';

const u8 = (n: number) => Buffer.of(n);
const u16 = (n: number) => Buffer.of(n >> 8, n & 255);
const vector = (bytes: Uint8Array) => Buffer.concat([u8(bytes.length), bytes]);

export const parseKeyLog = (text: string) =>
  text
    .split('\n')
    .map((line) => /^([A-Z0-9_]+)\s+([0-9a-fA-F]{64})\s+([0-9a-fA-F]+)\s*$/.exec(line))
    .filter((match) => match !== null && match[3]!.length % 2 === 0)
    .map((match) => ({
      label: match![1]!,
      clientRandom: Buffer.from(match![2]!, 'hex'),
      secret: Buffer.from(match![3]!, 'hex'),
    }));

export const expandLabel = (
  secret: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Buffer => {
  const info = Buffer.concat([u16(length), vector(Buffer.from('tls13 ' + label)), vector(context)]);
  const block = (i: number, before: Buffer): Buffer[] => {
    if ((i - 1) * secret.length >= length) return [];
    const next = crypto
      .createHmac(`sha${secret.length * 8}`, secret)
      .update(Buffer.concat([before, info, u8(i)]))
      .digest();
    return [next, ...block(i + 1, next)];
  };
  return Buffer.concat(block(1, Buffer.alloc(0))).subarray(0, length);
};

export const trafficKeys = (secret: Uint8Array, suite: number) => {
  switch (suite) {
    case 0x1301:
    case 0x1302: {
      const none = Buffer.alloc(0);
      return {
        key: expandLabel(secret, 'key', none, (suite - 0x1300) * 16),
        iv: expandLabel(secret, 'iv', none, 12),
      };
    }
    default:
      throw new Error('unknown suite');
  }
};

type Keys = ReturnType<typeof trafficKeys>;

export const openRecord = ({ key, iv }: Keys, sequence: number, record: Uint8Array) => {
  const nonce = BigInt('0x' + Buffer.from(iv).toString('hex')) ^ BigInt(sequence);
  const decipher = crypto.createDecipheriv(
    `aes-${key.length * 8}-gcm` as crypto.CipherGCMTypes,
    key,
    Buffer.from(nonce.toString(16).padStart(24, '0'), 'hex'),
    { authTagLength: 16 },
  );
  decipher.setAAD(record.subarray(0, 5)).setAuthTag(record.subarray(Math.max(5, record.length - 16)));
  const bytes = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()]);
  let end = bytes.length;
  while (bytes[end - 1] === 0) end--;
  if (end === 0) throw new Error('no type');
  return { type: bytes[end - 1]!, bytes: bytes.subarray(0, end - 1) };
};

export const openConversation = (
  records: { direction: 'c2s' | 's2c'; bytes: Uint8Array }[],
  keyLog: string,
) => {
  const [hello, answer] = ['c2s', 's2c'].map((way) =>
    Buffer.from(records.find((r) => r.direction === way)!.bytes),
  );
  const suite = answer!.readUInt16BE(44 + answer![43]!);
  const find = (label: string): Keys => {
    const entry = parseKeyLog(keyLog).find(
      (each) => each.label === label && Buffer.compare(each.clientRandom, hello!.subarray(11, 43)) === 0,
    );
    if (entry) return trafficKeys(entry.secret, suite);
    throw new Error(`no ${label}`);
  };
  const one = (way: 'c2s' | 's2c', side: string) => {
    const chain = [find(`${side}_HANDSHAKE_TRAFFIC_SECRET`), find(`${side}_TRAFFIC_SECRET_0`)];
    let sequence = 0;
    const attempt = (record: Uint8Array): ReturnType<typeof openRecord> => {
      try {
        return openRecord(chain[0]!, sequence++, record);
      } catch (error) {
        chain.shift();
        if (chain.length === 0) throw error;
        sequence = 0;
        return attempt(record);
      }
    };
    const sealed = records.filter((r) => r.direction === way && r.bytes[0] === 23);
    return Buffer.concat(
      sealed
        .map((r) => attempt(r.bytes))
        .filter((r) => r.type === 23)
        .map((r) => r.bytes),
    );
  };
  return { c2s: one('c2s', 'CLIENT'), s2c: one('s2c', 'SERVER') };
};
