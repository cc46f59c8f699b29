/** What was done at the bench, and below each action what the others then did. */
import type { BenchEventInHex, BenchMessage, BenchOrder, TowardsName } from '#dissect/page-bench';
import { fromHex, fromUtf8 } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';
import { counted } from '#protocol/shown';

const MAX_GROUPS = 60;
const MAX_LINES = 60;
/** Characters of a message that are shown. */
const MAX_TEXT = 120;

export interface Line {
  /** Who: what a person sees, what the server says, what crosses the wire. */
  readonly who: 'people' | 'server' | 'wire';
  readonly text: string;
  /** What somebody says, as it is. */
  readonly quote?: string;
  /** Of an error. */
  readonly code?: string;
  /** Somebody has noticed something. */
  readonly isBad?: true;
}

export interface Group {
  readonly id: number;
  /** What the person did; empty for what came before anything was done. */
  readonly action: string;
  readonly lines: readonly Line[];
}

export function withAction(log: readonly Group[], action: string): readonly Group[] {
  const last = log.at(-1);
  // Digit by digit, a change of a unit is one action.
  if (last && last.action === action && last.lines.length === 0) return log;
  return [...log.slice(1 - MAX_GROUPS), { id: (last?.id ?? 0) + 1, action, lines: [] }];
}

export function withLine(log: readonly Group[], line: Line): readonly Group[] {
  const last = log.at(-1) ?? { id: 0, action: '', lines: [] };
  if (last.lines.length >= MAX_LINES) return log;
  return [...log.slice(0, -1), { ...last, lines: [...last.lines, line] }];
}

/** What the person did; undefined for what the controls themselves show. */
export function actionLine(order: BenchOrder): string | undefined {
  switch (order.type) {
    case 'say':
      return `Ana says “${order.text}”`;
    case 'enter':
      return 'Ana comes in again';
    case 'break':
      return order.filter === '' ? 'You remove the breakpoint' : `You break on ${order.filter}`;
    case 'pause':
      return 'You hold everything';
    case 'resume':
      return 'You let everything go on';
    case 'step':
      return 'You take one step';
    case 'inject':
      return `You inject ${counted(order.bytes.length / 2, 'byte')} to the ${order.towards} of connection ${order.connection}`;
    case 'cut':
      return `You cut connection ${order.connection}`;
    default:
      return unitAction(order);
  }
}

function unitAction(order: Extract<BenchOrder, { readonly unit: number }>): string {
  const unit = `#${order.unit}`;
  switch (order.type) {
    case 'pass':
      return `You let ${unit} go on`;
    case 'drop':
      return `You drop ${unit}`;
    case 'duplicate':
      return `You double ${unit}`;
    case 'move':
      return `You move ${unit} ${order.by === 'earlier' ? 'forward' : 'back'}`;
    case 'delay':
      return `You delay ${unit} by ${counted(order.milliseconds / 1000, 'second')}`;
    case 'replace':
      return `You change ${unit}`;
    case 'replay':
      return `You replay ${unit} in connection ${order.connection}`;
  }
}

type Told = Extract<BenchMessage, { type: 'told' }>;

/** Undefined for what the person has just asked for. */
export function toldLine({ place, title, text }: Told): Line | undefined {
  if (title.endsWith(' says')) return undefined;
  if (place === 'server') return { who: 'server', text: title, code: text };
  if (title.includes(' hears ')) return { who: 'people', text: title, quote: text };
  if (title.endsWith('in the room')) return { who: 'people', text: `${title}, with ${text}` };
  return { who: 'people', text: title, code: text };
}

const FROM: Readonly<Record<TowardsName, string>> = {
  server: 'The client sends',
  client: 'The server sends',
};
const SENT = {
  passed: 'goes on to the',
  changed: 'goes on, changed, to the',
  again: 'is sent again to the',
  injected: 'Your bytes go to the',
} as const;

/** `wire`: on the plain one, what a frame says can be read. */
export function eventLine(event: BenchEventInHex, wire: string | undefined): Line | undefined {
  switch (event.kind) {
    case 'opened':
      return { who: 'wire', text: openedLine(event) };
    case 'heard':
      return heardLine(event, wire);
    case 'sent': {
      const { how, of, towards, connection } = event;
      const to = `${SENT[how]} ${towards} of connection ${connection}`;
      return { who: 'wire', text: of === null ? to : `#${of} ${to}` };
    }
    case 'dropped':
      return undefined;
    case 'undelivered':
      return {
        who: 'wire',
        text: `#${event.id} is not delivered: its receiver takes nothing any more`,
        isBad: true,
      };
    case 'ended':
      return {
        who: 'wire',
        text: `The ${event.towards === 'server' ? 'client' : 'server'} ends its direction of connection ${event.connection}`,
      };
    case 'overfull':
      return {
        who: 'wire',
        text: `Too much is held in connection ${event.connection}: it is cut`,
        isBad: true,
      };
    case 'closed':
      return { who: 'wire', text: `Connection ${event.connection} is closed${lostWith(event.lost)}` };
  }
}

function openedLine({ connection, joined }: Extract<BenchEventInHex, { kind: 'opened' }>): string {
  if (joined === null) return `Connection ${connection} is open`;
  return `You stand in #${joined} of the inspector, which is connection ${connection} here`;
}

function heardLine(
  { unit, hold }: Extract<BenchEventInHex, { kind: 'heard' }>,
  wire: string | undefined,
): Line {
  const text = `${FROM[unit.towards]} #${unit.id}: ${unit.title}${hold === null ? '' : ', held'}`;
  return { who: 'wire', text, ...saidIn(unit.bytes, wire) };
}

function lostWith(lost: readonly number[]): string {
  return lost.length === 0 ? '' : `; lost with it: ${lost.map((id) => `#${id}`).join(', ')}`;
}

function saidIn(hex: string, wire: string | undefined): { readonly quote?: string } {
  if (wire !== 'plain') return {};
  const said = fromUtf8(fromHex(hex).subarray(FRAME_HEADER_LENGTH));
  if (said === undefined || said === '') return {};
  return { quote: said.length > MAX_TEXT ? `${said.slice(0, MAX_TEXT)}…` : said };
}
