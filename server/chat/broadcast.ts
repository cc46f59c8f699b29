/**
 * Encodes a committed batch once and gives every recipient its share. Recipients that wrote nothing in the batch all get
 * the same block of bytes; an author gets the block without its own messages, and its acknowledgements.
 */
import type { Effect, Published, SessionId } from './effects.ts';
import { concat, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { type Server, type ServerMessage, type StoredMessage, encodeMessage } from '#protocol/messages';

type Publish = Extract<Effect, { kind: 'publish' }>;

/** The JSON of pages of history that many clients are given. */
const pagesAsJson = new WeakMap<readonly StoredMessage[], string>();

export function frameOf(message: ServerMessage): Uint8Array {
  return encodeFrame(message.type === 'joined' ? encodeJoined(message) : encodeMessage(message));
}

/** All who join a room while nothing is said there get the same page, which is encoded once. */
function encodeJoined({ messages, ...rest }: Server<'joined'>): Uint8Array {
  let page = pagesAsJson.get(messages);
  if (page === undefined) pagesAsJson.set(messages, (page = JSON.stringify(messages)));
  return utf8(`${JSON.stringify(rest).slice(0, -1)},"messages":${page}}`);
}

/** Calls `give` at least once for each recipient, in order, with whole frames and their number. */
export function publish(
  { to, items }: Publish,
  give: (session: SessionId, frames: Uint8Array, count: number) => void,
): void {
  const frames = items.map(({ message }) => frameOf(message));
  const block = concat(frames);
  const byAuthor = authorsOf(items);
  for (const session of to) {
    if (!byAuthor.has(session)) give(session, block, frames.length);
  }
  for (const [session, own] of byAuthor) {
    for (const index of own) give(session, frameOf((items[index] as Published).ack), 1);
    if (!to.has(session)) continue;
    const others = frames.filter((_, index) => !own.has(index));
    if (others.length > 0)
      give(session, others.length === 1 ? (others[0] as Uint8Array) : concat(others), others.length);
  }
}

/** Which items of the batch each connected author wrote. */
function authorsOf(items: readonly Published[]): Map<SessionId, Set<number>> {
  const byAuthor = new Map<SessionId, Set<number>>();
  items.forEach(({ author }, index) => {
    if (author === undefined) return;
    const own = byAuthor.get(author);
    if (own) own.add(index);
    else byAuthor.set(author, new Set([index]));
  });
  return byAuthor;
}
