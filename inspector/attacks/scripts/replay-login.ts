import type { Attack } from '../contract.ts';
import type { Unit } from '../mallory/mallory.ts';
import type { Stranger } from '../mallory/stranger.ts';
import { allHeard, loggedIn } from '../scene.ts';

export const replayLogin: Attack = {
  id: 'replay-login',
  family: 'impersonating',
  name: 'Repeat a login',
  story:
    'Ana logs in. Mallory records all that her client sends, and sends it to the server again, over a connection of her own.',
  world: { accounts: true },
  async *run(world) {
    const ben = await world.ben();
    const { ana } = await loggedIn(world);
    await ben.sees('ana');
    const dialogue = world.mallory.heard.slice();
    yield { title: 'All that ana sent, from the first byte', bytes: allHeard(world, 'server') };
    await ana.close();
    await ben.misses('ana');
    yield { title: 'Ana has left, and Mallory sends it again' };
    const stranger = await world.stranger();
    await repeat(stranger, dialogue);
    const refused = await Promise.race([ben.sees('ana'), world.refused()]);
    yield { title: 'What the server answers', bytes: stranger.heard };
    if (refused) return { kind: 'noticed', by: 'the server', code: refused.code };
    return {
      kind: 'gained',
      what: 'who comes in, as ben sees it',
      wanted: 'ana',
      got: ben.members.find((name) => name !== 'ben') ?? 'nobody',
    };
  },
};

/** Sends each unit when as many answers have come as ana had when she sent it. */
async function repeat(stranger: Stranger, dialogue: readonly Unit[]): Promise<void> {
  let answers = 0;
  for (const { towards, bytes } of dialogue) {
    if (towards === 'client') answers++;
    else {
      await stranger.answered(answers);
      stranger.send(bytes);
    }
  }
}
