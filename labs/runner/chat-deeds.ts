/** The contract of a learner's chat (lab 02), and whether what it returns keeps to it. */

export interface Chat {
  /** A connection has come; it has said nothing yet. */
  connected(id: number, wire: string): unknown;
  /** It has sent a frame with this text, whatever it is. */
  received(id: number, text: string): unknown;
  /** It is gone. */
  gone(id: number): unknown;
}

/** What is to be done: send a message to some connections, or close one. */
export type Deed = { readonly to: readonly number[]; readonly message: object } | { readonly close: number };

export const CHAT_METHODS = ['connected', 'received', 'gone'] as const;

/** Throws `TypeError` when a value is not a list of deeds. Nothing at all stands for nothing to do. */
export function deedsOf(value: unknown): readonly Deed[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new TypeError(`the chat must return a list, and returned ${kind(value)}`);
  return value.map(deedOf);
}

function deedOf(value: unknown): Deed {
  const { to, message, close } = (value ?? {}) as { to?: unknown; message?: unknown; close?: unknown };
  if (typeof close === 'number') return { close };
  const isList = Array.isArray(to) && to.every((id) => typeof id === 'number');
  if (isList && typeof message === 'object' && message !== null) return { to, message };
  throw new TypeError(
    `each thing to do is { to: [numbers], message: {…} } or { close: number }, not ${kind(value)}`,
  );
}

function kind(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? typeof value : text.slice(0, 100);
}
