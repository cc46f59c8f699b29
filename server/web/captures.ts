/** `GET /api/capture`: what the tap holds, now or some seconds from now, as a file that Wireshark reads. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { TapEvent } from '#dissect/model';
import { pcapngBlocks } from '#dissect/pcapng-write';
import type { Recorder } from '#tap/recorder';
import { concat } from '#wire/bytes';

export const MAX_CAPTURE_SECONDS = 3600;
/** Milliseconds without a byte in either direction: a reader that takes nothing of its answer. */
export const SILENCE_TIMEOUT = 60_000;
/** Captures being written at a time: each may keep as much in memory as the tap holds. The others wait their turn. */
const WRITTEN_AT_ONCE = 4;
/** Bytes made in one go; then everybody else has a turn. */
const SLICE_BYTES = 64 * 1024;

const QUERY = {
  type: 'object',
  properties: {
    seconds: { type: 'integer', minimum: 0, maximum: MAX_CAPTURE_SECONDS, default: 0 },
    /** False leaves the secrets out: what an eavesdropper could have written down. */
    keys: { type: 'boolean', default: true },
  },
} as const;

export function captureRoute(app: FastifyInstance, recorder: Recorder | undefined): void {
  const turns = new Turns(WRITTEN_AT_ONCE);
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  app.get<{ Querystring: Query }>('/api/capture', { schema: { querystring: QUERY } }, (request, reply) => {
    if (!recorder)
      return refused(reply, 404, 'no_tap', 'the server runs without a tap, so nothing is recorded');
    void reply.type('application/x-pcapng').header('content-disposition', disposition(new Date()));
    const taken = capture(reply, recorder, { query: request.query, stopping: stopping.signal, turns });
    return reply.send(Readable.from(taken));
  });
}

interface Query {
  readonly seconds: number;
  readonly keys: boolean;
}

interface Taking {
  readonly query: Query;
  readonly stopping: AbortSignal;
  readonly turns: Turns;
}

/** The headers go out at once, so that a browser shows a download that is under way. */
async function* capture(
  reply: FastifyReply,
  recorder: Recorder,
  { query, stopping, turns }: Taking,
): AsyncGenerator<Uint8Array> {
  const { raw } = reply;
  raw.flushHeaders();
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  if (query.seconds > 0) {
    // Nothing crosses the connection until time is up, which may be longer than one may be silent.
    raw.socket?.setTimeout(0);
    // Cut short by the end of the server: what is held by then is still a whole capture.
    const signal = AbortSignal.any([gone.signal, stopping]);
    await wait(query.seconds * 1000, undefined, { signal }).catch(() => undefined);
    raw.socket?.setTimeout(SILENCE_TIMEOUT);
  }
  const release = await turns.take();
  try {
    if (!gone.signal.aborted) yield* slices(recorder.events(), query);
  } finally {
    release();
  }
}

/** The file in slices; between two of them everybody else has a turn. */
export async function* slices(
  events: readonly TapEvent[],
  options: { readonly keys: boolean },
): AsyncGenerator<Uint8Array> {
  let slice: Uint8Array[] = [];
  let length = 0;
  for (const block of pcapngBlocks(events, options)) {
    slice.push(block);
    length += block.length;
    if (length < SLICE_BYTES) continue;
    yield concat(slice);
    await turn();
    [slice, length] = [[], 0];
  }
  if (length > 0) yield concat(slice);
}

/** So many at a time; whoever comes then waits, the first the shortest. */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves, when it is this one's turn, with what ends it. */
  async take(): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    };
  }
}

function disposition(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return `attachment; filename="wireglass-${stamp}Z.pcapng"`;
}

function refused(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message });
}
