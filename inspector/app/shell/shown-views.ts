/** Which views there are for the person at this page. */
import type { Class } from '../class/use-class.ts';
import { VIEWS, type View } from './views.ts';

export function viewsFor({ standing, isStudent, me }: Class): readonly View[] {
  const isIn = standing.value === 'inside' || standing.value === 'removed';
  const isElsewhere = isIn && (me.value ? me.value.role !== 'instructor' : isStudent.value);
  const isThere: Readonly<Record<NonNullable<View['only']>, boolean>> = {
    class: isIn,
    instructor: !isElsewhere,
    door: standing.value === 'outside',
  };
  if (standing.value === 'outside') return VIEWS.filter(({ only }) => only === 'door');
  return VIEWS.filter(({ only }) => only === undefined || isThere[only]);
}
