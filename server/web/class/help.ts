/** A student asks for help, and is answered. */
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import type { Classroom } from './classroom.ts';

type Helped = Pick<Classroom, 'help' | 'time' | 'changed'>;

/** False if the person leads the class: then there is nobody to ask. */
export function askForHelp(classroom: Helped, person: Person, on: boolean): boolean {
  if (isLeader(person) || person.removed) return false;
  const { help, time } = classroom;
  if (on ? help.ask(person.id, time) : help.end(person.id)) classroom.changed();
  return true;
}

/** False if the person was not asking. */
export function answerHelp(classroom: Helped, person: number): boolean {
  const changed = classroom.help.end(person);
  if (changed) classroom.changed(true);
  return changed;
}
