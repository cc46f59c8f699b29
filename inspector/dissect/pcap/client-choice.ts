/** Which side of a connection is the client, where the capture does not hold its SYN. */
import type { Place } from './places.ts';
import { type Role, roleOf, startOf } from './roles.ts';
import type { Side } from './side.ts';

/** What tells the client from the server. */
export type Guess = 'words' | 'port' | 'first';

export interface Choice {
  readonly client: Side;
  readonly by: Guess;
}

/** How it was told, for the reader; `server` is the place of the other side. */
export const GUESSED: Record<Guess, (server: Place) => string> = {
  words: ({ port }) => `What was said shows that port ${port} is the server’s.`,
  port: ({ port }) => `Port ${port} is taken for the server’s, as it is the lower one.`,
  first: () => 'The side that was heard first is taken for the client.',
};

/** The side that has said what only a client says; `undefined` while neither has. */
export function clientTold(a: Side, b: Side): Choice | undefined {
  if (roleIn(a) === 'client') return { client: a, by: 'words' };
  return roleIn(b) === 'client' ? { client: b, by: 'words' } : undefined;
}

/** The side that is the client most likely; `a` was heard first. */
export function clientGuessed(a: Side, b: Side): Choice {
  if (roleIn(a) === 'server') return { client: b, by: 'words' };
  if (roleIn(b) === 'server') return { client: a, by: 'words' };
  if (a.place.port === b.place.port) return { client: a, by: 'first' };
  // Operating systems give clients the higher ports.
  return { client: a.place.port > b.place.port ? a : b, by: 'port' };
}

/** The role shown by any waiting segment, or by all of them together. */
function roleIn({ stream }: Side): Role | undefined {
  for (const { bytes } of stream.waiting) {
    const role = roleOf(bytes);
    if (role) return role;
  }
  return stream.waiting.length > 1 ? roleOf(startOf(stream.waiting)) : undefined;
}
