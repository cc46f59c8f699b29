/** The rooms of the project, and which of them may import from which. The table is the architecture. */

/** A room may import from itself and from those listed, and from nothing else. */
export const ARROWS = {
  // Pure: they run in the browser, in a worker, in the labs and in tests without a socket.
  'server/protocol': [],
  'server/channel': ['server/protocol'],
  'server/chat': ['server/protocol'],
  'server/classroom': ['server/protocol', 'server/chat', 'inspector/dissect'],
  'client/session': ['server/protocol', 'server/channel'],
  'inspector/dissect': ['server/protocol', 'server/channel'],

  // Shared by both sides: what the layers of a wire need from Node, and where things are in a data folder.
  'server/wires': ['server/protocol', 'server/channel'],
  'server/data-folder': ['server/protocol'],

  certs: [],
  'server/store': ['server/protocol', 'server/chat', 'server/classroom'],
  'server/accounts': ['server/protocol', 'server/chat'],
  'server/runtime': [
    'server/protocol',
    'server/channel',
    'server/wires',
    'server/chat',
    'server/store',
    'server/accounts',
  ],
  'client/lib': ['server/protocol', 'server/channel', 'server/wires', 'server/data-folder', 'client/session'],
  'inspector/tap': ['server/protocol', 'server/channel', 'inspector/dissect'],
  'inspector/wireshark': ['server/protocol', 'server/channel'],
  // Each attack has a chat server of its own, with its real code.
  'inspector/attacks': [
    'server/protocol',
    'server/channel',
    'server/wires',
    'server/chat',
    'server/store',
    'server/runtime',
    'certs',
    'client/lib',
    'inspector/dissect',
    'inspector/tap',
  ],
  'server/web': [
    'server/protocol',
    'server/channel',
    // A person of a class is an account of the chat.
    'server/chat',
    'server/classroom',
    // What TLS has agreed on, for a page whose connection to a wire ends its TLS there.
    'server/wires',
    'server/accounts',
    'server/runtime',
    'client/lib',
    'inspector/dissect',
    'inspector/tap',
  ],

  // What every page shares: tokens, icons, controls, dialogs.
  'inspector/ui': ['server/protocol'],
  // The windows of the workbench, one room each, and the shell that shows them.
  'client/gui': [
    'server/protocol',
    'server/channel',
    'server/accounts/password-strength.ts',
    'client/session',
    'client/lib',
    'inspector/ui',
  ],
  'server/console': [
    'server/protocol',
    'server/web/operator/answers.ts',
    'server/web/operator/devices-text.ts',
    'inspector/ui',
  ],
  'inspector/app': [
    'server/protocol',
    'server/channel',
    'server/web/page-paths.ts',
    'server/console',
    'client/session',
    'client/gui',
    'inspector/dissect',
    'inspector/ui',
  ],

  'client/cli': [
    'server/protocol',
    'server/channel',
    'server/wires',
    'server/data-folder',
    'server/accounts/password-strength.ts',
    'client/session',
    'client/lib',
  ],
  'inspector/cli': [
    'server/protocol',
    'server/channel',
    'server/wires',
    'server/data-folder',
    'client/lib',
    'inspector/dissect',
    'inspector/tap',
    'inspector/wireshark',
    'inspector/attacks',
  ],
  // The one program: it puts everything together and registers the commands of the others.
  'server/cli': [
    'server/protocol',
    'server/channel',
    'server/wires',
    'server/data-folder',
    'server/chat',
    'server/store',
    'server/accounts',
    'server/runtime',
    'server/web',
    'certs',
    'client/lib',
    'client/cli',
    'inspector/dissect',
    'inspector/tap',
    'inspector/wireshark',
    'inspector/cli',
    // Plays attacks for the page, in a process of their own.
    'inspector/attacks',
    'labs',
  ],
  // Pure: the checks and what runs them, the same in a terminal and in a page.
  'labs/judge': ['server/protocol', 'server/channel'],
  labs: [
    'labs/judge',
    'client/cli',
    'server/protocol',
    'server/channel',
    'server/wires',
    'server/data-folder',
    'server/chat',
    'server/store',
    'server/accounts',
    'server/runtime',
    'server/web',
    'certs',
    'client/session',
    'client/lib',
    'inspector/dissect',
    'inspector/tap',
    'inspector/attacks',
  ],
  // Pure: the server, the clients and the tap of the demos, in memory.
  'docs/demos/in-page': [
    'server/protocol',
    'server/channel',
    'server/chat',
    'client/session',
    'inspector/dissect',
  ],
  // Makes captures for the demos with the whole of the tool.
  'docs/recordings': [
    'server/protocol',
    'server/channel',
    'server/store',
    'server/runtime',
    'certs',
    'client/lib',
    'inspector/dissect',
    'inspector/tap',
  ],
  docs: [
    'docs/demos/in-page',
    'docs/recordings/recordings.ts',
    'server/protocol',
    'server/channel',
    'client/session',
    'client/gui',
    'inspector/dissect',
    'inspector/app',
    'inspector/ui',
    'server/console',
    'labs/judge',
    'labs/lessons.ts',
    // Labs that are done in their page.
    'labs/page/judge-in-page.ts',
    'labs/page/page-labs.ts',
    'labs/page/piece-worker.ts',
    'labs/01-frames/lesson.ts',
    'labs/04-seal/lesson.ts',
    'labs/05-tamper/lesson.ts',
    'labs/06-replay/lesson.ts',
    'labs/06-replay/dialogue.ts',
  ],
} as const satisfies Record<string, readonly string[]>;

/** Also the room of every `*.test.ts`, wherever it is: tests may look at everything, and nothing looks at them. */
export const TEST_ROOM = 'test';
/** Configuration at the top level. */
export const ROOT_ROOM = 'root';

/** Rooms whose code runs anywhere: no `node:` module, no `Buffer`, no DOM, no clock and no randomness of its own. */
export const PURE_ROOMS = [
  'server/protocol',
  'server/channel',
  'server/chat',
  'client/session',
  'inspector/dissect',
  'labs/judge',
  'docs/demos/in-page',
] as const satisfies (keyof typeof ARROWS)[];

/** Room of a path from the root, or `undefined` for a file in no place that the table knows. */
export function roomOf(path: string): string | undefined {
  if (path.endsWith('.test.ts')) return TEST_ROOM;
  return folderRoom(path);
}

/** The room that a file is in; also for a test next to the code. */
export function folderRoom(path: string): string | undefined {
  if (!path.includes('/')) return ROOT_ROOM;
  return [...Object.keys(ARROWS), TEST_ROOM].find((room) => path.startsWith(`${room}/`));
}

export function mayImport(from: string, target: string): boolean {
  const [fromRoom, toRoom] = [roomOf(from), roomOf(target)];
  if (fromRoom === undefined || toRoom === undefined) return false;
  if (fromRoom === toRoom || fromRoom === TEST_ROOM) return true;
  const allowed: readonly string[] = (ARROWS as Record<string, readonly string[]>)[fromRoom] ?? [];
  return allowed.some((entry) => entry === toRoom || entry === target);
}
