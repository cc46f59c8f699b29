/** Calls a learner's code in this process, with an end for a call that does not end by itself. */
import { Script } from 'node:vm';

/** Milliseconds of one call. */
const TIME = 1_000;

/** Where the script below finds what it is to call. */
const CALL = Symbol.for('wireglass.call');
const script = new Script('globalThis[Symbol.for("wireglass.call")]()', { filename: 'wireglass-call.js' });

export class CallTimeout extends Error {
  constructor() {
    super(`it had not returned after ${TIME / 1000} s: is there an endless loop?`);
    this.name = 'CallTimeout';
  }
}

/** Throws what the call throws, and `CallTimeout` when it has not returned in time: only a script can be interrupted. */
export function within<T>(call: () => T): T {
  const host = globalThis as { [CALL]?: (() => T) | undefined };
  host[CALL] = call;
  const exit = Object.getOwnPropertyDescriptor(process, 'exit') as PropertyDescriptor;
  // A piece must not end the whole workbench.
  process.exit = () => {
    throw new Error('it called process.exit');
  };
  try {
    return script.runInThisContext({ timeout: TIME }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw new CallTimeout();
    throw error;
  } finally {
    Object.defineProperty(process, 'exit', exit);
    host[CALL] = undefined;
  }
}
