/** What happens at the bench, as lines for a person. */
import type { BenchEvent } from '#attacks/bench/model';
import type { UnitReader } from '#attacks/bench/reader';
import type { WireRecord } from '#dissect/model';
import { counted, printable } from '#protocol/shown';
import type { Masking } from '../masking.ts';
import type { Colors } from '../output/terminal.ts';
import { contentLines, hexLine } from '../views/record-text.ts';

export interface Look {
  readonly colors: Colors;
  /** Absent: secrets in messages are printed as they are. */
  readonly masking: Masking | undefined;
}

type Heard = Extract<BenchEvent, { kind: 'heard' }>;
type Sent = Extract<BenchEvent, { kind: 'sent' }>;

export function eventLines(event: BenchEvent, reader: UnitReader, look: Look): readonly string[] {
  switch (event.kind) {
    case 'opened':
      return [look.colors.bold(`connection ${event.connection} is open`)];
    case 'heard':
      return heardLines(event, reader, look);
    case 'sent':
      return sentLines(event, look.colors);
    case 'dropped':
      return [`  #${event.id} dropped`];
    case 'undelivered':
      return [look.colors.red(`  #${event.id} not delivered: its receiver takes nothing any more`)];
    case 'ended':
      return [
        `  connection ${event.connection}: the ${event.towards === 'server' ? 'client' : 'server'} has ended its direction`,
      ];
    case 'overfull':
      return [look.colors.red(`  connection ${event.connection}: too much is held; it is cut`)];
    case 'closed':
      return [look.colors.bold(`connection ${event.connection} is over`) + lostWith(event.lost)];
  }
}

function heardLines({ unit, records, hold }: Heard, reader: UnitReader, { colors, masking }: Look): string[] {
  const { id, connection, towards, title, bytes } = unit;
  const arrow = towards === 'server' ? colors.cyan('→ server') : colors.magenta('← server');
  const held = hold === undefined ? '' : colors.yellow(`  held: ${hold}`);
  const masked = (record: WireRecord): WireRecord => {
    const flow = reader.dissection.flow(record.flow);
    return masking && flow ? masking.mask(record, flow) : record;
  };
  const shown = records.map(masked);
  // With a secret in it, the bytes are masked in the record, and not in the unit.
  const hex = shown.length === 1 ? (shown[0] as WireRecord).raw : bytes;
  return [
    `#${id}  ${colors.dim(`connection ${connection}`)} ${arrow}  ${colors.bold(printable(title))}  ${colors.dim(counted(bytes.length, 'byte'))}${held}`,
    `            ${colors.dim(hexLine(hex))}`,
    ...shown.flatMap((record) => contentLines(record, colors)),
  ];
}

const DONE = {
  passed: 'passed on',
  changed: 'passed on, changed',
  again: 'sent again',
  injected: 'injected',
} as const satisfies Record<Sent['how'], string>;

function sentLines({ how, of, connection, towards, bytes }: Sent, colors: Colors): string[] {
  const unit = of === undefined ? '' : `#${of} `;
  const line = `  ${unit}${DONE[how]} to the ${towards} of connection ${connection}`;
  return how === 'passed'
    ? [line]
    : [`${line}: ${counted(bytes.length, 'byte')}`, `            ${colors.dim(hexLine(bytes))}`];
}

function lostWith(lost: readonly number[]): string {
  return lost.length === 0 ? '' : `; held until then and lost: ${lost.map((id) => `#${id}`).join(', ')}`;
}
