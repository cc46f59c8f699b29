/**
 * The lesson plans of the handbook (`docs/handbook`), as the stages that a class is led through. `test/gates/plans.test.ts`
 * holds them against the tables of the handbook.
 */
import type { PlanId, Stage } from '#dissect/page-class';

export interface Plan {
  readonly title: string;
  readonly stages: readonly Stage[];
}

const WIRES = '/';
const TLS_13 = '/docs/concepts/tls-13.html';

export const PLANS: Readonly<Record<PlanId, Plan>> = {
  '45': {
    title: 'See what encryption does',
    stages: [
      { title: 'A postcard', minutes: 5 },
      { title: 'The plain wire', minutes: 7, place: WIRES },
      { title: 'Four wires', minutes: 8, place: WIRES },
      { title: 'What Eve still sees', minutes: 8, place: WIRES },
      { title: 'Change a byte', minutes: 8, place: '/docs/guide/change-a-byte.html' },
      { title: 'The thief', minutes: 6, place: '/docs/concepts/forward-secrecy.html' },
      { title: 'Back to the note', minutes: 3 },
    ],
  },
  '90': {
    title: 'Write it and break it',
    stages: [
      { title: 'See it', minutes: 10, place: WIRES },
      { title: 'What you will write', minutes: 5 },
      { title: 'Lab 04', minutes: 35, place: '/docs/labs/04-seal.html' },
      { title: 'Vote', minutes: 10 },
      { title: 'Lab 05, steps 1 and 2', minutes: 20, place: '/docs/labs/05-tamper.html' },
      { title: 'Say it', minutes: 10 },
    ],
  },
  '180': {
    title: 'From a shared key to TLS',
    stages: [
      { title: 'Where does the key come from?', minutes: 15, place: '/docs/concepts/key-exchange.html' },
      { title: 'A handshake, message by message', minutes: 20, place: TLS_13 },
      { title: 'A certificate', minutes: 10, place: TLS_13 },
      { title: 'Break', minutes: 10 },
      { title: 'Lab 10: Mallory', minutes: 60, place: '/docs/labs/10-mallory.html' },
      { title: 'Collect', minutes: 5 },
      { title: 'Break', minutes: 10 },
      { title: 'What a stolen key opens', minutes: 30, place: '/docs/labs/11-open-tls.html' },
      { title: 'What is left', minutes: 15, place: '/docs/concepts/what-tls-does-not-do.html' },
      { title: 'One sentence from everyone', minutes: 5 },
    ],
  },
};
