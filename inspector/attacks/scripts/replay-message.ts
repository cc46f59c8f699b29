import type { Attack } from '../contract.ts';
import { ROOM_ATTACKS } from '#dissect/page-room-attack';
import { bothThere, goesOn, meddleOnce } from '../scene.ts';

const SAID = 'pay 10 to eve';

export const replayMessage: Attack = {
  ...ROOM_ATTACKS['replay-message'],
  story: 'Ana says “pay 10 to eve”. Mallory sends the same bytes a second time.',
  async *run(world) {
    const { ana, ben } = await bothThere(world);
    const met = meddleOnce(world, 'server', (bytes) => [bytes]);
    const said = ana.say(SAID);
    const { bytes, connection } = await met;
    await said;
    yield { title: 'What ana sent, and what Mallory sends again', bytes };
    world.mallory.send(connection, 'server', bytes);
    const noticed = await goesOn(world, ana, ben);
    if (noticed) return noticed;
    const times = ben.heard.filter(({ text }) => text === SAID).length;
    if (times === 1)
      return { kind: 'nothing', state: 'the server knows the reference of each message, and stores it once' };
    return { kind: 'gained', what: 'how often ben hears it', wanted: '2', got: String(times) };
  },
};
