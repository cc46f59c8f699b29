/** The door of a class: whether there is one, and how a person comes in. */
import { shallowRef } from 'vue';
import type { ClassAnswer, JoinRefusal, JoinRequest, Joined } from '#dissect/page-class';

/** Milliseconds between two questions to a server that does not answer. */
const ASK_AGAIN_MS = 2_000;

/** Asks for the door until the server answers, and then says what it `found`. */
export function useDoor(found: (door: ClassAnswer) => void) {
  /** Undefined until the server has answered. */
  const door = shallowRef<ClassAnswer>();

  async function look(): Promise<void> {
    door.value = await fetchDoor().catch(() => undefined);
    if (door.value === undefined) setTimeout(() => void look(), ASK_AGAIN_MS);
    else found(door.value);
  }

  return { door, look };
}

/** Rejects where the server does not answer. */
async function fetchDoor(): Promise<ClassAnswer> {
  const response = await fetch('/api/class', { cache: 'no-store' });
  const text = response.ok ? await response.text() : '';
  return text === '' ? null : (JSON.parse(text) as ClassAnswer);
}

/** Why somebody is not in yet. */
export interface Refusal {
  /** `away`: the server did not answer. */
  readonly code: JoinRefusal | 'away';
  readonly message: string;
  readonly suggestions?: readonly string[];
  /** Seconds. */
  readonly retryAfter?: number;
}

export async function join(request: JoinRequest): Promise<Joined | Refusal> {
  try {
    const response = await fetch('/api/class/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return (await response.json()) as Joined | Refusal;
  } catch {
    return { code: 'away', message: 'the server did not answer' };
  }
}
