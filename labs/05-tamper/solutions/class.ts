/** Changes the real block before, as a classical attack does; answers of the oracle come one at a time. */
import * as crypto from 'node:crypto';

type Oracle = (message: Uint8Array) => Promise<boolean>;

class PaddingAttack {
  constructor(private readonly ask: Oracle) {}

  async block(before: Buffer, block: Buffer): Promise<Buffer> {
    const plain = Buffer.alloc(16);
    for (let pad = 1; pad <= 16; pad++) {
      const at = 16 - pad;
      const forged = Buffer.from(before);
      for (let i = at + 1; i < 16; i++) forged[i]! ^= plain[i]! ^ pad;
      plain[at] = await this.byte(forged, at, block, pad);
    }
    return plain;
  }

  private async byte(forged: Buffer, at: number, block: Buffer, pad: number): Promise<number> {
    const original = forged[at]!;
    for (let guess = 255; guess >= 0; guess--) {
      forged[at] = original ^ guess ^ pad;
      if (!(await this.ask(Buffer.concat([forged, block])))) continue;
      if (at === 15) {
        const changed = Buffer.from(forged);
        changed[14]! ^= 0x80;
        if (!(await this.ask(Buffer.concat([changed, block])))) continue;
      }
      return guess;
    }
    throw new Error(`no value fits at ${at}`);
  }
}

export class Tamper {
  static flip(sealed: Uint8Array, was: string, wanted: string): Buffer {
    const [a, b] = [Buffer.from(was), Buffer.from(wanted)];
    if (a.length !== b.length || a.length > 16) throw new Error('impossible');
    const out = Buffer.from(sealed);
    a.forEach((byte, i) => (out[i]! ^= byte ^ b[i]!));
    return out;
  }
}

export const flipText = Tamper.flip;

export async function decryptWithOracle(sealed: Uint8Array, isPaddingRight: Oracle): Promise<string> {
  const bytes = Buffer.from(sealed);
  const attack = new PaddingAttack(isPaddingRight);
  let plain = Buffer.alloc(0);
  for (let at = 16; at < bytes.length; at += 16)
    plain = Buffer.concat([
      plain,
      await attack.block(bytes.subarray(at - 16, at), bytes.subarray(at, at + 16)),
    ]);
  return plain.subarray(0, plain.length - plain[plain.length - 1]!).toString();
}

export function sealAndAuthenticate(encKey: Uint8Array, macKey: Uint8Array, text: string): Buffer {
  const iv = crypto.randomFillSync(Buffer.alloc(16));
  const cipher = crypto.createCipheriv('aes-256-cbc', encKey, iv);
  const hmac = crypto.createHmac('sha256', macKey);
  const parts = [iv, cipher.update(text, 'utf8'), cipher.final()];
  for (const part of parts) hmac.update(part);
  return Buffer.concat([...parts, hmac.digest()]);
}

class Refused extends Error {
  constructor() {
    super('refused');
  }
}

export function openAuthenticated(encKey: Uint8Array, macKey: Uint8Array, sealed: Uint8Array): string {
  if (sealed.length < 64 || sealed.length % 16 !== 0) throw new Refused();
  const end = sealed.length - 32;
  const mac = crypto.createHmac('sha256', macKey).update(sealed.subarray(0, end)).digest();
  if (!crypto.timingSafeEqual(mac, sealed.subarray(end))) throw new Refused();
  try {
    const decipher = crypto.createDecipheriv('aes-256-cbc', encKey, sealed.subarray(0, 16));
    return decipher.update(sealed.subarray(16, end), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new Refused();
  }
}
