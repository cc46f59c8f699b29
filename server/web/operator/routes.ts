/**
 * `/api/operator`: the requests of the operator's commands and of the console to a running server. A command has a secret
 * of its own, which is stored in the data folder and shown nowhere; the console has the cookie of a session. Only this
 * machine is answered: the page's port has no TLS, and neither secret must cross a network.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkAccess, checkPlace } from '../console/access.ts';
import type { DevicesSeen } from '../devices.ts';
import { RefusedError, sessionRoutes } from '../console/routes.ts';
import type { ConsoleSessions } from '../console/sessions.ts';
import type { Refused } from '../guard.ts';
import type { ConsoleLink, Status } from './answers.ts';
import type { Desk } from './desk.ts';
import { deskRoutes } from './desk-routes.ts';
import {
  BadRequestError,
  NotNowError,
  OPERATOR_BODY_LIMIT,
  parseName,
  parseNameAndPassword,
  parseOperation,
} from './requests.ts';
import { type Counts, connectionRows, roomRows, statusOf } from './views.ts';
import { type AccountDesk, DeskError } from '#accounts/account-desk';
import type { ChatServer } from '#runtime/server';

export interface Operator {
  /** Hex of 256 random bits. */
  readonly token: string;
  readonly server: ChatServer;
  readonly counts: () => Promise<Counts>;
  readonly certificateEnds: () => number;
  /** Other machines that have reached the page. */
  readonly devices: () => DevicesSeen;
  /** Why the server does not count as healthy. */
  readonly problems: () => Promise<readonly string[]>;
  readonly desk: Desk;
  readonly sessions: ConsoleSessions;
  /** A link that opens the console once. */
  readonly consoleLink: () => ConsoleLink;
}

/** Each resolves with the name of the account. */
const ACCOUNT_CHANGES = {
  'accounts/add': (desk, body) => desk.add(parseNameAndPassword(body)),
  'accounts/password': (desk, body) => desk.setPassword(parseNameAndPassword(body)),
  'accounts/forget-factor': (desk, body) => desk.removeSecondFactor(parseName(body)),
  'accounts/remove': (desk, body) => desk.remove(parseName(body)),
} as const satisfies Record<string, (desk: AccountDesk, body: unknown) => Promise<string>>;

export type AccountChange = keyof typeof ACCOUNT_CHANGES;

interface Where {
  readonly version: string;
  /** The address that the page listens on. */
  readonly host: string;
}

export async function operatorRoutes(api: FastifyInstance, operator: Operator, where: Where): Promise<void> {
  const { server, token, sessions } = operator;
  api.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    const refused = checkPlace(asked(request));
    if (refused) return refuse(reply, refused);
  });
  api.setErrorHandler(sendFailure);
  sessionRoutes(api, {
    sessions,
    audit: (event, detail) =>
      server.audit({ ts: Date.now(), event, actor: 'operator', ...(detail !== undefined && { detail }) }),
  });
  await api.register(async (inner) => {
    inner.addHook('onRequest', async (request, reply) => {
      const refused = checkAccess(asked(request), token, sessions);
      if (refused) return refuse(reply, refused);
    });
    chatRoutes(inner, operator, where);
    deskRoutes(inner, operator.desk);
  });
}

function chatRoutes(api: FastifyInstance, operator: Operator, where: Where): void {
  const { server } = operator;
  const post = { bodyLimit: OPERATOR_BODY_LIMIT };
  api.get('/api/operator/status', async (): Promise<Status> => {
    const problems = [...(await operator.problems())];
    const certificateEnds = operator.certificateEnds();
    const devices = operator.devices();
    return { ...where, devices, problems, certificateEnds, ...statusOf(server, await operator.counts()) };
  });
  api.get('/api/operator/connections', () => connectionRows(server));
  api.get('/api/operator/rooms', () => roomRows(server));
  api.post('/api/operator/console/link', post, () => operator.consoleLink());
  api.post('/api/operator/run', post, ({ body }) => server.operate(parseOperation(body)));
  for (const [route, change] of Object.entries(ACCOUNT_CHANGES)) {
    api.post(`/api/operator/${route}`, post, async ({ body }) => ({
      name: await change(server.accounts, body),
    }));
  }
}

function asked({ method, headers, socket }: FastifyRequest): Parameters<typeof checkPlace>[0] {
  return { method, headers, socket };
}

function refuse(reply: FastifyReply, { status, code, message }: Refused): FastifyReply {
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ code, message });
}

/** Answers with the operator's mistakes; any other error goes to the general handler. */
function sendFailure(error: FastifyError, _request: unknown, reply: FastifyReply): FastifyReply {
  const { message } = error;
  if (error instanceof RefusedError) return refuse(reply, error.refused);
  if (error instanceof BadRequestError) return reply.code(400).send({ code: 'bad_request', message });
  if (error instanceof DeskError || error instanceof NotNowError)
    return reply.code(409).send({ code: error.code, message });
  throw error;
}
