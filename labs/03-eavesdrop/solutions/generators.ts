/** A pipeline of generators: segments, payloads, messages, logins. Async, although nothing here waits. */
import { createFrameDecoder } from './01-frames.ts';

type Heard = { from: string; message: Record<string, unknown> };

function* payloads(segments: Iterable<{ direction: string; bytes: Uint8Array }>) {
  const decoders: Record<string, ReturnType<typeof createFrameDecoder> | undefined> = {
    c2s: createFrameDecoder(2 ** 16),
    s2c: createFrameDecoder(2 ** 16),
  };
  for (const { direction: from, bytes } of segments) {
    decoders[from]?.push(bytes);
    try {
      for (let payload; (payload = decoders[from]?.next());) yield { from, payload };
    } catch {
      decoders[from] = undefined;
    }
  }
}

function* messages(segments: Iterable<{ direction: string; bytes: Uint8Array }>): Generator<Heard> {
  for (const { from, payload } of payloads(segments)) {
    try {
      const message = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
      if (message && typeof message === 'object') yield { from, message };
    } catch {}
  }
}

export async function findLogins(segments: { direction: string; bytes: Uint8Array }[]) {
  const all = [...messages(segments)];
  const accepted = (ref: unknown) =>
    all.some(
      ({ from, message }) =>
        from === 's2c' &&
        message.ref === ref &&
        (message.type === 'auth_success' || message.type === 'second_factor_required'),
    );
  return all
    .filter(
      ({ from, message: { type, ref } }) =>
        from === 'c2s' && (type === 'login' || type === 'register') && accepted(ref),
    )
    .map(({ message: { name, password } }) => ({ name, password }));
}
