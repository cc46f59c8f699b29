/** The WebSocket of the console. The cookie of a session opens it, so its hello carries no token. */
import type { IncomingMessage } from 'node:http';
import type { LiveMessage } from '../operator/answers.ts';
import { PageSocket } from '../page-socket.ts';
import type { NoPlace, Place } from '../place.ts';
import { parseHello } from '../requests.ts';
import { SESSION_OVER, checkPlace } from './access.ts';
import { secretIn } from './cookie.ts';
import type { Live } from './live.ts';
import type { ConsoleSessions } from './sessions.ts';

/** Below the path of the cookie. */
export const LIVE_PATH = '/api/operator/live';

export interface ConsoleStream {
  readonly sessions: ConsoleSessions;
  readonly live: Live;
}

export function consolePlace(
  { method = 'GET', headers, socket }: IncomingMessage,
  { sessions, live }: ConsoleStream,
  closeTimeout: number,
): Place | NoPlace {
  const refused = checkPlace({ method, headers, socket });
  if (refused) return { status: '403 Forbidden', refused };
  const session = sessions.find(secretIn(headers.cookie, socket.localPort));
  if (!session) return { status: '401 Unauthorized', refused: SESSION_OVER };
  return {
    entrance: undefined,
    hello: parseHello,
    start: (opened) => {
      const page = new PageSocket<LiveMessage>(opened, closeTimeout);
      const stop = live.attach(page, session);
      return {
        text: () => page.fail('bad_request', 'this stream accepts nothing after the hello'),
        end: async () => stop(),
      };
    },
  };
}
