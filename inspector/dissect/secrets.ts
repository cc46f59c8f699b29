/** Key-log lines, found again by label and by the random value that names the session. */
import { fromHex, toHex } from '#wire/bytes';

const LINE = /^([A-Z][A-Z0-9_]{0,63}) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){1,128})$/;
/** Lines remembered; a key log that a person would use has a handful for each connection. */
const MAX_LINES = 200_000;

export interface SecretLookup {
  /** The secret of this label for the session with this client random (psk: client nonce), or `undefined`. */
  find(label: string, random: Uint8Array): Uint8Array | undefined;
}

export interface SecretLine {
  readonly label: string;
  /** Client random or client nonce, hex in lower case. */
  readonly random: string;
  readonly secret: string;
}

/** Parts of a key-log line; `undefined` for comments, blank lines and anything else. */
export function parseSecretLine(line: string): SecretLine | undefined {
  const match = LINE.exec(line.trim());
  if (!match) return undefined;
  const [, label, random, secret] = match as unknown as [string, string, string, string];
  return { label, random: random.toLowerCase(), secret: secret.toLowerCase() };
}

export class Secrets implements SecretLookup {
  readonly #byName = new Map<string, string>();

  get size(): number {
    return this.#byName.size;
  }

  /** Takes a line in; the last one of a name counts. Gives the random value of what is new, else `undefined`. */
  add(line: string): string | undefined {
    const parsed = parseSecretLine(line);
    if (!parsed) return undefined;
    const name = `${parsed.label} ${parsed.random}`;
    if (this.#byName.get(name) === parsed.secret) return undefined;
    if (this.#byName.size >= MAX_LINES && !this.#byName.has(name)) return undefined;
    this.#byName.set(name, parsed.secret);
    return parsed.random;
  }

  find(label: string, random: Uint8Array): Uint8Array | undefined {
    const secret = this.#byName.get(`${label} ${toHex(random)}`);
    return secret === undefined ? undefined : fromHex(secret);
  }
}
