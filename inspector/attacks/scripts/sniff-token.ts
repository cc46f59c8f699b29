import type { Attack } from '../contract.ts';
import { showUtf8 } from '#protocol/bytes';
import { allHeard, loggedIn } from '../scene.ts';

const FIELD = /"token":"([^"]*)"/;

export const sniffToken: Attack = {
  id: 'sniff-token',
  family: 'impersonating',
  name: 'Take over a login',
  story:
    'After a login the server gives ana a token, so that she need not type her password again. Mallory reads it and connects with it.',
  world: { accounts: true },
  async *run(world) {
    await loggedIn(world);
    const bytes = allHeard(world, 'client');
    yield { title: 'Mallory has all that the server sent', bytes };
    const token = FIELD.exec(showUtf8(bytes))?.[1];
    if (token === undefined)
      return { kind: 'nothing', state: `${bytes.length} bytes, and no token among them` };
    yield { title: 'The token stands there as it is; she connects with it', text: `${token.slice(0, 8)}…` };
    const mallory = await world.withToken('ana', token);
    return {
      kind: 'gained',
      what: 'the name that she goes by',
      wanted: 'ana',
      got: mallory.client.account.name ?? 'nobody',
    };
  },
};
