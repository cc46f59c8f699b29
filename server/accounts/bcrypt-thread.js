/** What each thread of `bcrypt.ts` does with a job. Plain JavaScript, so that it needs no loader. */
import { setPriority } from 'node:os';
import { compareSync, hashSync } from 'bcrypt';

/** The thread yields to the chat when both want the same core, but still gets a tenth of a core that others keep busy. */
const NICE = 10;

// On Linux each thread has its own priority (setpriority(2)); elsewhere this would change that of the whole server.
if (process.platform === 'linux') setPriority(NICE);

/** @param {import('./bcrypt.ts').Job} job */
export default function work(job) {
  return 'cost' in job ? hashSync(job.password, job.cost) : compareSync(job.password, job.hash);
}
