/** With WebCrypto, and with all 256 questions about a byte asked at once. */
type Oracle = (message: Uint8Array) => Promise<boolean>;

const { subtle } = globalThis.crypto;
const encoder = new TextEncoder();

export const flipText = (sealed: Uint8Array, was: string, wanted: string): Uint8Array => {
  const [a, b] = [encoder.encode(was), encoder.encode(wanted)];
  if (a.length > 16 || a.length !== b.length) throw new Error('cannot be done');
  return sealed.map((byte, i) => byte ^ (a[i] ?? 0) ^ (b[i] ?? 0));
};

async function values(forged: Uint8Array, at: number, block: Uint8Array, ask: Oracle): Promise<number[]> {
  const answers = await Promise.all(
    Array.from({ length: 256 }, (_, value) => {
      const message = new Uint8Array([...forged, ...block]);
      message[at] = value;
      return ask(message);
    }),
  );
  return answers.flatMap((right, value) => (right ? [value] : []));
}

async function inner(block: Uint8Array, ask: Oracle): Promise<Uint8Array> {
  const found = new Uint8Array(16);
  for (let at = 15; at >= 0; at--) {
    const pad = 16 - at;
    const forged = found.map((byte, i) => (i > at ? byte ^ pad : 0));
    for (const value of await values(forged, at, block, ask)) {
      const again = new Uint8Array([...forged, ...block]);
      again[at] = value;
      if (at > 0) again[at - 1]! ^= 0xff;
      if (at < 15 || (await ask(again))) found[at] = value ^ pad;
    }
  }
  return found;
}

export const decryptWithOracle = async (sealed: Uint8Array, isPaddingRight: Oracle): Promise<string> => {
  const plain: number[] = [];
  for (let i = 16; i < sealed.length; i += 16) {
    const before = sealed.subarray(i - 16, i);
    plain.push(
      ...(await inner(sealed.subarray(i, i + 16), isPaddingRight)).map((byte, j) => byte ^ before[j]!),
    );
  }
  return new TextDecoder().decode(new Uint8Array(plain.slice(0, -plain.at(-1)!)));
};

const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const keys = (encKey: Uint8Array, macKey: Uint8Array) =>
  Promise.all([
    subtle.importKey('raw', encKey as BufferSource, 'AES-CBC', false, ['encrypt', 'decrypt']),
    subtle.importKey('raw', macKey as BufferSource, HMAC, false, ['sign', 'verify']),
  ]);

export async function sealAndAuthenticate(encKey: Uint8Array, macKey: Uint8Array, text: string) {
  const [enc, mac] = await keys(encKey, macKey);
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const ciphertext = await subtle.encrypt({ name: 'AES-CBC', iv }, enc, encoder.encode(text));
  const body = new Uint8Array([...iv, ...new Uint8Array(ciphertext)]);
  return new Uint8Array([...body, ...new Uint8Array(await subtle.sign(HMAC, mac, body))]);
}

export async function openAuthenticated(encKey: Uint8Array, macKey: Uint8Array, sealed: Uint8Array) {
  const [enc, mac] = await keys(encKey, macKey);
  const [body, tag] = [sealed.slice(0, -32), sealed.slice(-32)];
  const isRight = tag.length === 32 && (await subtle.verify(HMAC, mac, tag, body));
  const plain =
    isRight &&
    (await subtle.decrypt({ name: 'AES-CBC', iv: body.slice(0, 16) }, enc, body.slice(16)).catch(() => null));
  if (!plain) throw new Error('refused');
  return new TextDecoder().decode(plain);
}
