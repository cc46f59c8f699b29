/** `/ws/bench`: a page stands at a bench of its own. When it goes, nothing of the bench is left. */
import { type BenchMessage, type BenchRequest, OWN } from '#dissect/page-bench';
import type { WireInfo } from '#dissect/page-stream';
import { isLoopbackHost } from '#protocol/addresses';
import { isWildcard } from '../guard.ts';
import type { PageSocket } from '../page-socket.ts';
import type { Service } from '../place.ts';
import type { BadRequest } from '../requests.ts';
import { parseBenchRequest } from './bench-requests.ts';
import type { Plays } from './plays.ts';

export function benchService(
  page: PageSocket<BenchMessage>,
  plays: Plays,
  wires: readonly WireInfo[],
): Service {
  const seat = plays.bench((message) => page.send(message));
  page.send({ type: 'ready' });
  const ask = (request: BenchRequest): void => {
    const own = request.type === 'open' && wires.find(({ wire }) => request.target === `${OWN}${wire}`);
    if (own) seat.own(own.wire, { host: onLoopback(own.host), port: own.port });
    else seat.request(request);
  };
  return {
    text: (text) => {
      const request: BenchRequest | BadRequest = parseBenchRequest(text);
      if ('problem' in request) page.fail('bad_request', request.problem);
      else ask(request);
    },
    end: () => seat.leave(),
  };
}

/** A listener that is open to the network on all addresses is reached by loopback, too. The bench refuses any other. */
function onLoopback(host: string): string {
  return isLoopbackHost(host) || isWildcard(host) ? '127.0.0.1' : host;
}
