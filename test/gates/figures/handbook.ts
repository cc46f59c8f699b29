/** The figures of the guide, the handbook, the glossary and README: ports, caps, times of labs, and what the concepts say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tagLength } from '#channel/psk/bodies';
import { BENCH_CAPS } from '#dissect/page-bench';
import { PARTS, type Part } from '#judge/lesson';
import { LESSONS } from '#labs/lessons';
import { PAGE_LABS } from '#labs/page/page-labs';
import { toHex, utf8 } from '#protocol/bytes';
import { FRAME_LAYOUT } from '#protocol/frame';
import { fixedSize } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import { WIRES } from '#protocol/wires';
import { DEMO_PACE } from '#web/demo';
import { DEFENCE } from '#runtime/defence/defence';
import { SETTINGS } from '../../../server/cli/config/settings.ts';
import { MOST_LINES } from '../ways.ts';
import { ROOT } from '../sources.ts';
import type { Fixed, Held } from './figures.ts';
import { flippedFromEnd, suiteNamed } from './measured.ts';
import { measured } from './operations.ts';
import { type Row, says, word } from './row.ts';

const MIB = 1024 * 1024;
const LENGTH = fixedSize(FRAME_LAYOUT);

/** The oldest Node that package.json accepts. */
const NODE = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } }
).engines.node.slice('>='.length);

const numberOf = (lab: string): string => lab.slice(0, 2);
const pageLabs = PAGE_LABS.map(numberOf);
const hex = (text: string): string => toHex(utf8(text));
const FLIP = toHex(Uint8Array.of('1'.charCodeAt(0) ^ '9'.charCodeAt(0)));

/** Minutes as a person says them. */
function duration(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : '']
    .filter((text) => text !== '')
    .join(' ');
}

function partRow(part: Part): Row {
  const lessons = LESSONS.filter((lesson) => lesson.part === part);
  const [first, last] = [lessons[0]?.name ?? '', lessons.at(-1)?.name ?? ''];
  const minutes = lessons.reduce((sum, lesson) => sum + lesson.minutes, 0);
  return says`| ${`${part}: ${PARTS[part]}`} | ${`${numberOf(first)} to ${numberOf(last)}`} | ${duration(minutes)} |`;
}

/** How many bytes at the end of a record of this suite make the server complain about padding, whichever is changed. */
function paddingBytes(text: string): number {
  const places = Array.from({ length: 3 * 16 }, (_, i) => i + 1);
  const first = places.find((place) => flippedFromEnd('aes-256-cbc', text, place) !== 'bad_padding') ?? 0;
  return 16 * Math.floor((first - 1) / 16);
}

const PORTS = WIRES.map(({ port }) => port).sort();
const NODE_ROW = says`You need Node ${NODE} or newer`;
const LESSON_MINUTES = [45, 90, 180] as const;
const PLAN: Fixed = { text: /\| \d+–\d+ \|/, by: 'the plan; its times are added up in the test' };
const exit: Fixed = { text: /exit(s with)? code [01]/, by: 'the test that runs the command' };

const FIVE_MINUTES: Fixed = { text: /[Tt]he first five minutes/, by: 'the title of a page' };

/** A lesson plan: how long it is, is in its name. */
function lesson(minutes: number, ...fixed: readonly Fixed[]): Held {
  return { rows: [says`# ${minutes} minutes:`], fixed: [PLAN, ...fixed] };
}

const GUIDE: Readonly<Record<string, Held>> = {
  'docs/guide/attacks.md': {
    rows: [
      says`nothing is done at it for ${BENCH_CAPS.idle / 60_000} minutes. A server keeps ${BENCH_CAPS.open} of them open at a time.`,
    ],
  },
  'docs/guide/change-a-byte.md': {
    rows: [says`Now change one of the last ${paddingBytes('Pay Ben 100 euros')} bytes: the answer`],
    fixed: [{ text: 'Press **Turn “1” into “9”**', by: 'the demo, whose text has this digit' }],
  },
  'docs/guide/first-five-minutes.md': { fixed: [FIVE_MINUTES] },
  'docs/guide/install.md': {
    fixed: [FIVE_MINUTES],
    rows: [
      says`[Node](https://nodejs.org) ${NODE} or newer`,
      ...WIRES.map(({ port }) => says`| ${String(port)} |`),
      says`| ${String(SETTINGS['ports.web'].fallback)} | the pages`,
    ],
  },
  'docs/guide/page.md': {
    fixed: [
      { text: 'waits 10 or 60 seconds more', by: 'CHOICES in CaptureMenu.vue, compared below' },
      { text: '`len > 200 && dir == c2s`', by: 'an example of a filter, which is parsed with the others' },
    ],
  },
  'docs/guide/terminal.md': {
    rows: [says`They show frames as they come: ${word(LENGTH)} bytes of length`],
    fixed: [exit],
  },
  'docs/guide/workbench.md': {
    rows: [says`or after ${word(DEMO_PACE.longest / 60_000)} minutes`],
    fixed: [
      { text: '`3.7` for record 7 of connection 3', by: 'an example, in the form of an address' },
      {
        text: 'at least 7 to 1, and edges at least 4.5 to 1',
        by: 'inspector/app/design/contrast.test.ts, which measures them',
      },
    ],
  },
  'docs/guide/your-own-capture.md': {
    rows: [
      says`The page reads up to ${LIMITS.pageCapture / MIB} MiB, and the first ${LIMITS.pageConnectionsRead} connections.`,
    ],
  },
};

const HANDBOOK: Readonly<Record<string, Held>> = {
  'docs/handbook/answers.md': {
    rows: [
      says`The fifth byte (${'`p`'} is the first), XOR \`${FLIP}\`, since \`${hex('1')}\` XOR \`${hex('9')}\` is \`${FLIP}\`.`,
      says`${2 ** 5 % 29} and ${2 ** 9 % 29} cross the wire. The secret is ${19 ** 5 % 29}.`,
    ],
  },
  'docs/handbook/handouts.md': {
    rows: [
      says`The text is \`pay ${10} euro\`, encrypted with a key stream and without a tag. Mallory wants \`pay ${90} euro\`.`,
      says`The character \`${'1'}\` is \`${hex('1')}\` in hex and \`${'9'}\` is \`${hex('9')}\`.`,
    ],
    fixed: [
      {
        text: "agree on 29 and 2. Ana's private number is 5, ben's is 9.",
        by: 'the question; the answer is computed on the page of answers',
      },
    ],
  },
  'docs/handbook/index.md': {
    rows: [
      ...LESSON_MINUTES.map((minutes) => says`[${minutes} minutes:`),
      ...(Object.keys(PARTS) as Part[]).map(partRow),
    ],
    fixed: [exit],
  },
  'docs/handbook/lesson-180.md': lesson(
    180,
    { text: 'cut at minute 120', by: 'the plan: a break begins there' },
    { text: 'the [lesson of 90 minutes]', by: 'the name of a page' },
  ),
  'docs/handbook/lesson-45.md': lesson(
    45,
    { text: 'students from about 14 years', by: 'advice' },
    { text: 'Point at the four bytes in front', by: 'the length of a frame' },
  ),
  'docs/handbook/lesson-90.md': lesson(
    90,
    { text: 'After ten minutes', by: 'advice' },
    { text: 'steps 1 and 2', by: 'the headings of lab 05' },
    { text: 'Node accepts a tag of 4 bytes', by: 'the documentation of node:crypto; tried in the test' },
    { text: 'what a tag of 4 bytes is worth', by: 'the same' },
    { text: 'not done at minute 50', by: 'the plan: writing ends there' },
  ),
  'docs/handbook/set-up.md': {
    rows: [says`If you have more than ${DEFENCE.connectionsPerAddress} connections from one`],
    fixed: [
      { text: 'Zoom the browser to 150 %', by: 'advice' },
      measured(
        'classroom',
        /A laptop with two cores carries a class of 330\. .*? took 220 MiB of memory at most\./,
      ),
    ],
  },
  'docs/handbook/what-students-bring.md': {
    fixed: [
      { text: 'For the lesson of 45 minutes', by: 'the name of a page' },
      { text: 'needs some 20 minutes and a neighbour', by: 'advice' },
      { text: 'numbers from 0 to 255', by: 'what a byte is' },
      { text: 'keys of 128 bits, so 256 bits do not', by: 'FIPS 197: the keys of AES' },
      { text: 'against AES with 256 bits', by: 'FIPS 197: the keys of AES' },
    ],
  },
};

const GCM = suiteNamed('aes-256-gcm');

const OTHERS: Readonly<Record<string, Held>> = {
  'docs/glossary.md': {
    rows: [
      says`with its length in front: ${word(LENGTH)} bytes`,
      says`with a nonce of ${GCM.ivLength} bytes and a tag of ${tagLength(GCM.body)}.`,
    ],
    fixed: [
      { text: 'turns 16 bytes into 16 others under a key of 16, 24 or 32 bytes', by: 'FIPS 197' },
      { text: 'two bits so that the result is 1 exactly when they differ', by: 'what XOR is' },
    ],
  },
  'docs/concepts/index.md': {
    fixed: [{ text: 'takes about ten minutes', by: 'the aim of the pages' }],
  },
  'docs/index.md': {
    fixed: [FIVE_MINUTES],
    rows: [
      says`plans for lessons of ${`${LESSON_MINUTES.slice(0, -1).join(', ')} and ${LESSON_MINUTES.at(-1) ?? ''}`} minutes`,
    ],
  },
  'docs/labs/index.md': {
    rows: [
      NODE_ROW,
      says`Labs ${`${pageLabs.slice(0, -1).join(', ')} and ${pageLabs.at(-1) ?? ''}`} can also be done`,
    ],
  },
  'README.md': {
    rows: [
      NODE_ROW,
      says`the wires on ports ${`${String(PORTS[0])} to ${String(PORTS.at(-1))}`}, the page on`,
      says`each has fewer than ${MOST_LINES} lines.`,
      says`${word(PAGE_LABS.length).replace(/^./, (letter) => letter.toUpperCase())} labs can be done in the page`,
    ],
  },
};

export const GUIDE_AND_HANDBOOK: Readonly<Record<string, Held>> = { ...GUIDE, ...HANDBOOK, ...OTHERS };
