/** What was said on one wire of a recording, as the window of the one who spoke first would show it. */
import { RoomLog, type ShownMessage } from '../../../client/gui/model/room-log.ts';
import type { Facts, Leg } from '../../../client/gui/model/readers.ts';
import { noteFor } from '../../../client/gui/model/words.ts';
import type { Dissection } from '#dissect/index';
import type { Inner, WireRecord } from '#dissect/model';
import {
  type Client,
  type ClientMessage,
  type Server,
  type ServerMessage,
  parseClientMessage,
  parseServerMessage,
} from '#protocol/messages';
import { type WireName, needsKeys } from '#protocol/wires';
import { framesOf, saysAnything } from '../../../inspector/app/model/messages.ts';

/** Undefined where nobody says anything on the wire. */
export function saidOn(dissection: Dissection, wire: WireName): RoomLog | undefined {
  const records = dissection.allRecords();
  const first = records.find(
    (record) => dissection.flow(record.flow)?.wire === wire && record.dir === 'c2s' && saysAnything(record),
  );
  const flow = first && dissection.flow(first.flow);
  if (!flow) return undefined;
  const own = records.filter((record) => record.flow === flow.id);
  const leg: Leg = {
    wire,
    protection: flow.cipher || 'no protection',
    port: flow.client.port,
    tapped: true,
    key: needsKeys(wire, 'shared') ? keyOf(own) : undefined,
    page: 'local',
    recorded: true,
  };
  return logOf(own, leg);
}

function logOf(records: readonly WireRecord[], leg: Leg): RoomLog {
  const log = new RoomLog('lobby');
  log.hasOlder = false;
  let name = '';
  const said = new Map<string, Client<'say'>>();
  for (const record of records)
    for (const message of messagesIn(record)) {
      if (message.type === 'say' && message.ref !== undefined) said.set(message.ref, message);
      else if (message.type === 'joined') name = message.name;
      else if (message.type === 'message') log.put([shown(message, { leg, how: 'live' })]);
      else if (message.type === 'member_joined') log.note(noteFor(message)?.text ?? '', record.time);
      else if (message.type === 'ack' && message.ref !== undefined) {
        const { ref } = message;
        const saying = said.get(ref);
        if (saying) log.put([acknowledged(message, saying, name, { leg, how: 'sent', ref })]);
      }
    }
  return log;
}

function shown({ type: _type, room, ...stored }: Server<'message'>, facts: Facts): ShownMessage {
  return { ...stored, room, own: false, facts };
}

/** The server does not send it back: the text is that of the request, and number and time are those of the answer. */
function acknowledged(
  { id, ts, room }: Server<'ack'>,
  { text }: Client<'say'>,
  from: string,
  facts: Facts,
): ShownMessage {
  return { id, ts, room, from, text, via: facts.leg.wire, own: true, facts };
}

function messagesIn(record: WireRecord): (ClientMessage | ServerMessage)[] {
  return framesOf(record).flatMap(({ fields, bytes }) => {
    const payload = fields.find(({ name }) => name === 'payload');
    if (!payload) return [];
    const text = bytes.subarray(payload.start, payload.end);
    return [record.dir === 'c2s' ? parseClientMessage(text) : parseServerMessage(text)];
  });
}

/** The name of the shared key crosses in the hello. */
function keyOf(records: readonly WireRecord[]): Leg['key'] {
  for (const record of records)
    for (const { fields } of unitsOf(record)) {
      const value = fields.find(({ name }) => name === 'key_id')?.value;
      if (typeof value === 'string') return { id: value, demo: false };
    }
  return undefined;
}

function unitsOf(unit: WireRecord | Inner): (WireRecord | Inner)[] {
  return [unit, ...unit.inner.flatMap(unitsOf)];
}
