/** The delivery of the last message on each wire. */
import type { RelayMessage } from '#dissect/page-stream';
import type { WireName } from '#protocol/messages';
import { NOTHING_SAID, type Own, withSaying } from './sayings.ts';

export type Delivery =
  | { readonly state: 'sending' }
  | { readonly state: 'acknowledged'; readonly messageId: number; readonly milliseconds: number }
  | { readonly state: 'failed'; readonly code: string; readonly message: string };

export type Line = Extract<RelayMessage, { type: 'status' }>;

/** The page's own chat clients, and the last message they were given. */
export interface RelayState {
  /** Id of the last request; answers to older ones no longer count. */
  readonly request: string | undefined;
  /** The text of the message. */
  readonly text: string;
  readonly deliveries: Readonly<Partial<Record<WireName, Delivery>>>;
  /** State of each client's connection. */
  readonly lines: Readonly<Partial<Record<WireName, Line>>>;
  /** The stored messages. */
  readonly own: Own;
  /** The demo conversation, since this page asked for it. */
  readonly demo?: Demo | undefined;
  /** The connection with TLS 1.2 that this page has asked for. */
  readonly olderTls?: { readonly type: 'older-tls'; readonly state: 'asked' } | OlderTls | undefined;
}

export type OlderTls = Extract<RelayMessage, { type: 'older-tls' }>;

export type Demo = Extract<RelayMessage, { type: 'demo' }>;

export const IDLE: RelayState = {
  request: undefined,
  text: '',
  deliveries: {},
  lines: {},
  own: NOTHING_SAID,
};

/** Restores the state from before the page was reloaded. */
export function restored(own: Own): RelayState {
  const newest = Object.entries(own.last).filter(([, saying]) => saying?.request === own.request);
  const deliveries = Object.fromEntries(
    newest.flatMap(([wire, saying]) => (saying ? [[wire, acknowledged(saying)]] : [])),
  );
  return { ...IDLE, request: own.request, deliveries, own };
}

export function sending(
  state: RelayState,
  request: string,
  text: string,
  wires: readonly WireName[],
): RelayState {
  const deliveries = Object.fromEntries(wires.map((wire) => [wire, { state: 'sending' as const }]));
  return { ...state, request, text, deliveries };
}

export function heard(state: RelayState, message: RelayMessage): RelayState {
  switch (message.type) {
    case 'status':
      return { ...state, lines: { ...state.lines, [message.wire]: withReason(message, state) } };
    case 'sent':
      if (message.id !== state.request) return state;
      return settled(withStored(state, message), message.wire, acknowledged(message));
    case 'failed':
      if (message.id !== state.request) return state;
      return settled(state, message.wire, { state: 'failed', code: message.code, message: message.message });
    case 'demo':
      return { ...state, demo: message };
    case 'older-tls':
      return { ...state, olderTls: message };
    case 'error':
      return failPending(state, message.code, message.message);
  }
}

/** Another attempt says nothing of why it is made: the reason stays until the wire is open again. */
function withReason(line: Line, { lines }: RelayState): Line {
  const error = line.error ?? (line.state === 'connecting' ? lines[line.wire]?.error : undefined);
  return error ? { ...line, error } : line;
}

/** The socket to the server was lost: messages under way will get no answer. */
export function failPending(state: RelayState, code: string, message: string): RelayState {
  const deliveries = Object.fromEntries(
    Object.entries(state.deliveries).map(([wire, delivery]) => [
      wire,
      delivery.state === 'sending' ? { state: 'failed' as const, code, message } : delivery,
    ]),
  );
  return { ...state, deliveries };
}

/** One sentence for screen readers; empty until the outcome is known. */
export function summary({ deliveries }: RelayState): string {
  const entries = Object.entries(deliveries);
  if (entries.length === 0 || entries.some(([, { state }]) => state === 'sending')) return '';
  const failed = entries.filter(([, { state }]) => state === 'failed').map(([wire]) => wire);
  const stored = entries.length - failed.length;
  const rest = failed.length === 0 ? '' : `; failed on ${failed.join(', ')}`;
  return `Acknowledged on ${stored} of ${entries.length} wires${rest}.`;
}

function acknowledged({ messageId, milliseconds }: Pick<Sent, 'messageId' | 'milliseconds'>): Delivery {
  return { state: 'acknowledged', messageId, milliseconds };
}

type Sent = Extract<RelayMessage, { type: 'sent' }>;

function withStored(state: RelayState, { id, wire, messageId, milliseconds, at, port }: Sent): RelayState {
  const saying = { request: id, text: state.text, messageId, milliseconds, at, port };
  return { ...state, own: { ...withSaying(state.own, wire, saying), request: id } };
}

function settled(state: RelayState, wire: WireName, delivery: Delivery): RelayState {
  return { ...state, deliveries: { ...state.deliveries, [wire]: delivery } };
}
