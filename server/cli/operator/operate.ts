/** Sends a moderator's request to the running server, and prints the answer. */
import { type DataFlags, settingsOf } from './flags.ts';
import { printDone } from './output.ts';
import { type Operation, runningServer } from './remote.ts';

/** Rejects with exit code 3 when no server is running, and with the chat's reason when it refuses the request. */
export async function operate(flags: DataFlags, operation: Operation): Promise<void> {
  const { data } = await settingsOf(flags);
  printDone(await (await runningServer(data)).run(operation), flags);
}
