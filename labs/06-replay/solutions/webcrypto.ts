/** With WebCrypto, which gives promises everywhere. */
type Keys = { key: Uint8Array; iv: Uint8Array };
const own = (bytes: Uint8Array) => new Uint8Array(bytes);

export function readReusedNonce(known: Uint8Array, its: Uint8Array, other: Uint8Array) {
  return known.map((byte, i) => byte ^ its[i]! ^ other[i]!).slice(0, Math.min(its.length, other.length));
}

export async function deriveKeys(connection: { [name: string]: Uint8Array }) {
  const { key, clientNonce, serverNonce, hellos } = connection as any;
  const secret = await crypto.subtle.importKey('raw', own(key), 'HKDF', false, ['deriveBits']);
  const salt = new Uint8Array([...clientNonce, ...serverNonce]);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', own(hellos)));
  const bits = async (label: string, length: number) => {
    const info = new Uint8Array([...new TextEncoder().encode(`wireglass psk1 ${label}`), 0, ...hash]);
    return new Uint8Array(
      await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, secret, length * 8),
    );
  };
  const [c2sKey, c2sIv, s2cKey, s2cIv, serverConfirmKey, clientConfirmKey] = await Promise.all([
    bits('c2s key', 32),
    bits('c2s iv', 12),
    bits('s2c key', 32),
    bits('s2c iv', 12),
    bits('server confirm', 32),
    bits('client confirm', 32),
  ]);
  return {
    c2s: { key: c2sKey, iv: c2sIv },
    s2c: { key: s2cKey, iv: s2cIv },
    serverConfirmKey,
    clientConfirmKey,
  };
}

const gcm = ({ iv }: Keys, number: number, additionalData: Uint8Array) => {
  const nonce = own(iv);
  const view = new DataView(nonce.buffer);
  view.setUint32(8, view.getUint32(8) ^ number);
  return { name: 'AES-GCM', iv: nonce, additionalData: own(additionalData) };
};
const imported = ({ key }: Keys) =>
  crypto.subtle.importKey('raw', own(key), 'AES-GCM', false, ['encrypt', 'decrypt']);

export function createSealer(keys: Keys) {
  let number = 0;
  return {
    async seal(type: number, plain: Uint8Array) {
      const mine = number++;
      const header = new Uint8Array(12);
      const view = new DataView(header.buffer);
      view.setUint32(0, (type << 24) | (plain.length + 16));
      view.setUint32(8, mine);
      const sealed = await crypto.subtle.encrypt(gcm(keys, mine, header), await imported(keys), own(plain));
      return new Uint8Array([...header, ...new Uint8Array(sealed)]);
    },
  };
}

export function createOpener(keys: Keys) {
  let number = 0;
  return {
    async open(record: Uint8Array) {
      const header = own(record.subarray(0, 12));
      const view = new DataView(header.buffer);
      if (view.getUint32(4) !== 0 || view.getUint32(8) !== number) throw new Error('out of turn');
      const plain = await crypto.subtle.decrypt(
        gcm(keys, number, header),
        await imported(keys),
        own(record.subarray(12)),
      );
      number++;
      return new Uint8Array(plain);
    },
  };
}
