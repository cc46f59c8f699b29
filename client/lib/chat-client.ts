/** The chat client of programs that run in Node. */
import { randomBytes } from 'node:crypto';
import type { ChatClientOptions } from './chat-options.ts';
import { Client } from './client.ts';
import { dial } from './connect/dial.ts';

export type { ChatClientOptions, ChatEvent, Secretly, Signalled } from './client.ts';

export class ChatClient extends Client {
  constructor(options: ChatClientOptions) {
    super(options, { dial, refPrefix: randomBytes(12).toString('base64url') });
  }
}
