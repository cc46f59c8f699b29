/** `/api/operator/session`: the token of a link is exchanged for a session, which can be looked at and ended. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Refused } from '../guard.ts';
import type { ConsoleSession } from '../operator/answers.ts';
import { OPERATOR_BODY_LIMIT, parseEverywhere, parseLink } from '../operator/requests.ts';
import { SESSION_OVER, checkChange } from './access.ts';
import { cookieWith, noCookie, secretIn } from './cookie.ts';
import type { ConsoleSessions, Session } from './sessions.ts';

export interface SessionRoutes {
  readonly sessions: ConsoleSessions;
  readonly audit: (event: 'console.opened' | 'console.closed' | 'console.refused', detail?: string) => void;
}

/** A refusal as an error, which the handler of the operator's API answers with. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.message);
    this.refused = refused;
  }
}

const LINK_USED: Refused = {
  status: 401,
  code: 'console_link_used',
  message: 'this link was used already or is too old; npx wireglass console prints another',
};

/** These need no session yet: their own checks come on top of those for the place that a request comes from. */
export function sessionRoutes(api: FastifyInstance, { sessions, audit }: SessionRoutes): void {
  const limit = { bodyLimit: OPERATOR_BODY_LIMIT };
  const shown = ({ since, until }: Session): ConsoleSession => ({ since, until, sessions: sessions.count });

  api.post('/api/operator/session', limit, ({ body, headers, socket }, reply) => {
    refuseIf(checkChange(headers));
    const opened = sessions.open(parseLink(body));
    if (!opened) {
      audit('console.refused');
      throw new RefusedError(LINK_USED);
    }
    const before = secretIn(headers.cookie, socket.localPort);
    if (before !== undefined) sessions.end(before);
    audit('console.opened');
    const { secret, session } = opened;
    return reply
      .header('set-cookie', cookieWith(secret, socket.localPort, session.until))
      .send(shown(session));
  });

  api.get('/api/operator/session', (request) => shown(sessionOf(request, sessions)));

  api.post('/api/operator/session/end', limit, (request, reply) => {
    refuseIf(checkChange(request.headers));
    sessionOf(request, sessions);
    const everywhere = parseEverywhere(request.body);
    const { socket, headers } = request;
    if (everywhere) sessions.endAll();
    else sessions.end(secretIn(headers.cookie, socket.localPort) ?? '');
    audit('console.closed', everywhere ? 'everywhere' : undefined);
    return reply.header('set-cookie', noCookie(socket.localPort)).send({ sessions: sessions.count });
  });
}

function sessionOf({ headers, socket }: FastifyRequest, sessions: ConsoleSessions): Session {
  const session = sessions.find(secretIn(headers.cookie, socket.localPort));
  if (!session) throw new RefusedError(SESSION_OVER);
  return session;
}

function refuseIf(refused: Refused | undefined): void {
  if (refused) throw new RefusedError(refused);
}
