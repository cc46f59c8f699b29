/** `/api/class`, `/api/class/join` and `/api/class/report`, which need no token: this is how one comes by it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { JoinError } from '#classroom/joining';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import { CLASS_CAPS, type ClassAnswer, type JoinRefusal, type NameListRefusal } from '#dissect/page-class';
import { plainAddress } from '#protocol/addresses';
import { counted } from '#protocol/shown';
import { bearerOf, checkOrigin } from '../guard.ts';
import { type Classroom, LEADERS_ONLY } from './classroom.ts';
import {
  JOIN_BODY_LIMIT,
  NAMES_BODY_LIMIT,
  PROGRESS_BODY_LIMIT,
  parseJoin,
  parseNames,
  parseReport,
} from './requests.ts';

const STATUS = {
  bad_request: 400,
  class_closed: 403,
  wrong_code: 403,
  bad_name: 422,
  name_taken: 409,
  class_full: 409,
  rate_limited: 429,
} as const satisfies Record<JoinRefusal, number>;

/** Without a class, only says so. */
export function classRoutes(api: FastifyInstance, classroom: Classroom | undefined): void {
  api.addHook('onRequest', async ({ headers }, reply) => {
    void reply.header('cache-control', 'no-store');
    const refused = checkOrigin(headers);
    if (refused) return reply.code(refused.status).send({ code: refused.code, message: refused.message });
  });
  api.get('/api/class', (_request, reply) => {
    const answer: ClassAnswer = classroom?.door ?? null;
    // Fastify would send nothing at all for `null`.
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer));
  });
  if (!classroom) return;
  reportRoutes(api, classroom);
  api.post('/api/class/join', { bodyLimit: JOIN_BODY_LIMIT }, async ({ body, socket }, reply) => {
    const request = parseJoin(body);
    if (!request) return refuse(reply, new JoinError('bad_request', 'a code and a name are needed'));
    try {
      return await classroom.join(request, plainAddress(socket.remoteAddress));
    } catch (error) {
      if (error instanceof JoinError) return refuse(reply, error);
      throw error;
    }
  });
}

/** `/api/class/report`, for terminals: the code of one lets it say how checks ended, and do nothing else. */
function reportRoutes(api: FastifyInstance, classroom: Classroom): void {
  const personOf = ({ headers, socket }: FastifyRequest): Person =>
    classroom.labCodes.personWith(bearerOf(headers) ?? '', plainAddress(socket.remoteAddress));
  const answering =
    <T>(answer: (person: Person, request: FastifyRequest) => T | Promise<T>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<T | FastifyReply> => {
      try {
        return await answer(personOf(request), request);
      } catch (error) {
        if (error instanceof JoinError) return refuse(reply, error);
        throw error;
      }
    };
  api.get(
    '/api/class/report',
    answering(({ account }) => ({ name: account.name, title: classroom.door.title })),
  );
  api.post(
    '/api/class/report',
    { bodyLimit: PROGRESS_BODY_LIMIT },
    answering(async (person, { body }) => {
      const report = parseReport(body);
      if (!report) throw new JoinError('bad_request', 'This is no report of a lab’s checks.');
      if (await classroom.report(person, report)) return { told: true };
      throw new JoinError('rate_limited', 'There are too many reports; wait a minute.', { retryAfter: 60 });
    }),
  );
}

/** `/api/class/progress`, for people in the class. The context of `api` asks for the token. */
export function progressRoute(
  api: FastifyInstance,
  classroom: Classroom,
  personOf: (request: object) => Person | undefined,
): void {
  api.post('/api/class/progress', { bodyLimit: PROGRESS_BODY_LIMIT }, async (request, reply) => {
    const [person, report] = [personOf(request), parseReport(request.body)];
    if (!person || !report)
      return reply.code(400).send({ code: 'bad_request', message: 'this is no report of a lab’s checks' });
    if (!(await classroom.report(person, report)))
      return reply
        .code(429)
        .send({ code: 'rate_limited', message: 'there are too many reports; wait a minute' });
    return reply.code(204).send();
  });
}

/** `/api/class/expected` and `/api/class/archive`, for those who lead. The context of `api` asks for the token. */
export function leadRoutes(
  api: FastifyInstance,
  { data }: Classroom,
  personOf: (request: object) => Person | undefined,
): void {
  const leaderOf = (request: object): Person | undefined => {
    const person = personOf(request);
    return person && isLeader(person) ? person : undefined;
  };
  const refuseOthers = (reply: FastifyReply): FastifyReply =>
    reply.code(403).send({ code: 'leaders_only', message: LEADERS_ONLY });
  api.post('/api/class/expected', { bodyLimit: NAMES_BODY_LIMIT }, async (request, reply) => {
    const leader = leaderOf(request);
    if (!leader) return refuseOthers(reply);
    const list = parseNames(request.body);
    if (!list)
      return reply.code(400).send({ code: 'bad_request', message: 'this is no list of names, or too long' });
    const problems = await data.expect(list.text, leader);
    return problems.length === 0 ? reply.code(204).send() : reply.code(422).send(refusalOf(problems));
  });
  api.get('/api/class/archive', (request, reply) => {
    const leader = leaderOf(request);
    if (!leader) return refuseOthers(reply);
    void reply.header('content-disposition', 'attachment; filename="class-archive.json"');
    return reply
      .type('application/json; charset=utf-8')
      .send(`${JSON.stringify(data.archive(leader), null, 2)}\n`);
  });
}

function refusalOf(problems: NameListRefusal['problems']): NameListRefusal {
  const lines = counted(problems.length, 'line has', 'lines have');
  return {
    code: 'bad_names',
    message: `${lines} no name that a student could have, so the list is as before.`,
    problems: problems.slice(0, CLASS_CAPS.nameProblems),
  };
}

function refuse(reply: FastifyReply, error: JoinError): FastifyReply {
  const { code, message, suggestions, retryAfter } = error;
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  return reply.code(STATUS[code]).send({
    code,
    message,
    ...(suggestions !== undefined && { suggestions }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}
