/** `GET /healthz`: whether this server is working, for programs that restart it or send clients elsewhere. */
import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ChatServer } from '#runtime/server';
import { ERRORS } from '#protocol/errors';

/** Bytes that must be free on the database's disk. */
const LEAST_FREE = 16 * 1024 * 1024;

/** Reveals nothing about the content, so it needs no token. */
export function healthRoute(app: FastifyInstance, problems: () => Promise<readonly string[]>): void {
  app.get('/healthz', async (_request, reply) => {
    const reasons = await problems();
    void reply.header('cache-control', 'no-store');
    if (reasons.length === 0) return { status: 'ok' };
    return reply.code(503).send({ status: 'unavailable', reasons });
  });
}

/** Why the server is not healthy; nothing is written to find out. */
export async function healthProblems(
  { hub }: Pick<ChatServer, 'hub'>,
  database: string,
): Promise<readonly string[]> {
  const fault = hub.tally.storeFault;
  return [
    ...(hub.stopping ? [ERRORS.shutting_down.meaning] : []),
    ...(fault ? [ERRORS[fault].meaning] : []),
    ...(await diskProblems(database)),
  ];
}

async function diskProblems(database: string): Promise<string[]> {
  try {
    await access(database, constants.W_OK);
    const { bavail, bsize } = await statfs(dirname(database));
    return bavail * bsize < LEAST_FREE ? ['the disk of the database is full'] : [];
  } catch {
    return ['the database cannot be written to'];
  }
}
