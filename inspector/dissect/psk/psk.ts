/** Records of the psk wire: the handshake in fields, and sealed records opened where the key log has their secret. */
import { readUint } from '#protocol/bytes';
import { ERRORS } from '#protocol/errors';
import type { Field } from '#protocol/field';
import { LIMITS } from '#protocol/limits';
import { alertCode } from '#channel/psk/alerts';
import { ciphertextStart } from '#channel/psk/bodies';
import { recordSequence } from '#channel/psk/record-layer';
import { RECORD_HEADER_LENGTH, RECORD_TYPE, type RecordTypeName } from '#channel/psk/records';
import { SEALED_CAP, SEALED_LEAST, type Suite, sealedCap } from '#channel/psk/suites';
import type { Derivation } from '../key-schedule/derivation.ts';
import { pskSchedule } from '../key-schedule/psk.ts';
import type { SessionRecords } from '../key-schedule/psk-hellos.ts';
import { lazyList } from '../lazy.ts';
import {
  type Layer,
  type LayerContext,
  type Unit,
  asInner,
  titleOf,
  withContent,
  withCutShort,
} from '../layer.ts';
import type { Direction, Proto } from '../model.ts';
import { PSK_TITLES, alertFields, recordFields } from './fields.ts';
import { PskSession } from './session.ts';
import type { SecretLookup } from '../secrets/secrets.ts';
import { type Piece, SplitLayer } from '../streams/splitter.ts';

const NAMES = new Map<number, RecordTypeName>(
  (Object.keys(RECORD_TYPE) as RecordTypeName[]).map((name) => [RECORD_TYPE[name], name]),
);

export class PskLayer extends SplitLayer {
  /** Bytes given to the layer inside so far, each way. */
  readonly #plainOffsets = { c2s: 0, s2c: 0 };
  readonly #session: PskSession;
  readonly #secrets: SecretLookup;
  readonly #records: SessionRecords = { sealed: {} };
  readonly #inside: Layer;

  constructor(context: LayerContext) {
    super(RECORD_HEADER_LENGTH, (header) => pskRecordLength(header, this.#session.suite));
    this.#session = new PskSession(context.secrets, context.ciphers);
    this.#secrets = context.secrets;
    this.#inside = context.inside();
  }

  get cipher(): string {
    return this.#session.description;
  }

  get stack(): readonly Proto[] {
    return ['psk', ...this.#inside.stack];
  }

  derivations(): Derivation[] {
    const own = pskSchedule(this.#records, this.#secrets);
    return [...own, ...(this.#inside.derivations?.() ?? [])];
  }

  override gap(dir: Direction, length: number): Unit[] {
    this.#session.gap(dir);
    return withCutShort(super.gap(dir, length), this.#inside.gap(dir, 0), this.#plainOffsets[dir]);
  }

  protected override unitOf(dir: Direction, { bytes, offset, fault }: Piece): Unit {
    const base = { proto: 'psk' as const, bytes, offset, inner: [] };
    const name = NAMES.get(bytes[0] as number);
    if (fault !== undefined || name === undefined) {
      const { fields } = recordFields(bytes, undefined);
      return { ...base, title: 'bytes', state: 'malformed', reason: fault ?? ERRORS.not_psk.meaning, fields };
    }
    if (name === 'data' || (name === 'alert' && isSealedAlert(bytes))) {
      return this.#sealedUnit(dir, name, base);
    }
    return this.#clearUnit(dir, name, base);
  }

  #clearUnit(dir: Direction, name: RecordTypeName, base: Base): Unit {
    const { fields, misfit } = recordFields(base.bytes, name);
    const title = name === 'alert' ? alertTitle(base.bytes[RECORD_HEADER_LENGTH]) : PSK_TITLES[name];
    const reason = misfit ?? misnumbered(base.bytes) ?? this.#session.handshake(dir, name, base.bytes);
    if (reason === '' && name !== 'alert' && name !== 'data') this.#records[name] ??= base.bytes;
    return { ...base, title, state: reason === '' ? 'clear' : 'malformed', reason, fields };
  }

  #sealedUnit(dir: Direction, name: 'data' | 'alert', base: Base): Unit {
    const opening = this.#session.open(dir, base.bytes);
    this.#records.sealed[dir] ??= { record: base.bytes, opens: opening.state === 'opened' };
    const { suite } = this.#session;
    const fields = lazyList(() => recordFields(base.bytes, 'data', suite).fields);
    const { bytes, offset } = base;
    if (opening.state !== 'opened') return { ...base, title: PSK_TITLES[name], fields, ...opening };
    const { plain } = opening;
    const rawStart = RECORD_HEADER_LENGTH + (suite ? ciphertextStart(suite.body) : 0);
    const plainMap = [{ plainStart: 0, rawStart, length: plain.length }];
    const state = 'opened' as const;
    if (name === 'alert') {
      const title = alertTitle(plain[0]);
      const whole = withChildren(fields, alertFields(plain), rawStart);
      return { ...base, title, state, reason: '', plain, plainMap, fields: whole };
    }
    const at = this.#plainOffsets[dir];
    this.#plainOffsets[dir] += plain.length;
    const inner = asInner(this.#inside.push(dir, plain), at);
    const pending = Math.min(this.#inside.pending(dir), plain.length);
    const title = () => titleOf(inner, 'data');
    const unit = { proto: 'psk' as const, bytes, offset, title, state, reason: '', fields, inner };
    return withContent(unit, { plain, plainMap, unfinished: pending > 0 ? pending : undefined });
  }
}

interface Base {
  readonly proto: 'psk';
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly inner: readonly [] | never[];
}

/**
 * Whole length of a record with this header, or why there is none. The caps are those of the channel and its suite, if that
 * is known, and do not depend on keys: with and without them a flow has the same records.
 */
export function pskRecordLength(header: Uint8Array, suite?: Suite): number | string {
  const type = header[0] as number;
  if (!NAMES.has(type)) return ERRORS.not_psk.meaning;
  const length = readUint(header, 1, 3);
  const sealable = type === RECORD_TYPE.data || type === RECORD_TYPE.alert;
  const sealed = suite ? sealedCap(suite) : SEALED_CAP;
  const cap = sealable ? sealed : LIMITS.handshakeBody;
  if (length <= cap) return RECORD_HEADER_LENGTH + length;
  return `${ERRORS.record_too_large.meaning} (${length}, at most ${cap})`;
}

/** An alert is one byte in the clear; sealed it is much longer in every suite. */
function isSealedAlert(record: Uint8Array): boolean {
  return record.length >= RECORD_HEADER_LENGTH + SEALED_LEAST;
}

/** Records that are not sealed are not counted; a channel refuses any number in them but zero. */
function misnumbered(record: Uint8Array): string | undefined {
  const sequence = recordSequence(record);
  return sequence === 0 ? undefined : `${ERRORS.record_malformed.meaning} (number ${sequence}, expected 0)`;
}

function alertTitle(byte: number | undefined): string {
  return byte === undefined ? 'alert' : `alert: ${alertCode(byte)}`;
}

/** The opened content as children of the ciphertext it was sealed into, byte for byte. */
function withChildren(fields: readonly Field[], content: readonly Field[], rawStart: number): Field[] {
  const shifted = content.map((field) => ({
    ...field,
    start: field.start + rawStart,
    end: field.end + rawStart,
  }));
  return fields.map((field) => (field.name === 'ciphertext' ? { ...field, children: shifted } : field));
}
