/** `/ws/bench`: a page stands at a bench of its own. When it goes, nothing of the bench is left. */
import { type BenchMessage, type BenchRequest, OWN, flowOf } from '#dissect/page-bench';
import type { WireInfo } from '#dissect/page-stream';
import { isLoopbackHost } from '#protocol/addresses';
import { StepError, type Standings } from '#tap/step-in';
import type { Address } from '#tap/tap';
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
  standing: Standings | undefined,
): Service {
  const seat = plays.bench((message) => page.send(message));
  page.send({ type: 'ready' });
  const stop = listed(page, standing);
  const ask = (request: BenchRequest): void => {
    if (request.type !== 'open') return seat.request(request);
    const { target } = request;
    const own = wires.find(({ wire }) => target === `${OWN}${wire}`);
    if (own) return seat.own({ target, wire: own.wire, address: ownAddress(own) });
    const flow = flowOf(target);
    if (flow !== undefined && standing) stepInto(flow, standing, target);
    else seat.request(request);
  };
  const stepInto = (flow: number, flows: Standings, target: string): void => {
    try {
      const { wire, address, step } = flows.find(flow);
      seat.own({ target, wire, address: ownAddress(address) }, step);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      page.send({ type: 'over', code: error.code, message: error.message });
    }
  };
  return {
    text: (text) => {
      const request: BenchRequest | BadRequest = parseBenchRequest(text);
      if ('problem' in request) page.fail('bad_request', request.problem);
      else ask(request);
    },
    end: () => {
      stop();
      return seat.leave();
    },
  };
}

/** Tells the page of the connections that stand, now and after each change. */
function listed(page: PageSocket<BenchMessage>, standing: Standings | undefined): () => void {
  let told: NodeJS.Immediate | undefined;
  const tell = (): void => {
    told = undefined;
    page.send({ type: 'standing', flows: standing?.list() ?? null });
  };
  tell();
  // Many connections may come and go at a time.
  const stop = standing?.watch(() => (told ??= setImmediate(tell)));
  return () => {
    stop?.();
    clearImmediate(told);
  };
}

/** A listener that is open to the network on all addresses is reached by loopback, too. The bench refuses any other. */
function ownAddress({ host, port }: Address): Address {
  return { host: isLoopbackHost(host) || isWildcard(host) ? '127.0.0.1' : host, port };
}
