/** The door of a class: whether there is one, and how a person comes in. */
import type { ClassAnswer, JoinRefusal, JoinRequest, Joined } from '#dissect/page-class';

/** Rejects where the server does not answer. */
export async function fetchDoor(): Promise<ClassAnswer> {
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
