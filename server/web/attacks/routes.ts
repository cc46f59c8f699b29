/** `GET /api/attacks`: everything that could be played; below it, the recordings of the last plays. */
import type { FastifyInstance } from 'fastify';
import type { AttacksAnswer } from '#dissect/page-attacks';
import { type Plays, checkPlayer } from './plays.ts';

/** Requires the page's token, like everything under `/api`. */
export function attackRoutes(api: FastifyInstance, plays: Plays, host: string): void {
  api.get('/api/attacks', async ({ socket }): Promise<AttacksAnswer> => {
    const refused = checkPlayer(host, socket);
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
