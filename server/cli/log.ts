/** The log: lines for a person on a terminal, JSON lines for everything else; always on standard error. */
import pino, { type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import { redacted } from './redaction.ts';

export function createLog(level: string): Logger {
  const options = { level, ...LOG_OPTIONS };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ dest: 2, sync: true }));
  const stream = pretty({
    destination: 2,
    sync: true,
    colorize: true,
    translateTime: 'SYS:HH:MM:ss',
    singleLine: true,
  });
  return pino(options, stream);
}

/** Whatever is logged goes through here: pino's own redaction knows paths, and a secret may stand anywhere. */
export const LOG_OPTIONS = {
  base: null,
  serializers: { err: (error: Error) => redacted(pino.stdSerializers.err(error)) },
  formatters: { log: (line: Record<string, unknown>) => redacted(line) },
} as const satisfies LoggerOptions;
