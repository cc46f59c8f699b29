/** Asks before something is replaced. */
import confirm from '@inquirer/confirm';

export interface AskFlags {
  readonly yes?: boolean;
}

/** `--yes` answers for scripts. Rejects when there is nobody to ask. */
export async function confirmed(message: string, { yes = false }: AskFlags): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new Error(`${message} There is nobody to ask here: repeat it with --yes`);
  return confirm({ message, default: false }, { output: process.stderr }).catch((error: Error) => {
    // Ctrl-C is a no.
    if (error.name === 'ExitPromptError') return false;
    throw error;
  });
}
