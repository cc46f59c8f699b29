/** What the hellos settle. */
export type { ClientHello, ServerHello } from './messages/facts.ts';
