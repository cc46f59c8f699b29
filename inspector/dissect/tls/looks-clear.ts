/** Whether a record reads as one in the clear: asked only where nothing that came before can tell. */
import { readUint } from '#protocol/bytes';
import { CONTENT_TYPE, HANDSHAKE_TYPE, HANDSHAKE_TYPES } from './names.ts';
import { RECORD_HEADER_LENGTH } from './protection/protection.ts';

/** No sealed record has fewer bytes after its header: one of content, and a MAC of MD5 or a tag of sixteen. */
const SHORTEST_SEALED = 17;
const HEADER_LENGTH = 4;
/** The longest message that is taken for real here, in bytes; certificate chains are the longest ones. */
const LONGEST_MESSAGE = 2 ** 17;
/** They are sealed in every version, or too short for a record as long as a sealed one. */
const NEVER: ReadonlySet<number> = new Set([HANDSHAKE_TYPE.finished, HANDSHAKE_TYPE.helloRequest]);
const HELLOS: ReadonlySet<number> = new Set([HANDSHAKE_TYPE.clientHello, HANDSHAKE_TYPE.serverHello]);

/** `record` has its header, and its type is not application data. */
export function looksClear(record: Uint8Array): boolean {
  const fragment = record.subarray(RECORD_HEADER_LENGTH);
  if (fragment.length < SHORTEST_SEALED) return true;
  if (record[0] === CONTENT_TYPE.alert) return false;
  return record[0] !== CONTENT_TYPE.handshake || holdsMessages(fragment);
}

/** Every message that begins in it has a header that makes sense. */
function holdsMessages(fragment: Uint8Array): boolean {
  for (let at = 0; at < fragment.length;) {
    const type = fragment[at] as number;
    if (!(type in HANDSHAKE_TYPES) || NEVER.has(type)) return false;
    if (at + HEADER_LENGTH > fragment.length) return true;
    const length = readUint(fragment, at + 1, 3);
    // Both hellos begin with a version of TLS.
    if (HELLOS.has(type) && (fragment[at + HEADER_LENGTH] ?? 3) !== 3) return false;
    if (length > LONGEST_MESSAGE) return false;
    at += HEADER_LENGTH + length;
  }
  return true;
}
