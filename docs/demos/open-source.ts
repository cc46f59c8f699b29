/** Chooses the source of a demo. */
import { liveSource } from './live-source.ts';
import { recordedSource } from './recorded-source.ts';
import type { DemoSource, Wanted } from './source.ts';

/**
 * A recording if one is named; otherwise live where the workbench serves the page, and elsewhere in the page, as far as the
 * wires can be there. A suite that is named is that of the page's own world: the workbench need not accept it. A sentence for
 * the reader if there is no source.
 */
export async function openSource(wanted: Wanted): Promise<DemoSource | string> {
  const { wires, suite, recording, withoutWorkbench = !import.meta.env.WIREGLASS_WORKBENCH } = wanted;
  try {
    if (recording !== undefined) return await recordedSource(recording);
    if (wires.length === 0) return 'This demo names no wire.';
    if (suite === undefined && !withoutWorkbench) return liveSource(wanted);
    // A page that shows the workbench's wires does not load a server of its own.
    const { inPageSource, runsInPage } = await import('./in-page-source.ts');
    if (runsInPage(wires)) return inPageSource(wanted);
    const { mixedSource } = await import('./mixed-source.ts');
    return await mixedSource(wanted);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
