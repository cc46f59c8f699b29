/** `/ws/class` for one page: the state of the class as its person may know it, and what the person does. */
import { type Hand, announced, planned, prolonged, staged, timed } from '#classroom/display';
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import type {
  ClassAction,
  ClassMessage,
  ClassRequest,
  ClassState,
  Display,
  LeadAction,
} from '#dissect/page-class';
import type { ClientMessage } from '#protocol/messages';
import type { PageSocket } from '../page-socket.ts';
import type { Service } from '../place.ts';
import { type Classroom, LEADERS_ONLY } from './classroom.ts';
import { handIn } from './flags.ts';
import { answerHelp, askForHelp } from './help.ts';
import { newsOf } from './questions.ts';
import type { Refusal } from './refusal.ts';
import { parseClassRequest } from './requests.ts';
import { attackNewsOf, leadAttack } from './room-attacks.ts';
import type { ClassPage } from './shown.ts';

/** What came of a request: nothing to say, a link, or why it was not done. */
type Outcome = Refusal | { readonly link: string };

export interface ClassServiceOptions {
  readonly classroom: Classroom;
  readonly person: Person;
  /** Address of the device. */
  readonly address: string;
}

/** Bytes that a page may lag behind before it is told of nothing more until it has caught up. */
const HIGH_WATER = 256 * 1024;

export function classService(
  page: PageSocket<ClassMessage>,
  { classroom, person: { id }, address }: ClassServiceOptions,
): Service {
  let told = '';
  const tellState = (state: ClassState): void => {
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    page.send({ type: 'state', state, time: classroom.time });
  };
  const whose = (): Person | undefined => classroom.roster.people.byId(id);
  const news = [newsOf(classroom.questions, whose), attackNewsOf(classroom.attacks, whose)];
  const tell = (): void => {
    const state = classroom.stateFor(id);
    if (!state || page.backlog > HIGH_WATER) return;
    tellState(state);
    for (const next of news) {
      const message = next();
      if (message) page.send(message);
    }
  };
  const tellFile: ClassPage['tellFile'] = (news) => {
    const isBehind = page.backlog > HIGH_WATER;
    if (!isBehind || news.type === 'file-over') page.send(news);
    return !isBehind;
  };
  const own: ClassPage = { person: id, place: '', changed: tell, tellFile };
  const leave = classroom.enter(own, address);
  tell();
  const answer = async (request: ClassRequest): Promise<void> => {
    const outcome = await perform(request, { classroom, id, own });
    const { ref } = request;
    if (outcome === undefined || 'link' in outcome) page.send({ type: 'done', ref, ...outcome });
    else page.send({ type: 'failed', ref, ...outcome });
  };
  return {
    text: (text) => {
      const request = parseClassRequest(text);
      if ('problem' in request) return page.fail('bad_request', request.problem);
      answer(request).catch(() => {
        const message = 'the server could not store this; try again, and look at its log';
        page.send({ type: 'failed', ref: request.ref, code: 'storage_failed', message });
      });
    },
    end: async () => leave(),
  };
}

interface Where {
  readonly classroom: Classroom;
  readonly id: number;
  readonly own: ClassPage;
}

async function perform(request: ClassRequest, { classroom, id, own }: Where): Promise<Outcome> {
  if (request.type === 'at') {
    classroom.at(own, request.place.replace(/[?#].*$/, ''));
    return undefined;
  }
  // Looked up each time: what a person may do can have changed since the page was opened.
  const by = classroom.roster.people.byId(id);
  const refusal = { code: 'leaders_only', message: LEADERS_ONLY };
  if (!by) return refusal;
  if (request.type === 'help') return askForHelp(classroom, by, request.on) ? undefined : NOT_ASKING;
  if (request.type === 'answer') return classroom.questions.answer(request, by);
  if (request.type === 'consent') return classroom.attacks.answer(request, by);
  if (request.type === 'hand-in') return handIn(classroom, by, request.flag);
  return by.removed || !isLeader(by) ? refusal : lead(request, { classroom, own }, by);
}

function lead(
  request: LeadAction,
  { classroom, own }: Pick<Where, 'classroom' | 'own'>,
  by: Person,
): Outcome | Promise<Outcome> {
  if (request.type === 'read-file') return readFile(request.person, { classroom, own }, by);
  return LEADING[request.type](request as never, classroom, by);
}

function readFile(
  id: number | null,
  { classroom, own }: Pick<Where, 'classroom' | 'own'>,
  by: Person,
): Outcome {
  const { files, roster } = classroom;
  files.close(own);
  const person = id === null ? undefined : roster.people.byId(id);
  return id === null || (person && files.read(own, person, by)) ? undefined : NOT_SHOWN;
}

type Lead<T extends ClassAction['type']> = (
  request: Extract<ClassAction, { readonly type: T }>,
  classroom: Classroom,
  by: Person,
) => Outcome | Promise<Outcome>;

const NOBODY = { code: 'no_such_person', message: 'there is no such person, or this changes nothing' };

const NOT_ASKING = {
  code: 'not_asking',
  message: 'only students ask for help, and this one is not asking now',
};

const NOT_SHOWN = { code: 'file_over', message: 'this student shows no file now' };

const NOTHING = {
  code: 'nothing_to_change',
  message: 'there is no such stage or timer, or this changes nothing',
};

async function shows(
  change: (display: Display, hand: Hand) => Display | undefined,
  classroom: Classroom,
  { account: { name: by } }: Person,
): Promise<Outcome> {
  const changed = await classroom.display((display, now) => change(display, { by, now }));
  return changed ? undefined : NOTHING;
}

/** What the chat refuses, the page is told in the chat's words. */
async function keepOrder(request: ClientMessage, classroom: Classroom, by: Person): Promise<Outcome> {
  const answer = await classroom.keepOrder(request, by);
  return answer.type === 'error' ? { code: answer.code, message: answer.message } : undefined;
}

/** What those who lead may ask for. */
const LEADING: { readonly [T in Exclude<LeadAction['type'], 'read-file'>]: Lead<T> } = {
  remove: async ({ person }, classroom, by) =>
    (await classroom.setRemoved(person, true, by)) ? undefined : NOBODY,
  readmit: async ({ person }, classroom, by) =>
    (await classroom.setRemoved(person, false, by)) ? undefined : NOBODY,
  open: ({ person }, { sharing }, by) => (sharing.open(person, by) ? undefined : NOBODY),
  close: ({ person }, { sharing }, by) => (sharing.close(person, by) ? undefined : NOBODY),
  'answer-help': ({ person }, classroom) => (answerHelp(classroom, person) ? undefined : NOT_ASKING),
  share: ({ flow, on }, { sharing }, by) =>
    sharing.share(flow, on, by)
      ? undefined
      : { code: 'no_such_flow', message: 'there is no such connection, or you cannot see it yourself' },
  ask: ({ flow, record }, { questions }, by) => questions.ask(flow, record, by),
  reveal: (_, { questions }, by) => questions.reveal(by),
  converse: (asked, { conversation }, by) => conversation.start(asked, by),
  'stop-conversing': (_, { conversation }) => conversation.stop(),
  'end-question': (_, { questions }) => questions.end(),
  'ask-attack': (asked, { attacks }, by) => leadAttack(attacks, asked, by),
  'begin-attack': (asked, { attacks }, by) => leadAttack(attacks, asked, by),
  'end-attack': (asked, { attacks }, by) => leadAttack(attacks, asked, by),
  door: async ({ open }, classroom) => {
    await classroom.roster.set({ open });
    classroom.changed(true);
    return undefined;
  },
  'new-code': async (_, classroom, by) => {
    await classroom.roster.renewCode(by.account.name);
    classroom.changed(true);
    return undefined;
  },
  title: async ({ title }, classroom) => {
    await classroom.roster.set({ title });
    classroom.changed(true);
    return undefined;
  },
  announce: ({ text }, ...whose) => shows((display, hand) => announced(display, text, hand), ...whose),
  plan: ({ plan }, ...whose) => shows((display) => planned(display, plan), ...whose),
  stage: ({ stage }, ...whose) => shows((display, hand) => staged(display, stage, hand), ...whose),
  timer: (asked, ...whose) => shows((display, hand) => timed(display, asked, hand), ...whose),
  'more-time': ({ seconds }, ...whose) =>
    shows((display, hand) => prolonged(display, seconds, hand), ...whose),
  look: ({ place }, classroom, by) => {
    classroom.look(place, by);
    return undefined;
  },
  freeze: ({ room, on }, ...whose) => keepOrder({ type: 'lock', room, locked: on }, ...whose),
  slow: ({ room, seconds }, ...whose) => keepOrder({ type: 'slow', room, seconds }, ...whose),
  hide: ({ message: id }, ...whose) => keepOrder({ type: 'delete', id }, ...whose),
  reset: async (_, classroom, by) => {
    await classroom.data.reset(by);
    return undefined;
  },
  erase: async (_, classroom, by) => {
    if (by.role !== 'instructor')
      return { code: 'instructor_only', message: 'only the instructor may delete the class' };
    await classroom.data.erase(by);
    return undefined;
  },
  'assistant-link': (_, classroom, by) =>
    by.role === 'instructor'
      ? { link: classroom.assistantLink() }
      : { code: 'instructor_only', message: 'only the instructor may let assistants in' },
};
