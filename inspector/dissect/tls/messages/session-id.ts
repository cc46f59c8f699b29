/** The session id of both hellos (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). */
import { bytes, dictionary, number } from '../../fields/dictionary.ts';
import type { FieldReader } from '../../fields/field-reader.ts';

export const SESSION_ID = {
  session_id_length: number('Bytes of the session id, at most 32.'),
  session_id: bytes(
    'TLS 1.2: a session to resume. TLS 1.3: random and echoed, so that old middleboxes see what they know.',
  ),
} as const;

const F = dictionary('RFC 8446 §4.1.2', SESSION_ID);

export function readSessionId(reader: FieldReader): Uint8Array {
  const length = reader.uint(F.session_id_length, 1);
  if (length > 32) reader.fail(`a session id of ${length} bytes, at most 32 are allowed`);
  return reader.raw(F.session_id, length);
}
