/** TLS alerts (RFC 8446 §6). */
import { FieldReader } from '../field-reader.ts';
import type { Unit } from '../layer.ts';
import { ALERTS, nameIn } from './names.ts';

const description = nameIn(ALERTS, 1);

export function alertTitle(body: Uint8Array): string {
  return body.length === 2 ? `alert: ${description(body[1] as number)}` : 'alert';
}

/** An alert's two bytes as a unit. */
export function alertUnit(body: Uint8Array): Unit {
  const { fields, fault } = FieldReader.read(body, 0, (reader) => {
    reader.uint(
      'level',
      1,
      '1 warning, 2 fatal. In TLS 1.3 every alert but close_notify is fatal.',
      (level) => (level === 1 ? 'warning' : level === 2 ? 'fatal' : level),
    );
    reader.uint('description', 1, 'Why.', description);
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
