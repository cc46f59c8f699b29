/** `/api/class/file`: a student shows those who lead the text of a lab. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Person } from '#classroom/records';
import type { FileRequest } from '#dissect/page-file';
import type { Classroom } from './classroom.ts';
import type { ClassFiles } from './files.ts';
import { FILE_BODY_LIMIT, parseFile } from './requests.ts';

const REFUSALS = {
  bad_request: { status: 400, message: 'a student of the class can show the text of a lab' },
  file_over: { status: 410, message: 'this file is not shown any more' },
  too_many_files: { status: 409, message: 'too many students show their text now; ask for help instead' },
  rate_limited: { status: 429, message: 'there are too many of these requests; wait a moment' },
} as const;

/** For people in the class. The context of `api` asks for the token. */
export function fileRoute(
  api: FastifyInstance,
  { files }: Classroom,
  personOf: (request: object) => Person | undefined,
): void {
  const refuse = (reply: FastifyReply, code: keyof typeof REFUSALS): FastifyReply =>
    reply.code(REFUSALS[code].status).send({ code, message: REFUSALS[code].message });
  api.post('/api/class/file', { bodyLimit: FILE_BODY_LIMIT }, (request, reply) => {
    const [person, asked] = [personOf(request), parseFile(request.body)];
    if (!person || !asked) return refuse(reply, 'bad_request');
    // A student can always stop.
    if ((asked.type === 'show' || asked.type === 'renew') && !files.takes(person.id))
      return refuse(reply, 'rate_limited');
    const outcome = perform(files, person, asked);
    if (typeof outcome === 'string') return refuse(reply, outcome);
    return outcome ? reply.send(outcome) : reply.code(204).send();
  });
}

function perform(files: ClassFiles, person: Person, asked: FileRequest) {
  switch (asked.type) {
    case 'show':
      return files.show(person, asked);
    case 'renew':
      return files.renew(person.id, asked) ? undefined : 'file_over';
    case 'stop':
      return files.end(person.id, 'stopped');
    case 'leave':
      return files.end(person.id, 'left');
  }
}
