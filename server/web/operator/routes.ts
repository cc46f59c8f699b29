/**
 * `/api/operator`: the requests of the operator's commands to a running server. It has a secret of its own, which is
 * stored in the data folder and shown nowhere, and it answers only this machine: the page's port has no TLS, and the
 * secret must not cross a network.
 */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { checkBearer, checkOrigin, checkSameMachine, type Refused } from '../guard.ts';
import type { Renewed, Status } from './answers.ts';
import {
  BadRequestError,
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
  /** Puts the shared keys and certificates in the data folder into use. Rejects if they are unusable. */
  readonly renew: () => Promise<Renewed>;
  readonly certificateEnds: () => number;
  /** Why the server does not count as healthy. */
  readonly problems: () => Promise<readonly string[]>;
}

export const OPERATOR_REFUSED: Refused = {
  status: 401,
  code: 'operator_token_required',
  message: 'this requires the secret in the file operator-token of the data folder',
};

/** Each resolves with the name of the account. */
const ACCOUNT_CHANGES = {
  'accounts/add': (desk, body) => desk.add(parseNameAndPassword(body)),
  'accounts/password': (desk, body) => desk.setPassword(parseNameAndPassword(body)),
  'accounts/forget-factor': (desk, body) => desk.removeSecondFactor(parseName(body)),
  'accounts/remove': (desk, body) => desk.remove(parseName(body)),
} as const satisfies Record<string, (desk: AccountDesk, body: unknown) => Promise<string>>;

export type AccountChange = keyof typeof ACCOUNT_CHANGES;

/** `host` is the address that the page listens on. */
export function operatorRoutes(
  api: FastifyInstance,
  operator: Operator,
  { version, host }: { readonly version: string; readonly host: string },
): void {
  const { server, token } = operator;
  api.addHook('onRequest', async ({ headers, socket }, reply) => {
    const refused =
      checkOrigin(headers) ?? checkSameMachine(socket) ?? checkBearer(headers, token, OPERATOR_REFUSED);
    if (refused) {
      if (refused.status === 401) void reply.header('www-authenticate', 'Bearer');
      return reply.code(refused.status).send({ code: refused.code, message: refused.message });
    }
    void reply.header('cache-control', 'no-store');
  });
  api.setErrorHandler(sendFailure);
  const post = { bodyLimit: OPERATOR_BODY_LIMIT };
  api.get('/api/operator/status', async (): Promise<Status> => {
    const problems = [...(await operator.problems())];
    const certificateEnds = operator.certificateEnds();
    return { version, host, problems, certificateEnds, ...statusOf(server, await operator.counts()) };
  });
  api.get('/api/operator/connections', () => connectionRows(server));
  api.get('/api/operator/rooms', () => roomRows(server));
  api.post('/api/operator/run', post, ({ body }) => server.operate(parseOperation(body)));
  for (const [route, change] of Object.entries(ACCOUNT_CHANGES)) {
    api.post(`/api/operator/${route}`, post, async ({ body }) => ({
      name: await change(server.accounts, body),
    }));
  }
  api.post('/api/operator/renew', post, () =>
    operator.renew().catch((cause: unknown) => {
      // The operator must know what is wrong, such as a mistake in the key file or a certificate from another CA.
      throw new BadRequestError((cause as Error).message, { cause });
    }),
  );
}

/** Answers with the operator's mistakes; any other error goes to the general handler. */
function sendFailure(error: FastifyError, _request: unknown, reply: FastifyReply): FastifyReply {
  const { message } = error;
  if (error instanceof BadRequestError) return reply.code(400).send({ code: 'bad_request', message });
  if (error instanceof DeskError) return reply.code(409).send({ code: error.code, message });
  throw error;
}
