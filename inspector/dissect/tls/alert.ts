/** TLS alerts (RFC 8446 §6). */
import { dictionary, number } from '../fields/dictionary.ts';
import { FieldReader } from '../fields/field-reader.ts';
import type { Unit } from '../layer.ts';
import { Splitter } from '../streams/splitter.ts';
import { ALERTS, ALERT_LEVELS, nameIn } from './names.ts';

const SOURCE = 'RFC 8446 §6';

export const ALERT = dictionary(SOURCE, {
  level: number('1 warning, 2 fatal. In TLS 1.3 every alert but close_notify and user_canceled is fatal.'),
  description: number(
    'Why. close_notify is the orderly end: without it someone may have cut the connection short. While the handshake runs in the clear anyone can forge an alert.',
    'RFC 8446 §6.2',
  ),
});

const description = nameIn(ALERTS, 1);

export function alertTitle(body: Uint8Array): string {
  return body.length === 2 ? `alert: ${description(body[1] as number)}` : 'alert';
}

const LENGTH = 2;

/** Alerts of one direction. Before TLS 1.3 a record may hold several, or a part of one (RFC 5246 §6.2.1). */
export class AlertStream {
  readonly #splitter = new Splitter(LENGTH, () => LENGTH);

  get pending(): number {
    return this.#splitter.pending;
  }

  /** Offset in this stream of what is pushed next. */
  get offset(): number {
    return this.#splitter.offset + this.#splitter.pending;
  }

  /** The alerts that these bytes complete. A record of alerts without any bytes breaks the protocol. */
  push(bytes: Uint8Array): Unit[] {
    if (bytes.length === 0) return [{ ...alertUnit(bytes), offset: this.offset }];
    this.#splitter.push(bytes);
    const units: Unit[] = [];
    for (let piece = this.#splitter.next(); piece; piece = this.#splitter.next()) {
      units.push({ ...alertUnit(piece.bytes), offset: piece.offset });
    }
    return units;
  }

  /** Bytes are missing: half an alert is given out as what it is. */
  gap(): Unit[] {
    return this.#splitter
      .gap(0)
      .filter(({ bytes }) => bytes.length > 0)
      .map(({ bytes, offset }) => ({ ...alertUnit(bytes), offset }));
  }
}

/** An alert's two bytes as a unit. */
export function alertUnit(body: Uint8Array): Unit {
  const { fields, fault } = FieldReader.read(body, SOURCE, (reader) => {
    reader.uint(ALERT.level, 1, (level) => ALERT_LEVELS[level] ?? level);
    reader.uint(ALERT.description, 1, description);
  });
  return {
    proto: 'tls-alert',
    title: alertTitle(body),
    state: fault === '' ? 'clear' : 'malformed',
    reason: fault,
    bytes: body,
    offset: 0,
    fields,
    inner: [],
  };
}
