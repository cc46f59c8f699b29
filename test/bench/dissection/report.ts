/** The page of the dissection's bench. */
import { machine, median, whole } from '../figures.ts';
import type { DissectionOrder, DissectionOutcome } from './measure.ts';
import type { BrowserOutcome } from './page/main.ts';
import type { Versus } from './versus.ts';

export interface DissectionFigures {
  readonly rounds: number;
  readonly suite: string;
  readonly fileBytes: number;
  readonly wires: (Pick<DissectionOrder, 'wire' | 'ciphers'> & DissectionOutcome)[];
  /** A flow of 100,000 records. */
  readonly many: DissectionOutcome;
  readonly sides: Versus;
  readonly inTab: readonly BrowserOutcome[];
}

export function dissectionReport(figures: DissectionFigures): string {
  const { rounds, suite, fileBytes, many, sides, inTab } = figures;
  const tshark = median(sides.tshark.seconds);
  const tab = inTab.map(({ seconds }) => seconds);
  return `# Performance of the dissection

Written by \`npm run bench:dissection\`: ${machine()}. Absolute figures
belong to that machine; the ratios are what to compare.

## A capture of ${megabytes(fileBytes)} MB, compared with tshark

| opened by | seconds | × tshark's time | records opened |
| --- | ---: | ---: | ---: |
${row('tshark', tshark, tshark, sides.tshark.opened)}
${row('wireglass inspect --stats', median(sides.ours.seconds), tshark, sides.ours.opened)}
${row('the page, in Chromium', median(tab), tshark, inTab[0]?.opened ?? 0)}

One TLS 1.3 connection (${suite}) with ${whole(sides.ours.opened)} sealed records: chat messages, seven of ten short and the
others of 4,000 bytes. Both programs are measured as whole processes, including start-up, one after the other; the figures are medians of ${rounds};
tshark prints the lengths of what it decrypted. Both open and authenticate every record. Ours also finds the frames
in them, but does not read the messages in the frames, which its figures do not need. tshark counts only records with
application data, so it has slightly fewer. In Chromium the clock starts when the file has been fetched, and the ciphers
are the pure ones.

## Records and bytes per second

| wire | ciphers | records/s | MB/s | × tshark's MB/s |
| --- | --- | ---: | ---: | ---: |
${figures.wires.map((each) => wireRow(each, fileBytes / tshark)).join('\n')}

Measured from recorded chunks to records whose fields are read on demand, in one process, the fastest of three
rounds. tshark's rate is that of the file above.

## Memory

${whole(many.records)} records of the psk wire, each opened down to its frame, take ${whole(many.bytesPerRecord)} bytes each, in addition to the
bytes that crossed the wire: ${megabytes(many.records * many.bytesPerRecord)} MB. Fields that have been read come on top.
`;
}

function row(name: string, seconds: number, tshark: number, opened: number): string {
  return `| ${name} | ${seconds.toFixed(2)} | ${(seconds / tshark).toFixed(2)} | ${whole(opened)} |`;
}

function wireRow(
  { wire, ciphers, records, bytes, seconds }: DissectionFigures['wires'][number],
  tshark: number,
): string {
  const rate = bytes / seconds;
  const used = wire === 'plain' ? '–' : ciphers;
  return `| ${wire} | ${used} | ${whole(records / seconds)} | ${megabytes(rate)} | ${(rate / tshark).toFixed(2)} |`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
