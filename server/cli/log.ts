/** The log: lines for a person on a terminal, JSON lines for everything else; always on standard error. */
import pino, { type Logger, type LoggerOptions } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { Lines } from './lines.ts';
import type { LogRing } from '#web/console/log-ring';
import { redacted } from './redaction.ts';

const INFO = pino.levels.values['info'] as number;
const METADATA = Symbol.for('pino.metadata');

export interface Log {
  readonly log: Logger;
  /** Resolves when everything has been read, or after `limit` milliseconds. */
  readonly flushed: (limit: number) => Promise<void>;
}

/** The ring gets everything from `info` up, even if the level for standard error is higher. */
export function createLog(level: string, ring?: LogRing): Log {
  const least = pino.levels.values[level] ?? Infinity;
  const options = { level: ring && least > INFO ? 'info' : level, ...LOG_OPTIONS };
  const shown = process.stderr.isTTY
    ? prettyFactory({ colorize: true, translateTime: 'SYS:HH:MM:ss', singleLine: true })
    : (line: string) => line;
  const lines = new Lines(process.stderr, (dropped) => shown(droppedLine(dropped)).trimEnd());
  // Pino tells a destination with this mark the level of each line before it writes it.
  const destination = {
    [METADATA]: true,
    lastLevel: 0,
    write(line: string) {
      ring?.push(line);
      if (this.lastLevel >= least) lines.write(shown(line).trimEnd());
    },
  };
  const log = pino(options, destination);
  return { log, flushed: (limit) => lines.flushed(limit) };
}

function droppedLine(dropped: number): string {
  const msg = 'log lines were dropped because they were not read in time';
  return JSON.stringify({ level: pino.levels.values['warn'], time: Date.now(), dropped, msg });
}

/** Everything that is logged passes through here: pino's own redaction works by paths, but a secret may be anywhere. */
export const LOG_OPTIONS = {
  base: null,
  serializers: { err: (error: Error) => redacted(pino.stdSerializers.err(error)) },
  formatters: { log: (line: Record<string, unknown>) => redacted(line) },
} as const satisfies LoggerOptions;
