/** Sockets that are held, and what the learner's broadcast has written to them. */
import { must, mustBeBytes } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import type { Random } from '#judge/random';
import { concat, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { counted } from '#protocol/shown';
import type { BroadcastState, HeldState, Message } from '../runner/broadcast-stand.ts';

export class HeldOnes {
  readonly #stand: PieceObject;

  constructor(stand: PieceObject) {
    this.#stand = stand;
  }

  async add(): Promise<number> {
    return (await this.#stand.call('add')) as number;
  }

  async publish(messages: readonly Message[]): Promise<void> {
    await this.#stand.call('publish', messages);
  }

  async hold(connection: number): Promise<void> {
    await this.#stand.call('hold', connection);
  }

  async letOut(connection: number): Promise<void> {
    await this.#stand.call('letOut', connection);
  }

  async release(connection: number): Promise<void> {
    await this.#stand.call('release', connection);
  }

  async close(connection: number): Promise<void> {
    await this.#stand.call('close', connection);
  }

  async state(): Promise<BroadcastState> {
    return (await this.#stand.call('state')) as BroadcastState;
  }

  async look(connection: number): Promise<HeldState> {
    return (await this.#stand.call('look', connection)) as HeldState;
  }

  /** Throws unless these messages, and nothing else, have been written to it. */
  async mustHave(connection: number, messages: readonly Message[]): Promise<void> {
    const { written } = await this.look(connection);
    const fields = fieldsOf(messages);
    mustBeBytes(written, streamOf(messages), { what: 'what was written to a connection', fields });
  }

  async mustKeepStill(connection: number): Promise<void> {
    const { writtenWhileFull } = await this.look(connection);
    must(writtenWhileFull === 0, {
      what: 'a socket that had said that it was full was written to before it drained',
      expected: 'nothing between a write that returned false and drain',
      got: counted(writtenWhileFull, 'write'),
    });
  }
}

export async function standOf(tools: PieceObject, limit: number): Promise<HeldOnes> {
  return new HeldOnes((await tools.call('holdBroadcast', limit)) as PieceObject);
}

/** Frames of different lengths, some of them longer than the room of a socket. */
export function messagesFrom(random: Random, count: number, first = 0): Message[] {
  return Array.from({ length: count }, (_, i) => messageOf(first + i, random.word(random.between(20, 400))));
}

export function messageOf(number: number, text: string): Message {
  return { number, text };
}

function frameOf(message: Message): Uint8Array {
  return encodeFrame(utf8(JSON.stringify(message)));
}

export function streamOf(messages: readonly Message[]): Uint8Array {
  return concat(messages.map(frameOf));
}

function fieldsOf(messages: readonly Message[]) {
  let end = 0;
  return messages.map((message) => {
    const start = end;
    end += frameOf(message).length;
    return { name: `message ${message.number}`, start, end };
  });
}
