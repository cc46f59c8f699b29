/** Caps on what others can take up at the page's port. */
import type { CallerCaps } from './callers.ts';

/** Connections; a browser opens six, and two WebSockets. */
export const CALLERS: CallerCaps = { total: 2_000, perNetwork: 256 };

/** Milliseconds that a request may take to arrive: its head, and the whole of it. */
export const REQUEST_TIMEOUTS = { head: 10_000, whole: 30_000 } as const;

/** WebSockets at a time, in total and from one network; a page has two. */
export const SOCKETS = { total: 400, perNetwork: 128 } as const;

/** WebSockets where the workbench is run for a class: a page has four, one of the docs beside it one, and there may be 500 people. */
export const CLASS_SOCKETS = 3_000;
export const CLASS_CALLERS: CallerCaps = { total: 6_000, perNetwork: 6_000 };
