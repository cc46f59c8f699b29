/**
 * `--log-traffic`: one line per frame, with the raw bytes of the record that carried it next to what they decrypt to.
 * Passwords, tokens and codes in it are masked unless they are asked for. All of it comes from the bytes that crossed
 * the tap and from the secrets, never from what the server thinks it received.
 */
import { nativeRecordCiphers } from '#inspector-cli/ciphers-native';
import { Dissection } from '#dissect/index';
import { maskRecord } from '#dissect/masking/masking';
import type { Inner, Proto, WireRecord } from '#dissect/model';
import type { Recorder } from '#tap/recorder';
import { showUtf8, toHex } from '#protocol/bytes';
import { FRAME_HEADER_LENGTH } from '#protocol/frame';
import { printable } from '#protocol/shown';

/** A record's secret may come a moment after its bytes; lines wait this many milliseconds for it. */
const PATIENCE_MS = 50;
/** Bytes of a record shown in hex on a terminal; a pipe gets all of them. */
const TERMINAL_BYTES = 48;

const MASKED = '(passwords, tokens and codes in messages are masked; --show-secrets prints them)';

/** Prints from now on; returns a function that ends this. The first time that something is masked, a line says so. */
export function logTraffic(
  recorder: Recorder,
  print: (line: string) => void,
  { showSecrets = false }: { readonly showSecrets?: boolean } = {},
): () => void {
  const dissection = new Dissection({ ciphers: nativeRecordCiphers });
  const printed = new Map<number, number>();
  const changed = new Set<number>();
  let timer: NodeJS.Timeout | undefined;
  let isTold = false;
  const masked = (record: WireRecord, stack: readonly Proto[]): WireRecord => {
    const { record: shown, secrets } = maskRecord(record, stack);
    if (secrets > 0 && !isTold) print(MASKED);
    isTold ||= secrets > 0;
    return shown;
  };
  const flush = (): void => {
    timer = undefined;
    for (const flow of changed) {
      const { wire = '?', stack = [] } = dissection.flow(flow) ?? {};
      const records = dissection.records(flow);
      for (const record of records.slice(printed.get(flow) ?? 0)) {
        linesOf(showSecrets ? record : masked(record, stack), wire).forEach(print);
      }
      printed.set(flow, records.length);
    }
    changed.clear();
  };
  const unsubscribe = recorder.subscribe((change) => {
    if (change.kind === 'forget') return dissection.forget(change.flows);
    for (const flow of dissection.add(change)) changed.add(flow);
    timer ??= setTimeout(flush, PATIENCE_MS);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
    flush();
  };
}

/** One line for each frame inside the record, or one for the record when there is none. */
function linesOf(record: WireRecord, wire: string): string[] {
  const time = new Date(record.time).toISOString().slice(11, 23);
  const arrow = record.dir === 'c2s' ? 'client → server' : 'server → client';
  const start = `${time} ${wire.padEnd(7)} ${arrow}`;
  const frames = record.proto === 'frame' ? [record.raw] : framesIn(record.inner);
  const meanings =
    frames.length > 0 ? frames.map(meaningOf) : [`(${printable(record.reason || record.title)})`];
  return meanings.map(
    (meaning, index) => `${start}  ${index === 0 ? hexOf(record.raw) : '(same record)'}  │ ${meaning}`,
  );
}

function framesIn(inner: readonly Inner[]): Uint8Array[] {
  return inner.flatMap((unit) => (unit.proto === 'frame' ? [unit.bytes] : framesIn(unit.inner)));
}

/** The frame's text, without the characters that could command a terminal. */
function meaningOf(frame: Uint8Array): string {
  return printable(showUtf8(frame.subarray(FRAME_HEADER_LENGTH)));
}

function hexOf(raw: Uint8Array): string {
  if (!process.stdout.isTTY || raw.length <= TERMINAL_BYTES) return toHex(raw);
  return `${toHex(raw.subarray(0, TERMINAL_BYTES))}… (${raw.length} bytes)`;
}
