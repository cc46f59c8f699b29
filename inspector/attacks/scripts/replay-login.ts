import type { Attack } from '../contract.ts';
import { showUtf8 } from '#protocol/bytes';
import { allHeard } from '../scene.ts';

const SUCCESS = /"type":"auth_success"[^}]*?"name":"([^"]*)"|"name":"([^"]*)"[^}]*"type":"auth_success"/;

export const replayLogin: Attack = {
  id: 'replay-login',
  family: 'impersonating',
  name: 'Repeat a login',
  story:
    'Ana logs in. Mallory records all that her client sends, and sends it to the server again, over a connection of her own.',
  world: { accounts: true },
  async *run(world) {
    const password = world.secret();
    await world.register('ana', password);
    const ana = await world.ana({ password });
    const first = world.mallory.newest;
    await ana.say('it is me');
    const bytes = allHeard(world, 'server', first);
    yield { title: 'All that ana sent, from the first byte', bytes };
    const stranger = await world.stranger();
    stranger.send(bytes);
    const end = await Promise.race([stranger.hears(SUCCESS), stranger.ended, world.refused()]);
    yield { title: 'What the server answers', bytes: stranger.heard };
    if (typeof end === 'object' && 'code' in end)
      return { kind: 'noticed', by: 'the server', code: end.code };
    const name = SUCCESS.exec(showUtf8(stranger.heard));
    if (!name) return { kind: 'nothing', state: 'the server lets nobody in' };
    return {
      kind: 'gained',
      what: 'the account that Mallory is logged in to',
      wanted: 'ana',
      got: name[1] ?? name[2] ?? '',
    };
  },
};
