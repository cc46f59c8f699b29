/**
 * What ties messages to those who said them, and what two of them share: the key under which their private
 * conversation is stored. No room has such a name, for a room's name begins with a letter or a digit.
 */

const ACCOUNT = /^account:(\d+)$/;

/** Ties messages to an account, whatever happens to its sessions. Says nothing about the account but its number. */
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

/** The other end of a private conversation; `undefined` for whoever is no end of it. */
export function otherEnd(key: string, author: string): string | undefined {
  if (!isConversation(key)) return undefined;
  const ends = key.slice(1).split(',');
  if (!ends.includes(author)) return undefined;
  return ends.find((end) => end !== author);
}
