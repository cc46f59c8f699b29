/**
 * Passes on the events of the session: answers to whoever asked, new tokens to the file of logins, and everything else
 * to the listeners of the client.
 */
import type { SessionEvent } from '#session/events';
import type { Server } from '#protocol/messages';
import type { ChatEvent } from './chat-events.ts';
import { ChatError, type WireAddress, asChatError, refused } from '../errors.ts';
import type { EventHub } from './event-hub.ts';
import type { KeptLogin } from '../logins/kept-login.ts';
import type { AnswerOf, Requests } from '../requests.ts';
import type { ClientState } from '../connect/supervisor.ts';

export interface ReportsParts {
  readonly hub: EventHub<ChatEvent>;
  readonly requests: Requests;
  readonly kept: KeptLogin;
  readonly address: () => WireAddress;
}

export class Reports {
  readonly #parts: ReportsParts;

  constructor(parts: ReportsParts) {
    this.#parts = parts;
  }

  event(event: SessionEvent): void {
    const { hub, requests, address } = this.#parts;
    switch (event.type) {
      case 'answer':
        if (event.answer.kind === 'sent') this.#sent(event.answer);
        return requests.resolve(event.key, event.answer);
      case 'refused':
        return requests.reject(event.key, refused(event.refusal, address()));
      case 'auth_success':
        return this.#loggedIn(event);
      case 'ready':
      case 'turned_away':
      case 'ending':
      case 'login_needed':
      case 'busy':
        return;
      default:
        return hub.emit(event);
    }
  }

  state(state: ClientState, address: WireAddress): void {
    const { hub, requests, kept } = this.#parts;
    hub.emit({ type: 'state', ...address, ...state });
    if (state.state === 'login' && state.error) kept.over(address);
    if (state.state !== 'closed') return;
    requests.rejectAll(state.error ?? new ChatError('closed', { address }));
    hub.end();
  }

  /** Something apart from the conversation went wrong; the conversation goes on. */
  complaint(error: unknown): void {
    const { hub, address } = this.#parts;
    const { code, message } = asChatError(error, address());
    hub.emit({ type: 'complaint', refusal: { code, message, suggestions: [] } });
  }

  #sent({ id, ref, room, ts }: AnswerOf<'sent'>): void {
    this.#parts.hub.emit({ type: 'sent', id, ref, room, ts });
  }

  #loggedIn(message: Server<'auth_success'>): void {
    const { name, role, session, expires, second_factor } = message;
    const { hub, kept, address } = this.#parts;
    kept.loggedIn(address(), message);
    hub.emit({ type: 'logged_in', name, role, session, expires, second_factor });
  }
}
