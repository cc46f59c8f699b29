/** What a panel says about a changed record, and which byte carries a letter. */
import { ciphertextStart } from '#channel/psk/bodies';
import { RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { type Suite, suiteByName } from '#channel/psk/suites';
import { equalConstantTime, indexOfBytes, utf8 } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import type { Changeable, Outcome } from './changeable.ts';

export interface Told {
  /** In two or three words: whether the change was noticed. */
  readonly badge: string;
  readonly tone: 'same' | 'good' | 'warn' | 'bad';
  readonly sentence: string;
}

/** `outcome` is that of changed bytes, or the original itself. */
export function told({ original, judge, text }: Changeable, outcome: Outcome): Told {
  const { verdict } = outcome;
  const isChanged = !equalConstantTime(outcome.bytes, original.bytes);
  switch (verdict.state) {
    case 'accepted':
      return accepted(verdict, { judge, text, isChanged });
    case 'refused':
      return refused(verdict, judge);
    case 'waiting':
      return {
        badge: 'Waits',
        tone: 'warn',
        sentence: `${judge} has ${counted(verdict.bytes, 'byte')} and waits for more: the length announces them.`,
      };
    case 'ended':
      return { badge: 'Ends', tone: 'warn', sentence: `${judge} takes this for the end of the connection.` };
    case 'reads':
      return isChanged
        ? { badge: 'Not noticed', tone: 'bad', sentence: `${judge} opens it all the same: ${verdict.title}.` }
        : {
            badge: 'As it was',
            tone: 'same',
            sentence: `${judge} opens it with the key log: ${verdict.title}.`,
          };
    case 'closed':
      return { badge: 'Noticed', tone: 'good', sentence: `${judge} refuses it: ${verdict.reason}.` };
  }
}

function accepted(
  { type, text: read }: Extract<Outcome['verdict'], { state: 'accepted' }>,
  { judge, text, isChanged }: Pick<Changeable, 'judge' | 'text'> & { readonly isChanged: boolean },
): Told {
  if (read === undefined) {
    return {
      badge: 'Not noticed',
      tone: 'bad',
      sentence: `${judge} accepts it as another message: ${type}.`,
    };
  }
  if (!isChanged)
    return { badge: 'As it was', tone: 'same', sentence: `${judge} accepts it. Ben reads “${read}”.` };
  return read === text
    ? {
        badge: 'Not noticed',
        tone: 'warn',
        sentence: `${judge} accepts it, and the text is the same: “${read}”.`,
      }
    : {
        badge: 'Not noticed',
        tone: 'bad',
        sentence: `${judge} accepts it. Ben reads “${read}”, and nobody can tell.`,
      };
}

function refused(
  { by, code, message, goesOn }: Extract<Outcome['verdict'], { state: 'refused' }>,
  judge: string,
): Told {
  const end = goesOn ? 'The connection goes on.' : 'It closes the connection.';
  const sentence = `${judge} answers ${code}: ${message}. ${end}`;
  switch (by) {
    case 'channel':
      return { badge: 'Noticed', tone: 'good', sentence };
    case 'frame':
    case 'message':
    case 'chat':
      // The channel let it pass: that this text makes no sense any more is luck.
      return { badge: 'Noticed by chance', tone: 'warn', sentence: `The channel lets it pass. ${sentence}` };
  }
}

/** What the receiver could read: the decrypted bytes, or those of the plain wire; `undefined` where it reads nothing. */
export function readBytes({ record, verdict }: Outcome): Uint8Array | undefined {
  const isOpen = record?.state === 'opened' || record?.state === 'clear' || record?.proto === 'frame';
  if (!record || !isOpen) return undefined;
  return verdict.state === 'refused' && verdict.by === 'channel' ? undefined : (record.plain ?? record.raw);
}

/**
 * Which byte on the wire to change so that a letter of the text changes, if the suite lets it: the byte that carries it, or in
 * CBC mode the one above it in the block before.
 */
export function byteFor(
  { name, original }: Changeable,
  letter: { readonly text: string; readonly at: number },
): number {
  const { record } = original;
  if (!record) return 0;
  const content = record.plain ?? record.raw;
  const start = Math.max(0, indexOfBytes(content, utf8(letter.text)));
  const inContent = start + utf8(letter.text.slice(0, letter.at)).length;
  if (!record.plain) return inContent;
  const suite = suiteByName(name);
  if (!suite || suite.padding === 0) {
    const [part] = record.plainMap ?? [];
    return part ? part.rawStart + inContent - part.plainStart : 0;
  }
  return blockBefore(suite, inContent);
}

/** The iv is in the body, directly before the first block. */
function blockBefore({ body, padding }: Suite, inContent: number): number {
  return RECORD_HEADER_LENGTH + ciphertextStart(body) + inContent - padding;
}
