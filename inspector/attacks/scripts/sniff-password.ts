import type { Attack } from '../contract.ts';
import { showUtf8 } from '#protocol/bytes';
import { allHeard, loggedIn } from '../scene.ts';

const FIELD = /"password":"([^"]*)"/;

export const sniffPassword: Attack = {
  id: 'sniff-password',
  family: 'reading',
  name: 'Read a password',
  story:
    'Ana logs in. Eve reads everything that crosses the wire, and looks for the field with the password.',
  world: { accounts: true },
  async *run(world) {
    const { password } = await loggedIn(world);
    const bytes = allHeard(world, 'server');
    yield { title: 'Eve has all that ana sent', bytes };
    const got = FIELD.exec(showUtf8(bytes))?.[1];
    if (got === undefined)
      return { kind: 'nothing', state: `${bytes.length} bytes, and no field of a message among them` };
    yield {
      title: 'A field of a message stands there as it is',
      text: FIELD.exec(showUtf8(bytes))?.[0] ?? '',
    };
    return { kind: 'gained', what: 'the password', wanted: password, got };
  },
};
