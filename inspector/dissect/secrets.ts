/** What opens records: key-log lines, found again by label and random value, and keys that serve many sessions. */
import { fromHex, fromUtf8, toHex } from '#wire/bytes';
import type { RsaPrivateKey } from './crypto/rsa.ts';
import { type KeyMaterial, parseRsaKey } from './key-material.ts';
import type { SessionLookup } from './session-memory.ts';

const LINE = /^([A-Z][A-Z0-9_]{0,63}) ([0-9a-fA-F]{64}) ((?:[0-9a-fA-F]{2}){1,128})$/;
/** Lines remembered; a key log that a person would use has a handful for each connection. */
const MAX_LINES = 200_000;
/** Keys of each kind: each is tried on each session that asks. */
const MAX_KEYS = 100;

export interface SecretLookup {
  /** The secret of this label for the session with this client random (psk: client nonce), or `undefined`. */
  find(label: string, random: Uint8Array): Uint8Array | undefined;
  /** Shared keys that may be the one of this id (UTF-8, as it crossed): those that bear it first. */
  sharedKeys(id: Uint8Array): readonly Uint8Array[];
  rsaKeys(): readonly RsaPrivateKey[];
  /** What other connections have given away about sessions that this one takes up again. */
  readonly sessions: SessionLookup;
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

export class Secrets implements Omit<SecretLookup, 'sessions'> {
  readonly #byName = new Map<string, string>();
  /** Without an id: undefined. */
  readonly #shared = new Map<string, { readonly id: string | undefined; readonly key: Uint8Array }>();
  readonly #rsa = new Map<bigint, RsaPrivateKey>();

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

  /** Takes a key in. Gives whether it is new. Throws `KeyMaterialError`. */
  addKey(material: KeyMaterial): boolean {
    if (material.kind === 'psk') {
      const { id, key } = material;
      return addNew(this.#shared, `${toHex(key)} ${id ?? ''}`, { id, key: new Uint8Array(key) });
    }
    const key = parseRsaKey(material.pem);
    return addNew(this.#rsa, key.modulus, key);
  }

  find(label: string, random: Uint8Array): Uint8Array | undefined {
    const secret = this.#byName.get(`${label} ${toHex(random)}`);
    return secret === undefined ? undefined : fromHex(secret);
  }

  sharedKeys(id: Uint8Array): readonly Uint8Array[] {
    const text = fromUtf8(id);
    const all = [...this.#shared.values()];
    const named = all.filter((shared) => shared.id !== undefined && shared.id === text);
    return [...named, ...all.filter((shared) => shared.id === undefined)].map(({ key }) => key);
  }

  rsaKeys(): readonly RsaPrivateKey[] {
    return [...this.#rsa.values()];
  }
}

function addNew<K, V>(known: Map<K, V>, name: K, value: V): boolean {
  if (known.has(name) || known.size >= MAX_KEYS) return false;
  known.set(name, value);
  return true;
}
