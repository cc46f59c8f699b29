import type { Attack, Finding } from '../contract.ts';
import type { ChatError } from '#client/errors';
import { showUtf8 } from '#protocol/bytes';
import { allHeard, loggedIn } from '../scene.ts';
import type { World } from '../world.ts';

const FIELD = /"token":"([^"]*)"/g;

/** All tokens that the server has given, as Mallory reads them. */
function tokens(world: World): string[] {
  return [...showUtf8(allHeard(world, 'client')).matchAll(FIELD)].map(([, token]) => token as string);
}

export const staleToken: Attack = {
  id: 'stale-token',
  family: 'impersonating',
  name: 'Use a token that is out of date',
  story:
    'Mallory has read the token of ana’s login, but ana comes back with it first, twice. Each time the server gives her another one. Then Mallory connects with the first.',
  world: { accounts: true },
  async *run(world) {
    const { ana } = await loggedIn(world);
    const [first] = tokens(world);
    if (first === undefined) return { kind: 'nothing', state: 'no token among all that the server sent' };
    yield { title: 'The token that Mallory has', text: `${first.slice(0, 8)}…` };
    await ana.close();
    for (let times = 0; times < 2; times++) {
      const again = await world.ana({ token: tokens(world).at(-1) as string });
      await again.close();
    }
    yield {
      title: 'Ana has come back twice: tokens that the server has given',
      text: String(tokens(world).length),
    };
    return entered(world, first);
  },
};

async function entered(world: World, token: string): Promise<Finding> {
  try {
    const mallory = await world.withToken('ana', token);
    const got = mallory.client.account.name ?? 'nobody';
    return { kind: 'gained', what: 'the name that she goes by', wanted: 'ana', got };
  } catch (error) {
    return { kind: 'noticed', by: 'the server', code: (error as ChatError).code };
  }
}
