/** The code behind each kind of demo: a region of the file that runs, loaded when a reader asks for it. */
import { regionOf } from './region.ts';
import type { DemoSource } from './source.ts';

export type DemoKind = DemoSource['kind'];

interface DemoCode {
  /** What the code does, in a sentence. */
  readonly about: string;
  /** The file, from the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** Where the code stands. The regions are marked in the files. */
export const CODE = {
  live: {
    about: 'The tap in front of each wire notes what comes from one side, and passes it on to the other.',
    path: 'inspector/tap/tapped-connection.ts',
    region: 'forward',
  },
  'in-page': {
    about:
      'A server, two clients and a tap, all in this page: what one end writes is noted, and handed to the other.',
    path: 'docs/demos/in-page/world.ts',
    region: 'tap',
  },
  recorded: {
    about: 'Our server and two of our clients talk through a tap, and the tap’s notes become the file.',
    path: 'docs/recordings/record.ts',
    region: 'conversation',
  },
} as const satisfies Record<DemoKind, unknown>;

/** Only their text goes into the page. */
const FILES = import.meta.glob<string>(
  [
    '../../inspector/tap/tapped-connection.ts',
    '../../docs/demos/in-page/world.ts',
    '../../docs/recordings/record.ts',
  ],
  { query: '?raw', import: 'default' },
);

/** Rejects when the file cannot be loaded. */
export async function codeOf(kind: DemoKind): Promise<DemoCode> {
  const { about, path, region } = CODE[kind];
  const load = Object.entries(FILES).find(([file]) => path.endsWith(file.replace(/^(\.\.?\/)+/, '')))?.[1];
  if (!load) throw new Error(`${path} is not among the files`);
  return { about, path, text: regionOf(await load(), region) };
}
