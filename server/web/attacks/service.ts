/** `/ws/attacks`: a page has attacks played, and watches them. When it goes, nothing of them is left. */
import type { PlayMessage, PlayRequest } from '#dissect/page-attacks';
import type { PageSocket } from '../page-socket.ts';
import type { Service } from '../place.ts';
import { type BadRequest, parsePlayRequest } from '../requests.ts';
import type { Plays } from './plays.ts';

/** Plays of one page at a time, with those that wait. */
export const PLAYS_PER_PAGE = 4;

type Playing = NonNullable<ReturnType<Plays['play']>>;

export function playService(page: PageSocket<PlayMessage>, plays: Plays): Service {
  const playing = new Map<string, Playing>();
  const tell = (message: PlayMessage): void => {
    if (message.type === 'end' || message.type === 'failed') playing.delete(message.id);
    page.send(message);
  };
  const play = (request: Extract<PlayRequest, { type: 'play' }>): void => {
    const isKnown = playing.has(request.id);
    const begun = isKnown || playing.size >= PLAYS_PER_PAGE ? undefined : plays.play(request, tell);
    if (begun) playing.set(request.id, begun);
    else {
      const message = isKnown ? 'this play goes on already' : 'too many attacks are waiting; try again later';
      page.send({ type: 'failed', id: request.id, code: 'too_many_plays', message });
    }
  };
  page.send({ type: 'ready' });
  return {
    text: (text) => {
      const request: PlayRequest | BadRequest = parsePlayRequest(text);
      if ('problem' in request) page.fail('bad_request', request.problem);
      else if (request.type === 'play') play(request);
      else if (request.type === 'pace') playing.get(request.id)?.pace(request.wanted);
      else void playing.get(request.id)?.stop();
    },
    end: async () => {
      await Promise.all([...playing.values()].map((each) => each.stop()));
    },
  };
}
