/**
 * Puts a key schedule together: every step takes in values, is kept as a `Derivation` and passes its value on.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { EMPTY, concat, toHex } from '#protocol/bytes';
import { expandLabel, hkdfExtract, prf } from '../tls/schedule.ts';
import {
  type Hash,
  digestCommand,
  expandLabelCommand,
  hkdfExtractCommand,
  hmacCommand,
  prfCommand,
} from './commands.ts';
import type { Derivation, DerivationCheck } from './derivation.ts';

/** A value that goes in: from another step, from the wire, or given. */
export interface Value {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly from?: string;
}

/** What a reader is told about a step. */
export type Step = Pick<Derivation, 'id' | 'name' | 'note' | 'source'> & { readonly check?: DerivationCheck };

export interface Made {
  readonly algorithm: string;
  readonly label?: string;
  readonly inputs: readonly Value[];
  readonly output: Uint8Array;
  readonly command: string;
}

const HASHES = { sha256, sha384 } as const;
export const HASH_NAMES: Record<Hash, string> = { sha256: 'SHA-256', sha384: 'SHA-384' };

export function hashOf(hash: Hash, bytes: Uint8Array): Uint8Array {
  return HASHES[hash](bytes);
}

export function hmacOf(hash: Hash, key: Uint8Array, message: Uint8Array): Uint8Array {
  return hmac(HASHES[hash], key, message);
}

/** Which of several handshakes the steps belong to. */
export interface Scope {
  /** Replaces the `tls` that ids begin with. */
  readonly id: string;
  /** Is appended to the names. */
  readonly name: string;
}

export class Steps {
  readonly derivations: Derivation[] = [];
  readonly #scope: Scope | undefined;
  readonly #values = new Map<string, Value>();

  /** Without a scope ids and names stay as they are. */
  constructor(scope?: Scope) {
    this.#scope = scope;
  }

  /** The value of a step that was made before. */
  find(id: string): Value | undefined {
    return this.#values.get(id);
  }

  add(step: Step, { algorithm, label, inputs, output, command }: Made): Value {
    const { check, ...told } = step;
    const id = this.#scope ? step.id.replace(/^tls/, this.#scope.id) : step.id;
    const name = this.#scope ? `${step.name}, ${this.#scope.name}` : step.name;
    this.derivations.push({
      ...told,
      id,
      name,
      algorithm,
      ...(label === undefined ? {} : { label }),
      inputs: inputs.map(({ name, bytes, from }) => ({
        name,
        value: toHex(bytes),
        ...(from === undefined ? {} : { from }),
      })),
      length: output.length,
      output: toHex(output),
      ...(check === undefined ? {} : { check }),
      command,
    });
    const value = { name: step.name, bytes: output, from: id };
    this.#values.set(step.id, value);
    return value;
  }

  /** Hash of the values one after the other. */
  hash(step: Step, hash: Hash, inputs: readonly Value[]): Value {
    const parts = inputs.map(({ bytes }) => bytes);
    return this.add(step, {
      algorithm: HASH_NAMES[hash],
      inputs,
      output: hashOf(hash, concat(parts)),
      command: digestCommand(hash, parts),
    });
  }

  hmac(step: Step, hash: Hash, key: Value, message: Value): Value {
    return this.add(step, {
      algorithm: `HMAC, ${HASH_NAMES[hash]}`,
      inputs: [key, message],
      output: hmacOf(hash, key.bytes, message.bytes),
      command: hmacCommand(hash, key.bytes, message.bytes),
    });
  }

  /** HKDF-Extract, RFC 5869 §2.2. */
  extract(step: Step, hash: Hash, salt: Value, material: Value): Value {
    const output = hkdfExtract(hash, salt.bytes, material.bytes);
    return this.add(step, {
      algorithm: `HKDF-Extract, ${HASH_NAMES[hash]}`,
      inputs: [salt, material],
      output,
      command: hkdfExtractCommand(hash, salt.bytes, material.bytes, output.length),
    });
  }

  /** HKDF-Expand-Label, RFC 8446 §7.1. Without a context the context is empty. */
  expandLabel(
    step: Step,
    hash: Hash,
    secret: Value,
    { label, context, length }: { readonly label: string; readonly context?: Value; readonly length: number },
  ): Value {
    const bytes = context?.bytes ?? EMPTY;
    return this.add(step, {
      algorithm: `HKDF-Expand-Label, ${HASH_NAMES[hash]}`,
      label,
      inputs: context ? [secret, context] : [secret],
      output: expandLabel(hash, secret.bytes, label, bytes, length),
      command: expandLabelCommand(hash, secret.bytes, { label, context: bytes }, length),
    });
  }

  /** The PRF of TLS 1.2, RFC 5246 §5. */
  prf(
    step: Step,
    hash: Hash,
    secret: Value,
    {
      label,
      seeds,
      length,
    }: { readonly label: string; readonly seeds: readonly Value[]; readonly length: number },
  ): Value {
    const parts = seeds.map(({ bytes }) => bytes);
    return this.add(step, {
      algorithm: `PRF of TLS 1.2, ${HASH_NAMES[hash]}`,
      label,
      inputs: [secret, ...seeds],
      output: prf(hash, secret.bytes, label, concat(parts), length),
      command: prfCommand(hash, secret.bytes, { label, seeds: parts }, length),
    });
  }
}
