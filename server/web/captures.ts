/** `GET /api/capture`: what the tap holds, now or some seconds from now, as a file that Wireshark reads. */
import { setTimeout as wait } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { writePcapng } from '#dissect/pcapng-write';
import type { Recorder } from '#tap/recorder';

export const MAX_CAPTURE_SECONDS = 3600;
/** Captures being waited for or written at a time: each takes as much memory as the tap holds. */
const MAX_CAPTURES = 4;

const QUERY = {
  type: 'object',
  properties: {
    seconds: { type: 'integer', minimum: 0, maximum: MAX_CAPTURE_SECONDS, default: 0 },
    /** False leaves the secrets out: what an eavesdropper could have written down. */
    keys: { type: 'boolean', default: true },
  },
} as const;

export function captureRoute(app: FastifyInstance, recorder: Recorder | undefined): void {
  let running = 0;
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  app.get<{ Querystring: Query }>('/api/capture', { schema: { querystring: QUERY } }, (request, reply) => {
    if (!recorder)
      return refused(reply, 404, 'no_tap', 'the server runs without a tap, so nothing is recorded');
    if (running >= MAX_CAPTURES)
      return refused(reply, 429, 'busy', `${MAX_CAPTURES} captures are being taken`);
    running++;
    reply.raw.once('close', () => running--);
    const { query } = request;
    void reply.type('application/x-pcapng').header('content-disposition', disposition(new Date()));
    if (query.seconds === 0) return reply.send(writePcapng(recorder.events(), query));
    return reply.send(Readable.from(delayed(reply, recorder, query, stopping.signal)));
  });
}

interface Query {
  readonly seconds: number;
  readonly keys: boolean;
}

/** The headers go out at once, so that a browser shows a download that is under way. */
async function* delayed(
  reply: FastifyReply,
  recorder: Recorder,
  query: Query,
  stopping: AbortSignal,
): AsyncGenerator<Uint8Array> {
  reply.raw.flushHeaders();
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  // Cut short by the end of the server: what is held by then is still a whole capture.
  await wait(query.seconds * 1000, undefined, { signal: AbortSignal.any([gone.signal, stopping]) }).catch(
    () => undefined,
  );
  if (!gone.signal.aborted) yield writePcapng(recorder.events(), query);
}

function disposition(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  return `attachment; filename="wireglass-${stamp}Z.pcapng"`;
}

function refused(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ code, message });
}
