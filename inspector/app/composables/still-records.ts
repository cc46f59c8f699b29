/** Records that are at hand and no longer change, listed and opened in the page itself: a capture of the reader's own. */
import { type Ref, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { FlowSummary, WireRecord } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import { factsOf } from '../reading/around.ts';
import type { ListState, Opened } from '../reading/exchange.ts';
import { Listing } from '../reading/listing.ts';
import { loadPatterns } from '../reading/patterns.ts';
import { sameKey } from '../reading/rows.ts';
import { Slices } from '../reading/slices.ts';
import { type List, NO_LIST, type Records } from './traffic.ts';

interface StillOptions {
  readonly wire: Ref<WireName>;
  readonly records: Ref<readonly WireRecord[]>;
  readonly flowOf: (id: number) => FlowSummary | undefined;
}

export function useStillRecords({ wire, records, flowOf }: StillOptions): Records {
  const list = shallowRef<List>(NO_LIST);
  const opened = shallowRef<Opened>();
  let key: Opened['key'] | undefined;
  let asked = 0;
  const listing = new Listing(
    { records: () => records.value, wireOf: () => wire.value, flow: flowOf },
    () => false,
  );
  const sifting = new Slices({
    work: (enough) => listing.refresh() && listing.sift(enough),
    show: () => take(listing.news(performance.now())),
  });
  watch(records, () => sifting.now());
  watch(records, open);
  onScopeDispose(() => sifting.stop());

  function take(told: ListState | undefined): void {
    if (!told) return;
    list.value = { ...told, rows: told.rows ? list.value.rows.updated(told.rows) : list.value.rows };
  }

  function open(): void {
    if (!key) return;
    const record = records.value.find((one) => sameKey(one, key));
    const facts = record && factsOf(stillLog({ wire, records, flowOf }), record);
    opened.value = {
      type: 'opened',
      place: 'selected',
      key,
      record,
      flow: record && flowOf(record.flow),
      facts,
    };
  }

  return {
    list,
    opened,
    compared: shallowRef(),
    letGo: ref(0),
    ask(query) {
      listing.ask(++asked, query);
      sifting.now();
      if (listing.needsPatterns)
        void loadPatterns().then((compile) => {
          listing.usePatterns(compile);
          sifting.now();
        });
      return asked;
    },
    open(wanted) {
      key = wanted;
      open();
    },
    gists: shallowRef(new Map<string, string>()),
    peek: () => undefined,
  };
}

/** The records as the log of a reader has them. */
function stillLog({ wire, records, flowOf }: StillOptions): Parameters<typeof factsOf>[0] {
  return {
    records: (name) => (name === wire.value ? records.value : []),
    recordsOf: (id) => records.value.filter(({ flow }) => flow === id),
    flow: flowOf,
    wireOf: () => wire.value,
  };
}
