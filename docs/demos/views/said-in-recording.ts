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
  const conversation = new Conversation(leg);
  for (const record of records)
    for (const message of messagesIn(record)) conversation.take(message, record.time);
  return conversation.log;
}

/** The log of the one who speaks on the connection. */
class Conversation {
  readonly log = new RoomLog('lobby');
  readonly #leg: Leg;
  /** By reference: what was said and is not acknowledged yet. */
  readonly #said = new Map<string, Client<'say'>>();
  #name = '';

  constructor(leg: Leg) {
    this.#leg = leg;
    this.log.hasOlder = false;
  }

  take(message: ClientMessage | ServerMessage, time: number): void {
    switch (message.type) {
      case 'say':
        if (message.ref !== undefined) this.#said.set(message.ref, message);
        break;
      case 'joined':
        this.#name = message.name;
        break;
      case 'message':
        this.log.put([shown(message, { leg: this.#leg, how: 'live' })]);
        break;
      case 'member_joined': {
        const note = noteFor(message);
        if (note) this.log.note(note.told, time);
        break;
      }
      case 'ack':
        this.#acknowledge(message);
        break;
      default:
      // Nothing that the window of a conversation shows.
    }
  }

  #acknowledge(ack: Server<'ack'>): void {
    const { ref } = ack;
    const saying = ref === undefined ? undefined : this.#said.get(ref);
    if (ref === undefined || !saying) return;
    this.log.put([acknowledged(ack, saying, this.#name, { leg: this.#leg, how: 'sent', ref })]);
  }
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
