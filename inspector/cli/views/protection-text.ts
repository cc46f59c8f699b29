/** How a flow is protected, in words. Nothing is claimed that the capture does not show. */
import type { FlowSummary } from '#dissect/model';
import { counted } from '#protocol/shown';
import { isLayer } from '#protocol/wires';

type Shown = Pick<FlowSummary, 'cipher' | 'stack' | 'bytes' | 'midway'>;

export function protectionOf({ cipher, stack, bytes, midway }: Shown): string {
  if (cipher !== '') return cipher;
  if (bytes.c2s + bytes.s2c === 0) return 'nothing crossed';
  // "No encryption" can only be said of a protocol that was recognised.
  if (stack.length > 0 && stack.every((proto) => proto === 'frame')) return 'no encryption';
  if (midway) return 'unknown: the start was not captured';
  const isSealed = stack.some(isLayer);
  return isSealed ? 'unknown: the hellos are incomplete' : 'unknown: the protocol was not recognised';
}

/** Says which bytes of a flow are in no record; `undefined` when all bytes are. */
export function leftOutOf({ waiting, cut }: Pick<FlowSummary, 'waiting' | 'cut'>): string | undefined {
  const parts = [
    ...(waiting > 0
      ? [
          `${counted(waiting, 'byte')} at its end ${waiting === 1 ? 'begins' : 'begin'} a record that the capture cuts off`,
        ]
      : []),
    ...(cut > 0
      ? [`${counted(cut, 'byte')} ${cut === 1 ? 'is' : 'are'} left out, because there are too many`]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}
