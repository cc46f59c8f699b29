import type { Attack } from '../contract.ts';
import { LAST, bothThere, goesOn, meddleOnce, mutter } from '../scene.ts';

export const reflect: Attack = {
  id: 'reflect',
  family: 'repeating',
  name: 'Send a message back to its sender',
  story: 'Mallory sends ana’s own bytes back to her, as though they came from the server.',
  async *run(world) {
    const { ana, ben } = await bothThere(world);
    const met = meddleOnce(world, 'server', (bytes) => [bytes]);
    mutter(ana, 'are you there?');
    const { bytes, connection } = await met;
    yield { title: 'What ana sent, and what comes back to her', bytes };
    world.mallory.send(connection, 'client', bytes);
    const noticed = await goesOn(world, ben, ana, ana);
    if (noticed) return noticed;
    const echo = ana.heard.map(({ text }) => text).filter((text) => text !== LAST);
    if (echo.length === 0) return { kind: 'nothing', state: 'ana’s client does nothing with it' };
    return { kind: 'gained', what: 'what ana hears', wanted: 'are you there?', got: echo.join('; ') };
  },
};
