/**
 * Choosing a password: typed twice, so that a typing mistake locks nobody out, and rated by how hard it is to guess.
 */
import type { SlashContext } from './command.ts';

const WORDS = ['guessed at once', 'easy to guess', 'weak', 'good', 'very good'] as const;

/** The new password, or `undefined` when the person cancelled. */
export async function newPassword(context: SlashContext, name: string): Promise<string | undefined> {
  const { ask, print, colors } = context;
  // Its lists take a while to load, so they are loaded only when somebody chooses a password.
  const { passwordStrength } = await import('#accounts/password-strength');
  for (;;) {
    const first = await ask('New password: ', { secret: true });
    if (first === undefined || first === '') return undefined;
    const { score, guessesLog10, flaw, advice } = passwordStrength(first, name);
    print(colors.dim(`  ${bar(score)} ${WORDS[score]}: about 10^${Math.round(guessesLog10)} guesses`));
    if (flaw !== undefined) {
      print(colors.yellow(`! ${[flaw, ...advice].join(' ')}`));
      continue;
    }
    const second = await ask('The same again: ', { secret: true });
    if (second === undefined) return undefined;
    if (second === first) return first;
    print(colors.yellow('! The two were not the same.'));
  }
}

function bar(score: number): string {
  return '■'.repeat(score + 1) + '□'.repeat(WORDS.length - 1 - score);
}
