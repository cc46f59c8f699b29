/** The figures of a wire in words. */
import { formatNumber as number } from '#protocol/amounts';
import { counted } from '#protocol/shown';
import { wireByName } from '#protocol/wires';
import { size } from '../model/format.ts';
import type { SurveyedWire } from '../reading/exchange.ts';
import type { Handshake } from '../reading/handshakes.ts';

export function sentBytes({ counts }: SurveyedWire): string {
  return `${size(counts.bytes.c2s)} to the server, ${size(counts.bytes.s2c)} back`;
}

/** Where records are sealed, nobody can count what is in them. */
export function messagesIn({ counts: { messages, sealed } }: SurveyedWire): string {
  if (sealed === 0) return number(messages);
  const unread = `${counted(sealed, 'sealed record')} cannot be read`;
  return messages > 0 ? `${number(messages)}; ${unread}` : unread;
}

/** What the wire adds to a message, on average. */
export function overhead({ counts }: SurveyedWire): string {
  const { messages, carriers, content, sealed } = counts;
  if (messages === 0) return sealed > 0 ? 'cannot be known' : 'no message yet';
  const each = (carriers - content) / messages;
  return `${Number.isInteger(each) ? each : each.toFixed(1)} bytes`;
}

/** The handshake of the newest connection. */
export function handshakeOf({ wire, handshakes }: SurveyedWire): Handshake | 'none' | undefined {
  if (wireByName(wire).layers.length === 0) return 'none';
  return handshakes.reduce<Handshake | undefined>(
    (newest, one) => (newest && newest.flow > one.flow ? newest : one),
    undefined,
  );
}

export function setupText(surveyed: SurveyedWire): string {
  const handshake = handshakeOf(surveyed);
  if (handshake === 'none') return 'none';
  if (!handshake) return 'none seen yet';
  return `${handshake.kind}: ${counted(handshake.roundTrips, 'round trip')}, ${number(handshake.bytes)} bytes`;
}

/** What an eavesdropper learns, whoever is looking now. */
export function eveLearns(surveyed: SurveyedWire): string {
  const { counts, wire } = surveyed;
  if (counts.records === 0) return 'Nothing has crossed this wire yet.';
  if (wireByName(wire).layers.length === 0)
    return `Everything: ${counted(counts.messages, 'message')}, word for word.`;
  const handshake = handshakeOf(surveyed);
  const clues = typeof handshake === 'object' ? handshake.clues : [];
  return `${[`When, which way and how long: ${counted(counts.records, 'record')}`, ...clues].join(
    '; ',
  )}. No word of what was said.`;
}

export function laneLine(surveyed: SurveyedWire): string {
  return `${surveyed.wire}: ${sentBytes(surveyed)}. Messages: ${messagesIn(surveyed)}. Added to each: ${overhead(surveyed)}. Handshake: ${setupText(surveyed)}. What Eve learns: ${eveLearns(surveyed)}`;
}
