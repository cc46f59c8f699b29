/** A page's side of the sockets for attacks: a web server that has a stage, and pages that say hello and keep what they are told. */
import { once } from 'node:events';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { WebSocket } from 'ws';
import { Stage } from '#attacks/stage/stage';
import { LAUNCHER } from '#data-folder/project';
import type { WireInfo } from '#dissect/page-stream';
import type { StandingFlows } from '#tap/step-in';
import { type Web, startWeb } from '#web/web';

export interface AttackPage<Message> {
  readonly socket: WebSocket;
  readonly told: readonly Message[];
  /** What `find` finds, as soon as it is there. */
  readonly until: <T>(find: () => T | undefined) => Promise<T>;
}

export interface AttackServer {
  /** Host, port and path. */
  readonly address: (path: string) => string;
  readonly open: <Message>(path: string) => Promise<AttackPage<Message>>;
}

/** For all tests of a file; the sockets of pages are closed after each. */
export function useAttackServer(
  wires: () => Promise<readonly WireInfo[]> = async () => [],
  standing?: StandingFlows,
): AttackServer {
  let stage: Stage;
  let web: Web;
  const opened: WebSocket[] = [];
  beforeAll(async () => {
    stage = new Stage(LAUNCHER);
    web = await startWeb({
      host: '127.0.0.1',
      port: 0,
      token: 'unused',
      staticDir: '/nowhere',
      version: '1.2.3',
      wires: await wires(),
      relay: { ca: '', keys: [] },
      attacks: stage,
      standing,
      log: pino({ enabled: false }),
    });
  });
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.terminate();
  });
  afterAll(async () => {
    await web.close();
    await stage.close();
  });
  const address = (path: string): string => `127.0.0.1:${web.address.port}${path}`;
  return {
    address,
    open: async (path) => {
      const socket = new WebSocket(`ws://${address(path)}`);
      opened.push(socket);
      return greet(socket);
    },
  };
}

async function greet<Message>(socket: WebSocket): Promise<AttackPage<Message>> {
  const told: Message[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer) => {
    told.push(JSON.parse(data.toString()) as Message);
    for (const look of waiting) look();
  });
  await once(socket, 'open');
  socket.send('{"type":"hello"}');
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { socket, told, until };
}
