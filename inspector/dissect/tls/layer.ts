/**
 * Records of TLS 1.2 and 1.3: the handshake in fields, and sealed records opened where their secrets are at
 * hand.
 */
import { readUint } from '#protocol/bytes';
import type { Field } from '#protocol/field';
import { counted } from '#protocol/shown';
import type { Derivation } from '../key-schedule/derivation.ts';
import { fieldOf } from '../fields/dictionary.ts';
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
import type { Direction, Inner, Proto } from '../model.ts';
import { isText, plainProtocol } from '../streams/plain-protocols.ts';
import { type Piece, SplitLayer } from '../streams/splitter.ts';
import { AlertStream } from './alert.ts';
import { HandshakeStream } from './handshake.ts';
import { CONTENT_TYPE, CONTENT_TYPES, isContentType, nameIn } from './names.ts';
import type { TlsOpening } from './opening.ts';
import type { Expanded, RecordExpander } from './record-compression.ts';
import { RECORD_HEADER_LENGTH, type SealedParts } from './protection/protection.ts';
import {
  blockFields,
  compressionField,
  clearFields,
  headerFields,
  innerPlaintextFields,
  sealedFields,
} from './record-fields.ts';
import { TlsSession } from './session.ts';
import {
  SSL2_HEADER_LENGTH,
  SSL2_RECORD,
  isSsl2Hello,
  readSsl2Hello,
  ssl2RecordLength,
} from './ssl2-hello.ts';

/** 2^14 bytes of content and at most 2,048 of protection (RFC 5246 §6.2.3; RFC 8446 §5.2 allows 256). */
const MAX_FRAGMENT = 2 ** 14 + 2048;
const TLS13 = 0x0304;

/** What a record holds, with its true type. */
interface Content {
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Where it begins in what `Inner.start` counts from. */
  readonly start: number;
}

interface Found {
  readonly title: Unit['title'];
  readonly inner: readonly Inner[];
  readonly unfinished: number;
}

/** A unit without its place. */
type Body = Omit<Unit, 'proto' | 'bytes' | 'offset'>;

export class TlsLayer extends SplitLayer {
  readonly #handshakes = { c2s: new HandshakeStream(), s2c: new HandshakeStream() };
  readonly #alerts = { c2s: new AlertStream(), s2c: new AlertStream() };
  /** Bytes of application data given to the layer inside so far, each way. */
  readonly #dataOffsets = { c2s: 0, s2c: 0 };
  readonly #session: TlsSession;
  readonly #inside: Layer;

  constructor(context: LayerContext) {
    super(RECORD_HEADER_LENGTH, tlsRecordLength);
    this.#session = new TlsSession(context.secrets, context.ciphers);
    this.#inside = context.inside();
  }

  get cipher(): string {
    const inside = this.#inside.cipher;
    return inside === '' ? this.#session.description : `${this.#session.description}; ${inside}`;
  }

  get stack(): readonly Proto[] {
    return ['tls', ...this.#inside.stack];
  }

  /** A gap cuts short what was begun before it, here and in the layers inside. */
  override gap(dir: Direction, length: number): Unit[] {
    const units = super.gap(dir, length);
    this.#session.gap(dir, length);
    const [handshakes, alerts] = [this.#handshakes[dir], this.#alerts[dir]];
    const [messagesAt, alertsAt] = [handshakes.offset, alerts.offset];
    const messages = withCutShort(units, handshakes.gap(), messagesAt);
    const cutShort = withCutShort(messages, alerts.gap(), alertsAt);
    return withCutShort(cutShort, this.#inside.gap(dir, 0), this.#dataOffsets[dir]);
  }

  derivations(): Derivation[] {
    return [...this.#session.derivations(), ...(this.#inside.derivations?.() ?? [])];
  }

  protected override unitOf(dir: Direction, { bytes, offset, fault }: Piece): Unit {
    if (fault !== undefined) {
      this.#session.hole();
      const fields = headerFields(bytes);
      return unitWith(bytes, offset, {
        title: 'bytes',
        state: 'malformed',
        reason: fault,
        fields,
        inner: [],
      });
    }
    // Only the first record of a side can be one of SSL 2.0.
    if (((bytes[0] ?? 0) & 0x80) !== 0) return unitWith(bytes, offset, this.#ssl2Hello(dir, bytes));
    const sealed = this.#session.seals(dir, bytes, this.#handshakes[dir].pending > 0);
    return unitWith(bytes, offset, sealed ? this.#sealed(dir, bytes) : this.#clear(dir, bytes));
  }

  #ssl2Hello(dir: Direction, record: Uint8Array): Body {
    const { unit, facts } = readSsl2Hello(record);
    this.#session.note(dir, facts);
    const inner = asInner([unit], 0, SSL2_HEADER_LENGTH);
    const range = [0, SSL2_HEADER_LENGTH] as const;
    return {
      title: 'client_hello (SSL 2.0 format)',
      state: unit.state,
      reason: unit.reason,
      inner,
      contentStart: SSL2_HEADER_LENGTH,
      fields: [fieldOf(SSL2_RECORD.ssl2_length, record.length - SSL2_HEADER_LENGTH, range)],
    };
  }

  #clear(dir: Direction, record: Uint8Array): Body {
    const bytes = record.subarray(RECORD_HEADER_LENGTH);
    const found = this.#content(dir, { type: record[0] as number, bytes, start: RECORD_HEADER_LENGTH });
    const broken = found.inner.find((unit) => unit.state === 'malformed');
    return {
      ...shape(found),
      state: broken ? 'malformed' : 'clear',
      reason: broken?.reason ?? '',
      contentStart: RECORD_HEADER_LENGTH,
      fields: lazyList(() => clearFields(record)),
    };
  }

  #sealed(dir: Direction, record: Uint8Array): Body {
    const opening = this.#session.open(dir, record);
    // Taken before the content is read, which may be a change of keys.
    const parts = this.#session.parts(dir);
    if (opening.state !== 'opened' && opening.state !== 'clear') {
      this.#session.sealed(dir);
      const title = nameIn(CONTENT_TYPES, 1)(record[0] as number);
      return { ...opening, title, fields: lazyList(() => sealedFields(record, parts)), inner: [] };
    }
    // Early data is opened before the server has chosen a version, and only TLS 1.3 has it.
    return (this.#session.version ?? TLS13) === TLS13
      ? this.#opened13(dir, record, opening.content, parts)
      : this.#asOpened(opening, this.#opened12(dir, record, opening.content, parts));
  }

  /** A suite without encryption protects records and hides nothing: they are clear but still have a content. */
  #asOpened(opening: TlsOpening, body: Body): Body {
    return opening.state === 'clear' && body.state === 'opened'
      ? { ...body, state: 'clear', reason: opening.reason }
      : body;
  }

  /** The true type follows the content, and zeros may follow it (RFC 8446 §5.4). */
  #opened13(dir: Direction, record: Uint8Array, inner: Uint8Array, parts: SealedParts): Body {
    let length = inner.length - 1;
    while (length >= 0 && inner[length] === 0) length--;
    if (length < 0) {
      const reason = 'nothing but zeros: the content type is missing';
      const fields = sealedFields(record, parts);
      return { title: 'bytes', state: 'malformed', reason, fields, inner: [] };
    }
    const fields = lazyList(() => sealedFields(record, parts, innerPlaintextFields(record, inner, length)));
    const type = inner[length] as number;
    return this.#opened(dir, { type, bytes: inner.subarray(0, length), start: 0 }, fields, parts);
  }

  #opened12(dir: Direction, record: Uint8Array, bytes: Uint8Array, parts: SealedParts): Body {
    const type = record[0] as number;
    const expander = this.#session.expander(dir);
    const expanded = expander?.next(bytes);
    const children = (): Field[] => [
      ...(parts.blocks ? blockFields(record, bytes.length, parts) : []),
      ...(expander ? [compressionField(record, parts, compressionOf(expander, bytes, expanded))] : []),
    ];
    const fields = lazyList(() => sealedFields(record, parts, children()));
    if (expanded && 'reason' in expanded) {
      const title = nameIn(CONTENT_TYPES, 1)(type);
      return { title, state: 'malformed', reason: expanded.reason, fields, inner: [] };
    }
    const content = { type, bytes: expanded?.plain ?? bytes, start: 0 };
    return this.#opened(dir, content, fields, { ...parts, blocks: parts.blocks || expanded !== undefined });
  }

  /** `blocks`: no single byte of the wire carries a byte of the content. */
  #opened(
    dir: Direction,
    content: Content,
    fields: Unit['fields'],
    { along, blocks }: Pick<SealedParts, 'along' | 'blocks'>,
  ): Body {
    const plain = content.bytes;
    const plainMap = [{ plainStart: 0, rawStart: RECORD_HEADER_LENGTH + along, length: plain.length }];
    const { title, inner, unfinished } = this.#content(dir, content);
    const body = { title, state: 'opened' as const, reason: '', fields, inner };
    return withContent(body, {
      plain,
      plainMap: blocks ? undefined : plainMap,
      unfinished: unfinished > 0 ? unfinished : undefined,
    });
  }

  /** Passes a record's content to the layer or stream it belongs to. */
  #content(dir: Direction, content: Content): Found {
    switch (content.type) {
      case CONTENT_TYPE.handshake:
        return this.#handshake(dir, content);
      case CONTENT_TYPE.applicationData:
        return this.#data(dir, content);
      case CONTENT_TYPE.alert:
        return this.#alert(dir, content);
      case CONTENT_TYPE.changeCipherSpec:
        this.#session.changeCipherSpec(dir);
        break;
    }
    return { title: nameIn(CONTENT_TYPES, 1)(content.type), inner: [], unfinished: 0 };
  }

  #handshake(dir: Direction, { bytes, start }: Content): Found {
    const stream = this.#handshakes[dir];
    const at = stream.offset;
    stream.push(bytes);
    const units: Unit[] = [];
    const next = () => stream.next(this.#session.settled(dir));
    for (let message = next(); message; message = next()) {
      this.#session.note(dir, message.facts);
      units.push(message.unit);
    }
    const inner = asInner(units, at, start);
    return { title: titleOf(inner, 'handshake'), inner, unfinished: Math.min(stream.pending, bytes.length) };
  }

  #alert(dir: Direction, { bytes, start }: Content): Found {
    const stream = this.#alerts[dir];
    const at = stream.offset;
    const inner = asInner(stream.push(bytes), at, start);
    return { title: titleOf(inner, 'alert'), inner, unfinished: Math.min(stream.pending, bytes.length) };
  }

  #data(dir: Direction, { bytes, start }: Content): Found {
    const at = this.#dataOffsets[dir];
    this.#dataOffsets[dir] += bytes.length;
    const inner = asInner(this.#inside.push(dir, bytes), at, start);
    const unfinished = Math.min(this.#inside.pending(dir), bytes.length);
    return { title: () => titleOf(inner, 'application_data'), inner, unfinished };
  }
}

function unitWith(bytes: Uint8Array, offset: number, body: Body): Unit {
  const { title, state, reason, fields, inner, contentStart } = body;
  const unit = withContent(
    { proto: 'tls' as const, bytes, offset, title, state, reason, fields, inner },
    body,
  );
  return contentStart === undefined ? unit : { ...unit, contentStart };
}

function compressionOf(
  { name }: RecordExpander,
  { length }: Uint8Array,
  expanded: Expanded | undefined,
): string {
  const size = expanded && 'plain' in expanded ? `${counted(expanded.plain.length, 'byte')} as ` : '';
  return `${name}: ${size}${counted(length, 'byte')}`;
}

function shape({ title, inner, unfinished }: Found): Found | Omit<Found, 'unfinished'> {
  return unfinished > 0 ? { title, inner, unfinished } : { title, inner };
}

/** Names what answers instead of TLS, where its first bytes tell. */
function whatElse(start: Uint8Array): string {
  const name = plainProtocol(start);
  if (name !== undefined) return `: this is plain ${name}`;
  return isText(start) ? ': this is plain text' : '';
}

const NO_SSL2 = 'a record of SSL 2.0 with a length that no hello has';

/** Whole length of a record with this header, or why there is none; it does not depend on keys. */
export function tlsRecordLength(header: Uint8Array, offset: number): number | string {
  const type = header[0] as number;
  if (offset === 0 && isSsl2Hello(header) !== false) return ssl2RecordLength(header) ?? NO_SSL2;
  if (!isContentType(type))
    return `0x${type.toString(16).padStart(2, '0')} is not a record type of TLS${whatElse(header)}`;
  if (header[1] !== 0x03) return `version ${header[1]}.${header[2]} is not one of TLS`;
  const length = readUint(header, 3, 2);
  if (length <= MAX_FRAGMENT) return RECORD_HEADER_LENGTH + length;
  return `a record of ${length} bytes, at most ${MAX_FRAGMENT} are allowed`;
}
