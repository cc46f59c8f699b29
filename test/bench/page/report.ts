/** The page of the inspector's bench. */
import { machine, whole } from '../figures.ts';
import type { PageOutcome } from './measure.ts';

export interface PageFigures extends PageOutcome {
  /** Seconds in which tshark reads the same capture with the same expression as display filter. */
  readonly tshark: number;
}

export function pageReport(figures: PageFigures): string {
  const { records, opening, scrolling, filtering, rate, keys, tshark } = figures;
  const slowest = tshark * 1000;
  return `# Performance of the inspector

Written by \`npm run bench:page\`: ${machine()}, Chromium without a
graphics card. Absolute figures belong to that machine; the ratios are what to compare.

## ${whole(records)} records

| what | measured | compared with | ratio |
| --- | ---: | ---: | ---: |
| scrolling through the list, pictures/s | ${whole(scrolling.list)} | ${whole(scrolling.bare)} | ${(scrolling.list / scrolling.bare).toFixed(2)} |
| a filter of words, ms | ${whole(filtering.words)} | ${whole(slowest)} | ${(filtering.words / slowest).toFixed(2)} |
| a filter that is an expression, ms | ${whole(filtering.expression)} | ${whole(slowest)} | ${(filtering.expression / slowest).toFixed(2)} |

Chat messages on the psk wire, recorded by the tap, opened in the page with the pure ciphers: ${opening.toFixed(1)} seconds from opening
the page to the last record. Scrolling goes from the first record to the last in three seconds, and is compared with a
bare element of the same height in the same browser. A filter is timed from the last letter to the list that answers it, and compared
with tshark, which reads the same capture with the same words as its display filter and decrypts nothing; tshark starts anew, while the page
has its records open.

## While ${whole(rate)} records a second come in

| what | measured | compared with | ratio |
| --- | ---: | ---: | ---: |
| the longest time from a key to its picture, ms | ${whole(keys.live)} | ${whole(keys.quiet)} | ${(keys.live / keys.quiet).toFixed(2)} |

The keys are typed into the search box of the list that grows meanwhile; they are compared with the same keys while nothing comes in.

What memory the page has while people talk for an hour is watched by \`npm run soak -- page\`, which fails above the cap of its process.
`;
}
