/** The bench of a page, in the process that is made for it. */
import type { BenchMessage } from '#dissect/page-bench';
import { BenchSession } from '../bench/session.ts';
import { TARGETS } from '../targets.ts';
import { inWorld } from '../world.ts';
import type { FromBench, ToBench } from './messages.ts';

let session: BenchSession | undefined;

const tell = (message: BenchMessage): void =>
  void process.send?.({ type: 'bench', message } satisfies FromBench);

/** The world is there until the process ends. */
export function atBench(message: ToBench): void {
  if (message.type === 'order') session?.order(message.order);
  else void open(message.target);
}

async function open(name: string): Promise<void> {
  const target = TARGETS.find(({ id }) => id === name);
  if (!target) return tell({ type: 'over', code: 'no_such_target', message: 'there is no such target' });
  try {
    await inWorld(
      target,
      { tell: (place, title, text) => tell({ type: 'told', place, title, text }) },
      async (world) => {
        session = await BenchSession.open(world, tell);
        await new Promise(() => undefined);
      },
    );
  } catch (error) {
    tell({ type: 'over', code: 'bench_failed', message: (error as Error).message });
  }
}
