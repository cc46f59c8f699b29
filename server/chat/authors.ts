/**
 * Authors are keys that tie messages to the members who said them. Two authors share a conversation key, under which
 * their private messages are stored. No room has such a name: the name of a room begins with a letter or a digit.
 */

const ACCOUNT = /^account:(\d+)$/;

/** Ties messages to an account, whatever happens to its sessions. It reveals only the number of the account. */
export function accountAuthor(id: number): string {
  return `account:${id}`;
}

/** Number of the account behind this author; `undefined` for a guest. */
export function accountOf(author: string): number | undefined {
  const id = ACCOUNT.exec(author)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** The same key for both ends: `@account:3,account:7`. */
export function conversationKey(one: string, other: string): string {
  return one < other ? `@${one},${other}` : `@${other},${one}`;
}

/** Whether messages stored under this key were said in private. */
export function isConversation(key: string): boolean {
  return key.startsWith('@');
}

/** The other end of a private conversation; `undefined` if `author` is neither end of it. */
export function otherEnd(key: string, author: string): string | undefined {
  if (!isConversation(key)) return undefined;
  const ends = key.slice(1).split(',');
  if (!ends.includes(author)) return undefined;
  return ends.find((end) => end !== author);
}
