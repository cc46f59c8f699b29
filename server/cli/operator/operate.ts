/** Asks the running server for what a moderator could ask for in the chat, and prints the answer. */
import { type DataFlags, settingsOf } from './flags.ts';
import { printDone } from './output.ts';
import { type Operation, runningServer } from './remote.ts';

/** Rejects, with exit code 3, when no server runs, and with what the chat refuses it for. */
export async function operate(flags: DataFlags, operation: Operation): Promise<void> {
  const { data } = await settingsOf(flags);
  printDone(await (await runningServer(data)).run(operation), flags);
}
