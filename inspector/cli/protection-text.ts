/** How a flow is protected, in words. What nobody can know is not said. */
import type { FlowSummary } from '#dissect/model';
import { counted } from '#wire/shown';

type Shown = Pick<FlowSummary, 'cipher' | 'stack' | 'bytes' | 'midway'>;

export function protectionOf({ cipher, stack, bytes, midway }: Shown): string {
  if (cipher !== '') return cipher;
  if (bytes.c2s + bytes.s2c === 0) return 'nothing crossed';
  // Only of what was recognised can it be said that nothing protects it.
  if (stack.length > 0 && stack.every((proto) => proto === 'frame')) return 'no encryption';
  if (midway) return 'unknown: the start was not captured';
  const isSealed = stack.includes('tls') || stack.includes('psk');
  return isSealed ? 'unknown: the hellos are not whole' : 'unknown: the protocol was not recognised';
}

/** What of a flow is in no record, in a sentence; `undefined` when all of it is. */
export function leftOutOf({ waiting, cut }: Pick<FlowSummary, 'waiting' | 'cut'>): string | undefined {
  const parts = [
    ...(waiting > 0
      ? [
          `${counted(waiting, 'byte')} at its end ${waiting === 1 ? 'begins' : 'begin'} what the capture does not hold to the end`,
        ]
      : []),
    ...(cut > 0
      ? [`${counted(cut, 'byte')} ${cut === 1 ? 'is' : 'are'} left out, because there are too many`]
      : []),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}
