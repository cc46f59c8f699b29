/** A student asks for help: over the socket of the class, or with `/api/class/help` from a page that has none. */
import type { FastifyInstance } from 'fastify';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import type { HelpState } from '#dissect/page-class';
import type { Classroom } from './classroom.ts';
import { HELP_BODY_LIMIT, parseHelp } from './requests.ts';

type Helped = Pick<Classroom, 'help' | 'time' | 'changed'>;

/** False if the person leads the class: then there is nobody to ask. */
export function askForHelp(classroom: Helped, person: Person, on: boolean): boolean {
  if (isLeader(person) || person.removed) return false;
  const { help, time } = classroom;
  if (on ? help.ask(person.id, time) : help.end(person.id)) classroom.changed();
  return true;
}

/** False if the person was not asking. */
export function answerHelp(classroom: Helped, person: number): boolean {
  const changed = classroom.help.end(person);
  if (changed) classroom.changed(true);
  return changed;
}

/** `/api/class/help`, for people in the class. The context of `api` asks for the token. */
export function helpRoutes(
  api: FastifyInstance,
  classroom: Classroom,
  personOf: (request: object) => Person | undefined,
): void {
  const stateOf = ({ id }: Person): HelpState => ({ since: classroom.help.sinceOf(id) ?? null });
  api.get('/api/class/help', (request, reply) => {
    const person = personOf(request);
    return person ? reply.send(stateOf(person)) : reply.code(400).send(BAD);
  });
  api.post('/api/class/help', { bodyLimit: HELP_BODY_LIMIT }, (request, reply) => {
    const [person, asked] = [personOf(request), parseHelp(request.body)];
    if (!person || !asked || !askForHelp(classroom, person, asked.on)) return reply.code(400).send(BAD);
    return reply.send(stateOf(person));
  });
}

const BAD = {
  code: 'bad_request',
  message: 'a student of the class can ask for help, with on: true or false',
};
