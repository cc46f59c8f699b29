/** How much of what was found goes out at once. */
import { utf8 } from '#wire/bytes';
import { LIMITS } from '#wire/limits';

/** The first of them, as many as fit one frame, but at least one; `more` says whether any was left out. */
export function fitPage<M>(found: readonly M[], limit: number): { messages: M[]; more: boolean } {
  const messages: M[] = [];
  let size = 0;
  for (const message of found.slice(0, limit)) {
    size += utf8(JSON.stringify(message)).length;
    if (size > LIMITS.historyPageBytes && messages.length > 0) break;
    messages.push(message);
  }
  return { messages, more: messages.length < found.length };
}
