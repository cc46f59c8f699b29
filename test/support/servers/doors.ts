/**
 * Every way into the page's port: the routes, as the server registers them, and the paths of its WebSockets. And which of
 * the routes somebody without a token may use.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { WebSocket } from 'ws';
import { PAGE_PATHS } from '#web/page-paths';
import { SOCKET_PATHS } from '#web/places';
import { startClass } from './class.ts';

export interface Door {
  readonly method: string;
  readonly path: string;
}

/** Why a route needs no token. `docs/reference/security.md` has the same table. */
export const PUBLIC: Readonly<Record<string, string>> = {
  '/api/class': 'whether there is a class, its title, and whether it lets newcomers in',
  '/api/class/join': 'asks for the join code instead',
  '/healthz': 'whether the server works',
  '/docs': 'the docs site',
  '/docs/*': 'the docs site',
  '/*': 'the files of the page',
  // The start page is among the files.
  ...Object.fromEntries(PAGE_PATHS.slice(1).map((path) => [path, 'a view of the page'])),
};

/** What Fastify tells of an instance that it has just made. */
const MADE = 'fastify.initialization';

/** Starts a class in this process to see which routes it registers. */
export async function doorsOfClass(data: string): Promise<readonly Door[]> {
  const doors: Door[] = [];
  const watch = (told: unknown): void => {
    const { fastify } = told as { readonly fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) doors.push({ method: one, path: url });
    });
  };
  subscribe(MADE, watch);
  try {
    await (await startClass(data)).close();
  } finally {
    unsubscribe(MADE, watch);
  }
  return doors;
}

export function isPublic({ path }: Door): boolean {
  return Object.hasOwn(PUBLIC, path);
}

export interface Knock {
  readonly door: string;
  /** The status of the answer, or the code with which a WebSocket was closed. */
  readonly answer: number;
  readonly code: string;
}

const REFUSALS: readonly number[] = [401, 403];
/** `join_required` of `CLOSE_CODES`. */
const CLOSED = 4010;

export function isRefusal({ answer }: Knock): boolean {
  return REFUSALS.includes(answer) || answer === CLOSED;
}

/** Tries each route with these headers: as it is registered, and in a spelling of its path that means the same. */
export async function knockAt(
  origin: string,
  doors: readonly Door[],
  headers: Readonly<Record<string, string>>,
): Promise<Knock[]> {
  const knocks: Knock[] = [];
  for (const { method, path } of doors) {
    const real = path.replace(/:\w+/g, '1').replace('*', '');
    for (const spelled of new Set([
      real,
      real.replace(/^\/([a-z])/, (_, first: string) => `/${escaped(first)}`),
    ])) {
      const response = await fetch(`${origin}${spelled}`, {
        method,
        redirect: 'manual',
        ...sent(method, headers),
      });
      const { code } = (await response.json().catch(() => ({}))) as { code?: string };
      knocks.push({ door: `${method} ${spelled}`, answer: response.status, code: code ?? '' });
    }
  }
  return knocks;
}

function sent(method: string, headers: Readonly<Record<string, string>>): RequestInit {
  if (method !== 'POST') return { headers };
  return { headers: { ...headers, 'content-type': 'application/json' }, body: '{}' };
}

function escaped(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16)}`;
}

/** Opens each WebSocket, and says hello with this token. */
export function knockAtSockets(origin: string, token: string | undefined): Promise<Knock[]> {
  return Promise.all(
    SOCKET_PATHS.map((path) => knockAtSocket(`${origin.replace('http', 'ws')}${path}`, path, token)),
  );
}

/** For a socket that stays open, this rejects. */
const PATIENCE_MS = 5_000;

function knockAtSocket(url: string, path: string, token: string | undefined): Promise<Knock> {
  const door = `WebSocket ${path}${token === undefined ? '' : ' with a wrong token'}`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const late = setTimeout(() => {
      socket.terminate();
      reject(new Error(`${door} stays open`));
    }, PATIENCE_MS);
    const end = (answer: number, code: string): void => {
      clearTimeout(late);
      resolve({ door, answer, code });
    };
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token, wire: helloWire(path) })));
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      end(response.statusCode ?? 0, '');
    });
    socket.on('close', (code, reason) => end(code, reason.toString()));
    socket.on('error', () => undefined);
  });
}

/** The relay's hello also says to which wire; no other has that. */
function helloWire(path: string): string | undefined {
  return path === '/ws/wire' ? 'plain' : undefined;
}
