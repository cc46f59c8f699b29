/** Routes for the wires and the data folder: each does what a command does. */
import { createReadStream } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Desk } from './desk.ts';
import {
  BadRequestError,
  NotNowError,
  OPERATOR_BODY_LIMIT,
  parseAuditQuery,
  parseKeyId,
  parseNoted,
  parseRotation,
  parseWire,
} from './requests.ts';

const READS: Readonly<Record<string, (desk: Desk) => unknown>> = {
  wires: (desk) => desk.wires(),
  accounts: (desk) => desk.accounts(),
  psk: (desk) => desk.keys(),
  certificates: (desk) => desk.certificates(),
  backups: (desk) => desk.backups(),
};

const CHANGES: Readonly<Record<string, (desk: Desk, body: unknown) => Promise<unknown>>> = {
  'wires/stop': (desk, body) => desk.stopWire(parseWire(body)),
  'wires/start': (desk, body) => desk.startWire(parseWire(body)),
  'psk/rotate': (desk, body) => desk.rotateKey(parseRotation(body)),
  'psk/remove': (desk, body) => desk.removeKey(parseKeyId(body)).then(() => desk.keys()),
  'certificates/renew': (desk) => desk.renewCertificate(),
  'audit/verify': (desk, body) => desk.judgeAudit(parseNoted(body)),
  backups: (desk) => desk.backUp(),
};

export function deskRoutes(api: FastifyInstance, desk: Desk): void {
  const post = { bodyLimit: OPERATOR_BODY_LIMIT };
  for (const [route, read] of Object.entries(READS)) {
    api.get(`/api/operator/${route}`, () => explained(() => read(desk)));
  }
  for (const [route, change] of Object.entries(CHANGES)) {
    api.post(`/api/operator/${route}`, post, ({ body }) => explained(() => change(desk, body)));
  }
  api.get('/api/operator/audit', ({ query }) => desk.auditPage(parseAuditQuery(query)));
  api.get<{ Params: { name: string } }>('/api/operator/backups/:name', async ({ params }, reply) => {
    const file = await desk.fetchBackup(params.name);
    if (file === undefined) return reply.callNotFound();
    return reply
      .type('application/vnd.sqlite3')
      .header('content-disposition', `attachment; filename="${params.name}"`)
      .send(createReadStream(file));
  });
}

/** The operator must know what is wrong: a mistake in the key file, a disk that is full. */
async function explained<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof NotNowError || cause instanceof BadRequestError) throw cause;
    throw new NotNowError('failed', (cause as Error).message, cause);
  }
}
