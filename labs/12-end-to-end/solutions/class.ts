/** A class for each end of a conversation; keys go in and out in DER, with the fixed bytes before them. */
import crypto from 'node:crypto';

type Identity = { publicKey: Uint8Array; privateKey: Uint8Array };
const SPKI = Buffer.from('302a300506032b656e032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

class End {
  readonly #secret: Buffer;

  constructor(
    private readonly me: Identity,
    private readonly them: Uint8Array,
  ) {
    this.#secret = crypto.diffieHellman({
      privateKey: crypto.createPrivateKey({
        key: Buffer.concat([PKCS8, me.privateKey]),
        format: 'der',
        type: 'pkcs8',
      }),
      publicKey: crypto.createPublicKey({ key: Buffer.concat([SPKI, them]), format: 'der', type: 'spki' }),
    });
    if (this.#secret.every((byte) => byte === 0)) throw new Error('low order');
  }

  key(from: Uint8Array, to: Uint8Array): Buffer {
    return Buffer.from(
      crypto.hkdfSync(
        'sha256',
        this.#secret,
        '',
        Buffer.concat([Buffer.from('wireglass e2e1'), from, to]),
        32,
      ),
    );
  }

  seal(number: number, text: string): Buffer {
    const iv = crypto.randomBytes(12);
    const cipher = crypto.createCipheriv('aes-256-gcm', this.key(this.me.publicKey, this.them), iv);
    cipher.setAAD(End.number(number));
    return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  }

  open(number: number, sealed: Uint8Array): string {
    const [iv, body, tag] = [sealed.slice(0, 12), sealed.slice(12, -16), sealed.slice(-16)];
    if (iv.length + body.length + tag.length !== sealed.length || tag.length < 16)
      throw new RangeError('cut');
    const decipher = crypto.createDecipheriv('aes-256-gcm', this.key(this.them, this.me.publicKey), iv, {
      authTagLength: 16,
    });
    decipher.setAAD(End.number(number));
    decipher.setAuthTag(tag);
    return decipher.update(body, undefined, 'utf8') + decipher.final('utf8');
  }

  static number(number: number): DataView {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(number));
    return view;
  }
}

export function createIdentity(): Identity {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('x25519');
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32),
  };
}

export const sealFor = (me: Identity, them: Uint8Array, n: number, text: string) =>
  new End(me, them).seal(n, text);
export const openFrom = (me: Identity, them: Uint8Array, n: number, sealed: Uint8Array) =>
  new End(me, them).open(n, sealed);

export function safetyNumber(one: Uint8Array, other: Uint8Array): string {
  const [a, b] = Buffer.compare(one, other) < 0 ? [one, other] : [other, one];
  const hash = crypto
    .createHash('sha256')
    .update(Buffer.concat([Buffer.from('wireglass safety number'), a!, b!]));
  const view = new DataView(new Uint8Array(hash.digest()).buffer);
  const groups: string[] = [];
  for (let at = 0; at < 32; at += 4) groups.push(`0000${view.getUint32(at)}`.slice(-5));
  return groups.join(' ');
}
