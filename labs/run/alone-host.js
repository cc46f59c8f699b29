/** Runs a server that a learner has written: their files as one script, and Node. Nothing else is loaded here. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const tell = process.send?.bind(process);

process.once('message', (/** @type {{ script: string, options: object }} */ message) => void run(message));
// Nobody is there any more who could stop it.
process.once('disconnect', () => process.exit(0));

/** @param {{ script: string, options: object }} message */
async function run({ script, options }) {
  const { startServer } = require(script);
  const server = await startServer(options);
  process.once('message', () => void server.close().then(() => process.exit(0)));
  tell?.({ ports: server.ports });
}
