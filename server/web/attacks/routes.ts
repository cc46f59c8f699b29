/** `GET /api/attacks`: everything that could be played; below it, the recordings of the last plays. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AttacksAnswer } from '#dissect/page-attacks';
import type { Refused } from '../guard.ts';
import type { Plays } from './plays.ts';

/** Requires the page's token, like everything under `/api`. `refusedTo`: why whoever asks may not have them played. */
export function attackRoutes(
  api: FastifyInstance,
  plays: Plays,
  refusedTo: (request: FastifyRequest) => Refused | undefined,
): void {
  api.get('/api/attacks', async (request): Promise<AttacksAnswer> => {
    const refused = refusedTo(request);
    return {
      ...(await plays.table()),
      refused: refused ? { code: refused.code, message: refused.message } : null,
    };
  });
  api.get<{ Params: { id: string } }>('/api/attacks/captures/:id', ({ params }, reply) => {
    const capture = plays.capture(params.id);
    if (!capture) {
      const message = 'this recording is not kept any more; play the attack again';
      return reply.code(404).send({ code: 'not_found', message });
    }
    return reply
      .type('application/x-pcapng')
      .header('content-disposition', 'attachment; filename="attack.pcapng"')
      .send(Buffer.from(capture));
  });
}
