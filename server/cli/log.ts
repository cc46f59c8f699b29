/** The log: lines for a person on a terminal, JSON lines for everything else; always on standard error. */
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export function createLog(level: string): Logger {
  const options = { level, base: null };
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
