/** Which side of a connection is the client, where the capture does not hold its SYN. */
import type { CapturedEndpoint } from './endpoints.ts';
import { type Speaker, speakerOf, startOf } from './speaker.ts';
import type { TcpSide } from './tcp-side.ts';

/** What tells the client from the server. */
export type Guess = 'words' | 'port' | 'first';

export interface Choice {
  readonly client: TcpSide;
  readonly by: Guess;
}

/** How it was told, for the reader; `server` is the endpoint of the other side. */
export const GUESSED: Record<Guess, (server: CapturedEndpoint) => string> = {
  words: ({ port }) => `What was said shows that port ${port} is the server’s.`,
  port: ({ port }) => `Port ${port} is taken for the server’s, as it is the lower one.`,
  first: () => 'The side that was heard first is taken for the client.',
};

/** The side that has said what only a client says; `undefined` while neither has. */
export function clientTold(a: TcpSide, b: TcpSide): Choice | undefined {
  if (speakerIn(a) === 'client') return { client: a, by: 'words' };
  return speakerIn(b) === 'client' ? { client: b, by: 'words' } : undefined;
}

/** The side that is the client most likely; `a` was heard first. */
export function clientGuessed(a: TcpSide, b: TcpSide): Choice {
  if (speakerIn(a) === 'server') return { client: b, by: 'words' };
  if (speakerIn(b) === 'server') return { client: a, by: 'words' };
  if (a.endpoint.port === b.endpoint.port) return { client: a, by: 'first' };
  // Operating systems give clients the higher ports.
  return { client: a.endpoint.port > b.endpoint.port ? a : b, by: 'port' };
}

/** The speaker shown by any waiting segment, or by all of them together. */
function speakerIn({ stream }: TcpSide): Speaker | undefined {
  for (const { bytes } of stream.waiting) {
    const speaker = speakerOf(bytes);
    if (speaker) return speaker;
  }
  return stream.waiting.length > 1 ? speakerOf(startOf(stream.waiting)) : undefined;
}
