/** Which records a view shows. */
import type { Dissection } from '#dissect/index';
import type { FlowSummary, WireRecord } from '#dissect/model';

export interface Selection {
  readonly dissection: Dissection;
  /** Which records are meant; all of them when absent. */
  readonly matches?: (record: WireRecord, flow: FlowSummary) => boolean;
}

/** Records of all flows by the time of their completion. */
export function* selected({ dissection, matches }: Selection): Generator<WireRecord> {
  const flows = new Map(dissection.flows.map((flow) => [flow.id, flow]));
  for (const record of dissection.allRecords()) {
    const flow = flows.get(record.flow);
    if (flow && (!matches || matches(record, flow))) yield record;
  }
}

/** Records of one flow, in its order. */
export function selectedOf({ dissection, matches }: Selection, flow: FlowSummary): readonly WireRecord[] {
  const records = dissection.records(flow.id);
  return matches ? records.filter((record) => matches(record, flow)) : records;
}

/** All flows, or those that have a record among the selected. */
export function flowsOf(selection: Selection): FlowSummary[] {
  const { flows } = selection.dissection;
  return selection.matches ? flows.filter((flow) => selectedOf(selection, flow).length > 0) : flows;
}

/** Said when there is nothing to show. */
export function nothingIn({ dissection }: Selection): string {
  return dissection.flows.length === 0
    ? 'No TCP connection stands in this file.'
    : 'No record matches the filter.';
}
