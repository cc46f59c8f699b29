/** The thread that `bcrypt.ts` starts: one job after the other. Plain JavaScript, so that it needs no loader. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { compareSync, hashSync } from 'bcrypt';

/** Behind what the chat does where both want the same core, and still a tenth of it where others keep it busy. */
const NICE = 10;

/**
 * @typedef {{ readonly password: string, readonly cost: number }
 *   | { readonly password: string, readonly hash: string }} Job
 */

// On Linux a thread has a priority of its own (setpriority(2)); elsewhere this would be the whole server's.
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
