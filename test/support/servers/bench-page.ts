/** A page that stands at a bench. */
import type { BenchMessage, BenchRequest, UnitInHex } from '#dissect/page-bench';
import type { AttackServer } from './attacks.ts';

type Heard = Extract<BenchMessage, { type: 'event' }>['event'];

/** A page at `/ws/bench`: what it is told, and what it asks. */
export async function benchPage({ open }: AttackServer) {
  const { socket, told, until } = await open<BenchMessage>('/ws/bench');
  const message = <T extends BenchMessage['type']>(type: T) =>
    until(() => told.find((each) => each.type === type) as Extract<BenchMessage, { type: T }> | undefined);
  const event = (fits: (event: Heard) => boolean): Promise<Heard> =>
    until(() => told.flatMap((each) => (each.type === 'event' ? [each.event] : [])).find(fits));
  const held = async (): Promise<UnitInHex> => {
    const found = await event(
      ({ kind, ...more }) => kind === 'heard' && 'hold' in more && more.hold !== null,
    );
    return (found as Extract<Heard, { kind: 'heard' }>).unit;
  };
  const hears = (title: string, text: string): Promise<unknown> =>
    until(() => told.find((each) => each.type === 'told' && each.title === title && each.text === text));
  const ask = (request: BenchRequest): void => socket.send(JSON.stringify(request));
  return { socket, told, until, message, event, held, hears, ask };
}
