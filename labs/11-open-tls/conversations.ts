/** What openConversation must give for a recorded connection. */
import { fail, mustBeBytes } from '#judge/failure';
import { type PieceObject, PieceThrew } from '#judge/piece';
import type { Random } from '#judge/random';
import { type Recorded, SUITES, compose } from './recording.ts';

export const CONVERSATION = 'openConversation';

/** The key log also holds the lines of other connections, before and behind. */
export async function mustRead(
  piece: PieceObject,
  { records, keyLog, said, sealed }: Recorded,
  { what, random }: { readonly what: string; readonly random: Random },
): Promise<void> {
  const strangers = [1, 2].map(() => compose(random, random.pick(Object.values(SUITES))).keyLog);
  const log = `# a key log\n${strangers[0]}${keyLog}${strangers[1]}`;
  const about = sealed !== undefined && {
    input: `the sealed records, under the keys of the handshake (h) or of the application data (a), with their numbers: ${sealed}`,
  };
  const got = (await piece.call(CONVERSATION, records, log).catch((error: unknown) => {
    if (!(error instanceof PieceThrew)) throw error;
    return fail({
      what: `reading ${what} threw ${error.thrown.name}: ${error.thrown.message}`,
      thrown: error.thrown,
      ...about,
    });
  })) as Partial<Recorded['said']> | undefined;
  for (const direction of ['c2s', 's2c'] as const)
    mustBeBytes(got?.[direction], said[direction], { what: `${direction} of ${what}`, ...about });
}
