/** What is said of a file that a student shows. */
import { CLASS_CAPS } from '#dissect/page-class';
import type { FileEnd } from '#dissect/page-file';
import { listed, whoIs } from './band-words.ts';

/** The name that a lab’s text has above its editor. */
export function fileOf(lab: string): string {
  return `${lab}.ts`;
}

const MINUTES = CLASS_CAPS.fileMinutes;
const SECONDS = CLASS_CAPS.fileSilenceSeconds;

const FOR_READER = {
  stopped: (name) => `${name} has stopped showing it.`,
  left: (name) => `${name} has left the page of the lab.`,
  time: () => `The ${MINUTES} minutes are over. It can be shown again.`,
  silent: (name) => `Nothing has come from the page of ${name} for ${SECONDS} seconds.`,
  replaced: (name) => `${name} shows another text now.`,
  removed: (name) => `${name} has been removed from the class.`,
  reset: () => 'The work of the class has been reset.',
} as const satisfies Record<FileEnd, (name: string) => string>;

const FOR_STUDENT = {
  stopped: 'You have stopped it.',
  left: 'You had left the page.',
  time: `The ${MINUTES} minutes were over.`,
  silent: `The class had heard nothing from this page for ${SECONDS} seconds.`,
  replaced: 'Another text of yours was shown.',
  removed: 'You were removed from the class.',
  reset: 'The work of the class was reset.',
} as const satisfies Record<FileEnd, string>;

/** Why it is over, for whoever has read it. */
export function endForReader(why: FileEnd, name: string): string {
  return FOR_READER[why](name);
}

/** Why it is over, for the student. */
export function endForStudent(why: FileEnd): string {
  return `Nobody can read your code any more. ${FOR_STUDENT[why]}`;
}

/** Who reads the student’s text now. */
export function readersText(readers: readonly string[]): string {
  const [first] = readers;
  if (first === undefined) return 'Nobody has it open now.';
  return readers.length === 1
    ? `${whoIs(first)} has it open now.`
    : `${listed(readers.map(whoIs))} have it open now.`;
}
