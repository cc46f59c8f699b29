/** The thread that `bcrypt.ts` starts. It does one job after the other. Plain JavaScript, so that it needs no loader. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { compareSync, hashSync } from 'bcrypt';

/** The thread yields to the chat when both want the same core, but still gets a tenth of a core that others keep busy. */
const NICE = 10;

/**
 * @typedef {{ readonly password: string, readonly cost: number }
 *   | { readonly password: string, readonly hash: string }} Job
 */

// On Linux each thread has its own priority (setpriority(2)); elsewhere this would change that of the whole server.
if (process.platform === 'linux') setPriority(NICE);

parentPort?.on('message', (/** @type {Job & { readonly job: number }} */ message) => {
  parentPort?.postMessage({ job: message.job, output: attempt(message) });
});

/** @param {Job} job */
function attempt(job) {
  try {
    return {
      value: 'cost' in job ? hashSync(job.password, job.cost) : compareSync(job.password, job.hash),
    };
  } catch (error) {
    return { error: String(error) };
  }
}
