/** What a person types to join, and what keeps them out: in words, at the field that it is about. */
import { CLASS_CAPS, CODE_ALPHABET } from '#dissect/page-class';
import { NAME_RULE, cleanName, dashed } from '#protocol/names';
import { counted } from '#protocol/shown';
import type { Refusal } from './class-door.ts';

export interface Faults {
  readonly code?: string;
  readonly name?: string;
  /** A name like theirs that would do. */
  readonly instead?: string;
  /** About neither of them. */
  readonly whole?: string;
}

/** The code as it counts: read aloud or copied from a wall, it comes with spaces, dashes and capital letters. */
export function cleanCode(typed: string): string {
  return typed.toLowerCase().replace(/[\s-]/g, '');
}

/** The code in a link for an assistant, which nobody types: it is much longer. */
export function isFromLink(code: string): boolean {
  return /^[0-9a-f]{32,}$/.test(code);
}

/** What can be seen to be wrong without the server. */
export function faultsIn(code: string, name: string): Faults {
  return {
    ...(isCode(code) || isFromLink(code) ? {} : { code: codeFault(code) }),
    ...(cleanName(name) === undefined ? nameFaults(name) : {}),
  };
}

function isCode(code: string): boolean {
  return code.length === CLASS_CAPS.code && [...code].every((each) => CODE_ALPHABET.includes(each));
}

function codeFault(code: string): string {
  if (code === '') return 'Type the code that the instructor shows.';
  const wrong = [...code].find((each) => !CODE_ALPHABET.includes(each));
  if (wrong !== undefined) return `No code has “${wrong}” in it. Look at the instructor’s screen once more.`;
  return `The code has ${CLASS_CAPS.code} letters and digits.`;
}

function nameFaults(name: string): Pick<Faults, 'name' | 'instead'> {
  if (name.trim() === '') return { name: 'Type a name for the others to see.' };
  const instead = cleanName(dashed(name));
  if (instead === undefined) return { name: `A name has ${NAME_RULE}. A space is none of them.` };
  return { name: 'A name has no spaces. A dash can stand in the place of one.', instead };
}

export function faultsOf({ code, message, retryAfter = 0 }: Refusal): Faults {
  switch (code) {
    case 'wrong_code':
      return {
        code: 'This is not the code of the class, or not any more. Look at the instructor’s screen once more.',
      };
    case 'bad_name':
      return { name: message };
    case 'name_taken':
      return {
        name: 'Somebody here has this name, or one that looks like it. Choose another name. If it is yours from another browser, ask the instructor to remove that person.',
      };
    case 'class_closed':
      return { whole: 'The door is closed. Ask the instructor to open it, then try again.' };
    case 'class_full':
      return { whole: `The class is full: it has room for ${CLASS_CAPS.people} people.` };
    case 'rate_limited':
      return {
        whole:
          retryAfter > 0
            ? `There were too many tries from this network. Try again in ${counted(retryAfter, 'second')}.`
            : 'There were too many tries from this network. Try again now.',
      };
    case 'away':
      return {
        whole:
          'The server does not answer. Check that this device is in the same Wi-Fi as the instructor’s, then try again.',
      };
    case 'bad_request':
      return { whole: `The server did not understand the request: ${message}.` };
  }
}
