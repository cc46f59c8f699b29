/** What lies between the socket of a client and its frames: nothing, the toy channel of the checks, or psk. */
import { randomBytes } from 'node:crypto';
import { pureCiphers } from '#channel/ciphers-pure';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import { EMPTY, concat, utf8 } from '#protocol/bytes';
import { TOY, ToyReader, toyData, toyRecord } from '../runner/toy-channel.ts';

export interface Layer {
  /** What the client sends first. */
  hello(): Uint8Array;
  /** What came, as plain bytes, and what must be answered. Throws when the server breaks the rules of the channel. */
  open(bytes: Uint8Array): {
    readonly plain: Uint8Array;
    readonly write: Uint8Array;
    /** The server has said that nothing more comes. */
    readonly goodbye: boolean;
  };
  seal(plain: Uint8Array): Uint8Array;
  goodbye(): Uint8Array;
}

export function plainLayer(): Layer {
  return {
    hello: () => EMPTY,
    open: (plain) => ({ plain, write: EMPTY, goodbye: false }),
    seal: (plain) => plain,
    goodbye: () => EMPTY,
  };
}

export function toyLayer(): Layer {
  const reader = new ToyReader();
  let isOpen = false;
  let isOver = false;
  return {
    hello: () => toyRecord(TOY.hello, utf8('hello')),
    open: (bytes) => {
      reader.push(bytes);
      const plain: Uint8Array[] = [];
      for (let record = reader.next(); record; record = reader.next()) {
        if (isOver) throw new Error('a record after the goodbye');
        if (record.type === TOY.welcome) isOpen = true;
        else if (!isOpen) throw new Error('a record before the answer to the hello of the channel');
        if (record.type === TOY.data) plain.push(record.plain);
        if (record.type === TOY.goodbye) isOver = true;
      }
      return { plain: concat(plain), write: EMPTY, goodbye: isOver };
    },
    seal: toyData,
    goodbye: () => toyRecord(TOY.goodbye, EMPTY),
  };
}

/** The real client's end of psk. What is to be sent before the handshake is done waits for it. */
export function pskLayer(key: SharedKey): Layer {
  const random = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));
  const channel = new PskChannel({ side: 'client', keys: [key], random, ciphers: pureCiphers });
  return {
    hello: () => concat(channel.start().flatMap((event) => (event.kind === 'write' ? [event.bytes] : []))),
    open: (bytes) => {
      channel.push(bytes);
      const [plain, write]: [Uint8Array[], Uint8Array[]] = [[], []];
      let goodbye = false;
      for (let event = channel.next(); event; event = channel.next()) {
        if (event.kind === 'plain') plain.push(event.bytes.slice());
        if (event.kind === 'write') write.push(event.bytes);
        if (event.kind === 'closed') goodbye = true;
      }
      return { plain: concat(plain), write: concat(write), goodbye };
    },
    seal: (plain) => concat(channel.send(plain)),
    goodbye: () => channel.close('done'),
  };
}
