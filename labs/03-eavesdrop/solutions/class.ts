/** A class that holds one connection and looks at each message by its type. */
import { createFrameDecoder } from './01-frames.ts';

class Eve {
  #decoders = new Map(['c2s', 's2c'].map((direction) => [direction, createFrameDecoder(65536)]));
  #waiting = new Map<string, { at: number; name: string; password: string }>();
  #found: { at: number; name: string; password: string }[] = [];
  #count = 0;

  hear(direction: string, bytes: Uint8Array): void {
    const decoder = this.#decoders.get(direction)!;
    try {
      decoder.push(bytes);
      for (let payload = decoder.next(); payload; payload = decoder.next()) this.#look(direction, payload);
    } catch {
      // The rest of this direction is lost.
    }
  }

  #look(direction: string, payload: Uint8Array): void {
    let message;
    try {
      message = JSON.parse(Buffer.from(payload).toString());
    } catch {
      return;
    }
    switch (`${direction} ${message?.type}`) {
      case 'c2s login':
      case 'c2s register':
        this.#waiting.set(message.ref, { at: this.#count++, name: message.name, password: message.password });
        break;
      case 's2c auth_success':
      case 's2c second_factor_required': {
        const login = this.#waiting.get(message.ref);
        if (login) this.#found.push(login);
        this.#waiting.delete(message.ref);
      }
    }
  }

  get logins() {
    return this.#found.sort((a, b) => a.at - b.at).map(({ name, password }) => ({ name, password }));
  }
}

export function findLogins(segments: { direction: string; bytes: Uint8Array }[]) {
  const eve = new Eve();
  for (const { direction, bytes } of segments) eve.hear(direction, bytes);
  return eve.logins;
}
