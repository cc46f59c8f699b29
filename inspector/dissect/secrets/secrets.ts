/** What opens records: key-log lines, found again by label and session, and keys that serve many sessions. */
import { fromHex, fromUtf8, toHex } from '#protocol/bytes';
import type { RsaPrivateKey } from '../crypto/rsa.ts';
import { type SecretLine, parseSecretLine } from './key-log-line.ts';
import { type KeyMaterial, parseRsaKey } from './key-material.ts';
import type { SecretMisfit } from './secret-use.ts';
import type { SessionLookup } from './session-memory.ts';

/** Lines remembered; a key log that a person would use has a handful for each connection. */
const MAX_LINES = 200_000;
/** Keys of each kind: each is tried on each session that asks. */
const MAX_KEYS = 100;
/** Secrets of a wrong length that are remembered, so that they can be named. */
const MAX_MISFITS = 1_000;

export interface SecretLookup {
  /**
   * The secret of this label for the session of this name, or `undefined`. The name is the client random, or
   * whatever else the label goes by (`SecretLine.session`). `lengths` are the lengths in bytes that the secret
   * can have; without them any length will do. A secret of another length is skipped, and `misfit` reports it.
   */
  find(label: string, session: Uint8Array, lengths?: readonly number[]): Uint8Array | undefined;
  /** The secret that `find` skipped because of its length. */
  misfit(label: string, session: Uint8Array): SecretMisfit | undefined;
  /** A session with this client random (psk: client nonce) was seen: a key log may or may not belong to it. */
  heard(random: Uint8Array): void;
  /**
   * Shared keys that may be the one with this id (UTF-8, as it crossed); those that carry the id come first.
   */
  sharedKeys(id: Uint8Array): readonly Uint8Array[];
  rsaKeys(): readonly RsaPrivateKey[];
  /** What other connections have given away about sessions that this one resumes. */
  readonly sessions: SessionLookup;
}

export class Secrets implements Omit<SecretLookup, 'sessions' | 'heard'> {
  /** By label and session, the oldest first. */
  readonly #lines = new Map<string, SecretLine>();
  /** How many lines each session has. */
  readonly #sessions = new Map<string, number>();
  readonly #misfits = new Map<string, SecretMisfit>();
  readonly #maxLines: number;
  #dropped = 0;

  constructor(maxLines = MAX_LINES) {
    this.#maxLines = maxLines;
  }
  /** A key without an id has `undefined`. */
  readonly #shared = new Map<string, { readonly id: string | undefined; readonly key: Uint8Array }>();
  readonly #rsa = new Map<bigint, RsaPrivateKey>();

  get size(): number {
    return this.#lines.size;
  }

  /** Names of the sessions that the lines at hand belong to, in hex. */
  get sessionNames(): Iterable<string> {
    return this.#sessions.keys();
  }

  /** The lines at hand, the oldest first. */
  get lines(): Iterable<SecretLine> {
    return this.#lines.values();
  }

  get misfits(): readonly SecretMisfit[] {
    return [...this.#misfits.values()];
  }

  /** Older lines that made room for newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * Takes in a line. The last line of a label and session counts, and when there are too many the oldest is
   * dropped. Returns the name of the session when the line is new, otherwise `undefined`.
   */
  add(line: string): string | undefined {
    const parsed = parseSecretLine(line);
    if (!parsed) return undefined;
    const name = nameOf(parsed);
    const known = this.#lines.get(name);
    if (known?.secret === parsed.secret) return undefined;
    if (known) this.#drop(known);
    this.#lines.set(name, parsed);
    this.#sessions.set(parsed.session, (this.#sessions.get(parsed.session) ?? 0) + 1);
    if (this.#lines.size > this.#maxLines) this.#dropOldest();
    return parsed.session;
  }

  /** Takes in a key. Returns whether it is new. Throws `KeyMaterialError`. */
  addKey(material: KeyMaterial): boolean {
    if (material.kind === 'psk') {
      const { id, key } = material;
      return addNew(this.#shared, `${toHex(key)} ${id ?? ''}`, { id, key: new Uint8Array(key) });
    }
    const key = parseRsaKey(material.pem);
    return addNew(this.#rsa, key.modulus, key);
  }

  find(label: string, session: Uint8Array, lengths?: readonly number[]): Uint8Array | undefined {
    const name = nameOf({ label, session: toHex(session) });
    const line = this.#lines.get(name);
    if (!line) return undefined;
    const secret = fromHex(line.secret);
    if (!lengths || lengths.includes(secret.length)) return secret;
    if (this.#misfits.size < MAX_MISFITS) {
      this.#misfits.set(name, { label, session: line.session, length: secret.length, expected: lengths });
    }
    return undefined;
  }

  misfit(label: string, session: Uint8Array): SecretMisfit | undefined {
    return this.#misfits.get(nameOf({ label, session: toHex(session) }));
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

  #dropOldest(): void {
    const [oldest] = this.#lines.values();
    if (!oldest) return;
    this.#drop(oldest);
    this.#dropped++;
  }

  #drop(line: SecretLine): void {
    const left = (this.#sessions.get(line.session) ?? 0) - 1;
    if (left > 0) this.#sessions.set(line.session, left);
    else this.#sessions.delete(line.session);
    this.#lines.delete(nameOf(line));
    this.#misfits.delete(nameOf(line));
  }
}

function nameOf({ label, session }: Pick<SecretLine, 'label' | 'session'>): string {
  return `${label} ${session}`;
}

function addNew<K, V>(known: Map<K, V>, name: K, value: V): boolean {
  if (known.has(name) || known.size >= MAX_KEYS) return false;
  known.set(name, value);
  return true;
}
