/** What a visitor gets of what the workbench has: in a class, a person gets what is the person's own. */
import { isLeader } from '#classroom/people';
import type { Person } from '#classroom/records';
import type { Recorder } from '#tap/recorder';
import { StepError, type Standings } from '#tap/step-in';
import type { Visitor } from '../entrance.ts';
import type { RelayKeys } from '../relay.ts';
import type { TapSource } from '../tap-stream.ts';
import type { Classroom } from './classroom.ts';
import { keyOf } from './roster.ts';

/** In place of a person: what everyone in the class sees. */
export const EVERYONE = 'everyone';

interface Workbench {
  readonly recorder: Recorder | undefined;
  readonly relay: RelayKeys;
  readonly classroom?: Classroom | undefined;
}

/** The traffic that the visitor may see; undefined without a tap. */
export function sourceFor(
  { recorder, classroom }: Pick<Workbench, 'recorder' | 'classroom'>,
  { person }: Visitor,
): TapSource | undefined {
  return classroom && person ? classroom.sourceFor(person) : recorder;
}

/** The connections that the visitor may step into: those that the visitor may see. */
export function standingFor(
  { standing, classroom }: { readonly standing?: Standings | undefined } & Pick<Workbench, 'classroom'>,
  { person }: Visitor,
): Standings | undefined {
  if (!standing || !classroom || !person) return standing;
  return {
    list: () => standing.list().filter(({ flow }) => classroom.sees(person, flow)),
    watch: (changed) => standing.watch(changed),
    find: (flow) => {
      if (classroom.sees(person, flow)) return standing.find(flow);
      throw new StepError(
        'flow_gone',
        'there is no such connection for you; open the traffic of its person first',
      );
    },
  };
}

/** What clients connect with on behalf of somebody. */
export function relayFor(
  { relay, classroom }: Pick<Workbench, 'relay' | 'classroom'>,
  whose: Person | typeof EVERYONE | undefined,
): RelayKeys {
  if (!classroom || whose === undefined) return relay;
  const onLocalEnd = classroom.claimFor(whose === EVERYONE ? undefined : whose);
  const own = whose !== EVERYONE && !isLeader(whose) ? [keyOf(whose)] : undefined;
  return {
    onLocalEnd,
    // Read each time, because they may have been renewed.
    get ca() {
      return relay.ca;
    },
    /** A student has a shared key of their own; everyone else uses the first one of the server. */
    get keys() {
      return own ?? relay.keys;
    },
  };
}
