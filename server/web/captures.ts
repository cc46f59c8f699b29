/** `GET /api/capture`: what the tap holds, now or some seconds from now, as a file for Wireshark. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as v from 'valibot';
import type { TapEvent } from '#dissect/model';
import { pcapngBlocks } from '#dissect/capture/write';
import { concat } from '#protocol/bytes';
import type { TapSource } from './tap-stream.ts';

export const MAX_CAPTURE_SECONDS = 3600;
/** Milliseconds without a byte in either direction before a connection is closed, such as one that does not read its answer. */
export const SILENCE_TIMEOUT = 60_000;
/** Captures written at a time: each may keep as much in memory as the tap holds. The others wait for their turn. */
const WRITTEN_AT_ONCE = 4;
/** Bytes produced at a time, before other work has its turn. */
export const SLICE_BYTES = 64 * 1024;
/** Milliseconds that making them may take: small packets cost far more than their bytes. */
export const SLICE_MS = 2;

const SECONDS = `a whole number of seconds up to ${MAX_CAPTURE_SECONDS}`;

const QUERY = v.object({
  seconds: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d+$/, SECONDS),
      v.transform(Number),
      v.maxValue(MAX_CAPTURE_SECONDS, SECONDS),
    ),
    '0',
  ),
  /** False leaves the secrets out: the file then has only what an eavesdropper could have recorded. */
  keys: v.optional(
    v.pipe(
      v.picklist(['true', 'false'], 'true or false'),
      v.transform((text) => text === 'true'),
    ),
    'true',
  ),
});

/** `sourceOf`: the traffic that whoever sends a request may see. */
export function captureRoute(
  app: FastifyInstance,
  sourceOf: (request: object) => TapSource | undefined,
): void {
  const turns = new Turns(WRITTEN_AT_ONCE);
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  app.get<{ Querystring: Query }>('/api/capture', { schema: { querystring: QUERY } }, (request, reply) => {
    const source = sourceOf(request);
    if (!source)
      return refused(reply, 404, 'no_tap', 'the server is running without a tap, so nothing is recorded');
    void reply.type('application/x-pcapng').header('content-disposition', disposition(new Date()));
    const taken = capture(reply, source, { query: request.query, stopping: stopping.signal, turns });
    return reply.send(Readable.from(taken));
  });
}

type Query = Readonly<v.InferOutput<typeof QUERY>>;

interface Taking {
  readonly query: Query;
  readonly stopping: AbortSignal;
  readonly turns: Turns;
}

/** Sends the headers at once, so that a browser shows that the download is under way. */
async function* capture(
  reply: FastifyReply,
  source: TapSource,
  { query, stopping, turns }: Taking,
): AsyncGenerator<Uint8Array> {
  const { raw } = reply;
  raw.flushHeaders();
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  if (query.seconds > 0) {
    // Nothing crosses the connection until the time is up, which may be longer than the time-out for silence.
    raw.socket?.setTimeout(0);
    // If the server stops before that, what the tap holds by then is still a complete capture.
    const signal = AbortSignal.any([gone.signal, stopping]);
    await wait(query.seconds * 1000, undefined, { signal }).catch(() => undefined);
    raw.socket?.setTimeout(SILENCE_TIMEOUT);
  }
  const release = await turns.take();
  try {
    if (!gone.signal.aborted) yield* slices(source.events(), query);
  } finally {
    release();
  }
}

/** The file in slices; before each of them, other work has its turn, including other captures. */
export async function* slices(
  events: readonly TapEvent[],
  options: { readonly keys: boolean },
  now = () => performance.now(),
): AsyncGenerator<Uint8Array> {
  await nextTurn();
  let slice: Uint8Array[] = [];
  let length = 0;
  let begun = now();
  for (const block of pcapngBlocks(events, options)) {
    slice.push(block);
    length += block.length;
    if (length < SLICE_BYTES && now() - begun < SLICE_MS) continue;
    if (length > 0) yield concat(slice);
    await nextTurn();
    [slice, length, begun] = [[], 0, now()];
  }
  if (length > 0) yield concat(slice);
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** Resolves in a turn of the event loop in which no other capture makes a slice. */
function nextTurn(): Promise<unknown> {
  lastTurn = lastTurn.then(() => turn());
  return lastTurn;
}

/** Lets a fixed number work at a time; the others wait in the order in which they came. */
class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves, when it is the caller's turn, with the function that ends the turn. */
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
