/** How many of the rows found go into one page. */
import { utf8 } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';

/** The first messages, as many as fit into one frame, but at least one; `more` says whether any was left out. */
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
