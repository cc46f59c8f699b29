/** The address at which the inspector shows the record of a message: by the port of its connection, and its number. */
import type { Facts } from './readers.ts';

export function inspectorLink(facts: Facts, id: number): string {
  const { leg, how, ref } = facts;
  const filter = [`flow.client.port == ${leg.port ?? 0}`, testFor(how, id, ref)].join(' and ');
  return `/inspect#wires=${encodeURIComponent(leg.wire)}&filter=${encodeURIComponent(filter)}`;
}

function testFor(how: Facts['how'], id: number, ref: string | undefined): string {
  if (how === 'sent' && ref !== undefined) return `msg.type == "say" and msg.ref == ${JSON.stringify(ref)}`;
  if (how === 'page') return `msg.messages.id == ${id}`;
  return `msg.type == "message" and msg.id == ${id}`;
}
