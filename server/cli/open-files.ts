/** Limits connections to the number that the process has file descriptors for. */
import type { Logger } from 'pino';
import type { Defence } from '#runtime/defence/defence';

/** Descriptors that connections never get: database, listeners, the page and the operator's commands. */
export const RESERVED = 512;
/** A connection through a tap takes three sockets of this process: the tap's two and the server's. */
export const SOCKETS = { tapped: 3, direct: 1 } as const;

/** Number of descriptors that this process may have open; `undefined` if the system does not say, as on Windows. */
export function openFilesLimit(): number | undefined {
  const { userLimits } = process.report.getReport() as unknown as {
    userLimits?: { open_files?: { soft: number | 'unlimited' } };
  };
  const soft = userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : undefined;
}

/** Lowers the cap on connections to the available descriptors, if needed, and logs that. */
export function withinOpenFiles(
  defence: Defence,
  { tap, log, limit }: { tap: boolean; log: Logger; limit: number | undefined },
): Defence {
  const each = tap ? SOCKETS.tapped : SOCKETS.direct;
  const connections = Math.max(1, Math.floor(((limit ?? Infinity) - RESERVED) / each));
  if (connections >= defence.connections) return defence;
  log.warn(
    { openFiles: limit, connections, wanted: defence.connections },
    'fewer connections than configured: the limit on open files (ulimit -n) is too low for them',
  );
  return { ...defence, connections };
}
