/** Records that cannot pass a test, told from their bytes: to read the fields of a record costs many times as much. */
import { indexOfBytes, utf8 } from '#protocol/bytes';
import type { WireRecord } from '../model.ts';
import { MESSAGE_PREFIX, someReadable } from '../fields/paths.ts';

/** JSON writes these as they are, or with a backslash. */
const PRINTABLE = /^[\x20-\x7e]+$/;
/** What stands for an object or a list that is not shown in full, `3 items`, is not in its bytes. */
const LIKE_A_COUNT = /^[\d,]* ?(?:[items]*|[fields]*)$/;
const BACKSLASH = '\\'.charCodeAt(0);

/**
 * For a field of a message that must hold this text: tells of a record that it has no such field. Absent where the bytes
 * cannot tell: a value that is not printable, or is shown in other words than it is sent.
 */
export function ruledOut(path: string, text: string): ((record: WireRecord) => boolean) | undefined {
  if (!path.startsWith(`${MESSAGE_PREFIX}.`) || path.endsWith('.fault')) return undefined;
  if (!PRINTABLE.test(text) || LIKE_A_COUNT.test(text)) return undefined;
  const wanted = utf8(text);
  // A text with an escape in it may be any text.
  const mayHold = (bytes: Uint8Array): boolean =>
    indexOfBytes(bytes, wanted) >= 0 || bytes.includes(BACKSLASH);
  return (record) => !someReadable(record, mayHold);
}
