/** `/ws/bench`: a page stands at a bench of its own. When it goes, nothing of the bench is left. */
import type { BenchMessage, BenchRequest } from '#dissect/page-bench';
import type { PageSocket } from '../page-socket.ts';
import type { Service } from '../place.ts';
import type { BadRequest } from '../requests.ts';
import { parseBenchRequest } from './bench-requests.ts';
import type { Plays } from './plays.ts';

export function benchService(page: PageSocket<BenchMessage>, plays: Plays): Service {
  const seat = plays.bench((message) => page.send(message));
  page.send({ type: 'ready' });
  return {
    text: (text) => {
      const request: BenchRequest | BadRequest = parseBenchRequest(text);
      if ('problem' in request) page.fail('bad_request', request.problem);
      else seat.request(request);
    },
    end: () => seat.leave(),
  };
}
