/** Looking through records: the question and its list, the selected record, and what the panes show of it. */
import { type Ref, computed, ref, watch } from 'vue';
import { maskRecord } from '#dissect/masking/masking';
import { counted } from '#protocol/shown';
import type { WireName } from '#protocol/wires';
import type { Filter } from '../model/filter.ts';
import { size } from '../model/format.ts';
import { hintsFor } from '../model/hints.ts';
import { hitIn } from '../model/hits.ts';
import type { Activity } from '../model/progress.ts';
import { type RecordKey, type Row, sameKey } from '../reading/rows.ts';
import { useInspection } from './inspection.ts';
import { useRecordFilter } from './record-filter.ts';
import { useSelection } from './selection.ts';
import type { Records } from './traffic.ts';

interface BrowsingOptions {
  readonly records: Records;
  readonly wires: Ref<readonly WireName[]>;
  readonly filter: Ref<Filter>;
  /** The person's choice; absent while the latest is followed. */
  readonly chosen: Ref<RecordKey | undefined>;
  /** What is selected until then, if the list has it; otherwise its last record. */
  readonly latest: Ref<RecordKey | undefined>;
  /** Time of the tap when its stream began, in milliseconds since 1970: what is older is not new. */
  readonly since: Ref<number>;
  /** Long work on the records, or undefined. */
  readonly activity: Ref<Activity | undefined>;
  readonly choose: (record: RecordKey | undefined) => void;
}

export type Browsing = ReturnType<typeof useBrowsing>;

export function useBrowsing({
  records,
  wires,
  filter,
  chosen,
  latest,
  since,
  activity,
  choose,
}: BrowsingOptions) {
  const { list, search, inForce, searching, isForeign } = useRecordFilter({ records, wires, filter });
  const rows = computed(() => list.value.rows);
  const total = computed(() => list.value.total);
  const busy = computed<Activity | undefined>(
    () => activity.value ?? (searching.value ? { what: 'Searching', share: list.value.share } : undefined),
  );
  const selection = useSelection({
    rows,
    newestTime: computed(() => list.value.newest),
    latest,
    chosen,
    since,
    settled: computed(() => !busy.value),
    choose,
  });
  const { revealed, looked, secrets, flow, facts } = useLooked(records, selection.selected);
  const inspection = useInspection(looked, (record, view) =>
    hitIn(record, view, inForce.value, () => flow.value),
  );
  /** Only if nothing was found and the search is finished. */
  const hints = computed(() => {
    if (rows.value.count > 0 || busy.value) return [];
    return hintsFor(filter.value.search, new Set(list.value.titles));
  });
  /** What is missing from the list because there was too much. */
  const omitted = computed(() => {
    const cut = flow.value?.cut ?? 0;
    if (cut > 0) return `${size(cut)} of this connection not shown: a limit was reached`;
    const count = records.letGo.value;
    return total.value > 0 && count > 0 ? `${counted(count, 'old connection')} not shown` : '';
  });
  return {
    ...selection,
    search,
    isForeign,
    rows,
    total,
    busy,
    revealed,
    looked,
    secrets,
    flow,
    facts,
    inspection,
    hints,
    omitted,
  };
}

/** The selected record as the panes show it. */
function useLooked(records: Records, selected: Readonly<Ref<Row | undefined>>) {
  /** Passwords and tokens are shown only on request, and only for one record. */
  const revealed = ref(false);
  watch(
    selected,
    (now, before) => {
      if (before && sameKey(now, before)) return;
      records.open(now && { flow: now.flow, index: now.index });
      revealed.value = false;
    },
    { immediate: true },
  );
  /** Stays until the next one has come. */
  const opened = computed(() => (selected.value ? records.opened.value : undefined));
  const flow = computed(() => opened.value?.flow);
  // By themselves, so that the panes stay as they are while others learn something about the record.
  const record = computed(() => opened.value?.record);
  const masked = computed(() => record.value && maskRecord(record.value, flow.value?.stack ?? []));
  return {
    revealed,
    /** With its secrets masked, unless they were asked for. */
    looked: computed(() => (revealed.value ? record.value : masked.value?.record)),
    /** How many secrets the record has. */
    secrets: computed(() => masked.value?.secrets ?? 0),
    flow,
    facts: computed(() => opened.value?.facts),
  };
}
