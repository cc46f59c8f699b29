import type { Attack, Finding, Step } from '../contract.ts';
import type { PersonOptions } from '../person.ts';
import type { World } from '../world.ts';

const SHORT = 'no';
const LONG = 'yes';
/** Half of them is the one, half the other. */
const ANSWERS = 8;

/** More than any answer needs. */
const PAD_TO = 128;

async function* measure(world: World, options: PersonOptions): AsyncGenerator<Step, Finding> {
  const ana = await world.ana(options);
  const said = world.shuffled(Array.from({ length: ANSWERS }, (_, at) => (at % 2 === 0 ? SHORT : LONG)));
  const sizes: number[] = [];
  for (const text of said) {
    const since = world.mallory.heard.length;
    await ana.say(text);
    const { bytes } = await world.mallory.unit({ since, towards: 'server' });
    sizes.push(bytes.length);
  }
  yield { title: 'Bytes of each answer on the wire', text: sizes.join(' ') };
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  if (least === most)
    return {
      kind: 'nothing',
      state: `every answer has ${least} bytes: padding fills both to whole blocks`,
    };
  const got = sizes.map((size) => (size === most ? LONG : SHORT));
  return { kind: 'gained', what: 'all answers', wanted: said.join(' '), got: got.join(' ') };
}

export const lengths: Attack = {
  id: 'lengths',
  family: 'around',
  name: 'Tell messages apart by their length',
  story:
    'Ana answers “yes” or “no” again and again. Eve cannot read it. She only writes down how long each answer is.',
  run: (world) => measure(world, {}),
};

export const lengthsPadded: Attack = {
  id: 'lengths-padded',
  family: 'around',
  name: 'The same when her client pads',
  story: `The same, but ana’s client fills each message with spaces up to a multiple of ${PAD_TO} bytes before it is sealed, as chat --pad ${PAD_TO} does. Even on the plain wire the length says nothing then; there Eve has the text.`,
  run: (world) => measure(world, { padTo: PAD_TO }),
};
