import type { Attack } from '../contract.ts';
import { bothThere } from '../scene.ts';

export const truncate: Attack = {
  id: 'truncate',
  family: 'repeating',
  name: 'End the conversation',
  story:
    'Mallory ends the connection in both directions, in the orderly way of TCP, as if each side had finished. Does ana know that it was not the server?',
  async *run(world) {
    const { ana, ben } = await bothThere(world);
    await ben.say('there is more to come');
    await ana.hears('there is more to come');
    yield { title: 'Mallory ends both directions' };
    world.mallory.finish(world.mallory.newest, 'client');
    world.mallory.finish(world.mallory.newest, 'server');
    const error = await ana.ended;
    if (error) return { kind: 'noticed', by: 'the client', code: error.code };
    return {
      kind: 'gained',
      what: 'how the conversation ended for ana',
      wanted: 'in order',
      got: 'in order',
    };
  },
};
