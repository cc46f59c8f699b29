/** The bench of a page, in the process that is made for it. */
import type { BenchMessage } from '#dissect/page-bench';
import { ownScene, worldScene } from '../bench/scenes.ts';
import { BenchSession, type Scene } from '../bench/session.ts';
import { TARGETS } from '../targets.ts';
import { type WorldOptions, inWorld } from '../world.ts';
import type { FromBench, ToBench } from './messages.ts';

let session: BenchSession | undefined;

const tell = (message: BenchMessage): void =>
  void process.send?.({ type: 'bench', message } satisfies FromBench);

/** What it is in front of is there until the process ends. */
export function atBench(message: ToBench): void {
  if (message.type === 'order') return session?.order(message.order);
  if (message.type === 'join') return session?.join(message.flow, message.entrance, message.before);
  if (message.type === 'let-go') return session?.letGo();
  const opened =
    message.type === 'bench'
      ? inOwnWorld(message.target)
      : open(ownScene(message.target, message.wire, message.address));
  opened.catch((error: Error) => tell({ type: 'over', code: 'bench_failed', message: error.message }));
}

async function open(scene: Scene): Promise<void> {
  session = await BenchSession.open(scene, tell);
}

async function inOwnWorld(name: string): Promise<void> {
  const target = TARGETS.find(({ id }) => id === name);
  if (!target) return tell({ type: 'over', code: 'no_such_target', message: 'there is no such target' });
  const telling: WorldOptions['tell'] = (place, title, text) => tell({ type: 'told', place, title, text });
  await inWorld(target, { tell: telling }, async (world) => {
    await world.ben();
    await open(worldScene(world));
    await new Promise(() => undefined);
  });
}
