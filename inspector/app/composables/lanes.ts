/** What is shown of each wire: the record on its card, and the work that is under way. */
import { type Ref, computed, watch } from 'vue';
import { suiteByName } from '#channel/psk/suites';
import type { WireRecord } from '#dissect/model';
import type { WireInfo } from '#dissect/page-stream';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { saidIn } from '../model/messages.ts';
import type { Activity } from '../model/progress.ts';
import type { WireState } from '../reading/exchange.ts';
import { type WireNews, isSealed } from '../reading/news.ts';
import type { Relay } from './relay.ts';
import type { Traffic } from './traffic.ts';

export interface Lane {
  readonly wire: WireName;
  readonly info: WireInfo | undefined;
  readonly news: WireNews | undefined;
  /** The record that carries the last message of this page. */
  readonly own: WireRecord | undefined;
  /** Why the card shows none, if there could be one. */
  readonly missing: Missing | undefined;
  /** Long work on the records, or undefined. */
  readonly activity: Activity | undefined;
}

/** This page has sent nothing on this wire; what it sent was cleared; the tap has dropped it. */
export type Missing = 'unsent' | 'cleared' | 'gone';

interface LaneOptions {
  readonly traffic: Traffic;
  readonly relay: Relay;
  /** Show the newest message of anyone instead of the person's own. */
  readonly newest: Ref<boolean>;
  /** The secrets are not used. */
  readonly eve: Ref<boolean>;
}

export function useLanes({ traffic, relay, newest, eve }: LaneOptions) {
  const { wires, states, cleared, share } = traffic;
  const own = computed(() => relay.state.value.own);
  watch(own, (now) => traffic.setOwn(now), { immediate: true });
  /** Cards stay with this page's message, although others may say a hundred things meanwhile. */
  const followsOwn = computed(() => own.value.request !== undefined && !newest.value);

  const activity = computed<Activity>(() => ({
    what: eve.value ? 'Reading records' : 'Opening records',
    share: share.value,
  }));

  const lanes = computed(() =>
    WIRE_NAMES.map((wire): Lane => {
      const state = states.value.get(wire);
      const info = wires.value.find((one) => one.wire === wire);
      const mine = state?.own;
      const news = followsOwn.value ? mine && ownNews(wire, mine, state.ownGone) : newsOf(state);
      const work = state?.isRead === false ? activity.value : undefined;
      return { wire, info, news, own: mine, missing: missing(wire, news), activity: work };
    }),
  );

  function ownNews(wire: WireName, record: WireRecord, gone: boolean): WireNews {
    const saying = own.value.last[wire];
    const said = isSealed(record) ? undefined : saidIn(record, saying?.text);
    const isUnderWay = relay.state.value.deliveries[wire]?.state === 'sending';
    const isLatest = saying?.request === own.value.request || isUnderWay;
    return { record, said, speaker: 'you', own: isLatest ? 'latest' : 'older', gone };
  }

  function missing(wire: WireName, news: WireNews | undefined): Missing | undefined {
    if (news) return undefined;
    if (cleared.value > 0) return 'cleared';
    if (!followsOwn.value) return undefined;
    return own.value.last[wire] ? 'gone' : 'unsent';
  }

  // Without the keys, the record is found again by its position.
  watch(
    lanes,
    (now) => {
      for (const { wire, own: record } of now) {
        const isKnown = own.value.last[wire]?.position?.time === record?.time;
        if (record && !isSealed(record) && !isKnown) relay.remember(wire, record);
      }
    },
    { immediate: true },
  );
  return { lanes, followsOwn, hasOwn: computed(() => own.value.request !== undefined) };
}

function newsOf(state: WireState | undefined): WireNews | undefined {
  if (!state?.news) return undefined;
  const { weakSuite, ...news } = state.news;
  return { ...news, weakSuite: weakSuite === undefined ? undefined : suiteByName(weakSuite) };
}

/** What `WireDetail` shows of a lane. */
export function detailOf({ records, socket, since }: Traffic, { wire, info, news, activity }: Lane) {
  return {
    wire,
    info,
    records,
    socket: socket.value,
    since: since.value,
    // What was taken away, only those open who look for it.
    latest: news?.gone ? undefined : news?.record,
    activity,
  };
}

/** Bytes of the longest record on these cards: the bars of all of them are drawn against it. */
export function scaleOf(lanes: readonly Lane[]): number {
  return Math.max(1, ...lanes.map(({ news }) => news?.record.raw.length ?? 0));
}
