/** The traffic that somebody in a class may see, as a source for a tap stream. */
import type { TapEvent } from '#dissect/model';
import type { FlowSight, Viewer } from '#classroom/flow-sight';
import type { Recorder, TapChange, TapListener } from '#tap/recorder';
import type { TapSource } from '../tap-stream.ts';

interface View {
  readonly viewer: Viewer;
  readonly listener: TapListener;
}

export class ClassTraffic {
  readonly #recorder: Recorder;
  readonly #sight: FlowSight;
  readonly #views = new Set<View>();
  /** Who is told of each flow. */
  readonly #watching = new Map<number, Set<View>>();

  constructor(recorder: Recorder, sight: FlowSight) {
    this.#recorder = recorder;
    this.#sight = sight;
    recorder.subscribe((change) => this.#take(change));
  }

  sourceFor(viewer: Viewer): TapSource {
    const recorder = this.#recorder;
    return {
      cap: recorder.cap,
      now: recorder.now,
      get held() {
        return recorder.held;
      },
      events: () =>
        recorder.events().filter(({ flow }) => flow !== undefined && this.#sight.sees(viewer, flow)),
      subscribe: (listener) => this.#subscribe({ viewer, listener }),
    };
  }

  /** Who sees this flow may have changed; without a number, who sees any of them. */
  refresh(flow?: number): void {
    if (flow !== undefined) this.#refreshOne(flow);
    else for (const known of this.#sight.flows) this.#refreshOne(known.flow);
  }

  /** Nothing that these people sent or got on their connections is held any longer. */
  drop(people: ReadonlySet<number>): void {
    const theirs = [...this.#sight.flows].filter(({ owner }) => owner !== undefined && people.has(owner));
    if (theirs.length > 0) this.#recorder.drop(theirs.map(({ flow }) => flow));
  }

  #subscribe(view: View): () => void {
    this.#views.add(view);
    for (const { flow } of this.#sight.flows) {
      if (this.#sight.sees(view.viewer, flow)) this.#watchersOf(flow).add(view);
    }
    return () => {
      this.#views.delete(view);
      for (const watchers of this.#watching.values()) watchers.delete(view);
    };
  }

  #take(change: TapChange): void {
    if (change.kind === 'forget') return this.#forget(change.flows);
    if (change.kind === 'flow') this.#begin(change);
    if (change.kind === 'end' && (change.dir === 'c2s' || change.how === 'reset'))
      this.#sight.ended(change.flow);
    if (change.flow === undefined) return;
    for (const { listener } of this.#watching.get(change.flow) ?? []) listener(change);
  }

  #begin(change: Extract<TapChange, { kind: 'flow' }>): void {
    this.#sight.began(change);
    for (const view of this.#views) {
      if (this.#sight.sees(view.viewer, change.flow)) this.#watchersOf(change.flow).add(view);
    }
  }

  #forget(flows: readonly number[]): void {
    const told = new Map<View, number[]>();
    for (const flow of flows) {
      for (const view of this.#watching.get(flow) ?? []) told.set(view, [...(told.get(view) ?? []), flow]);
      this.#watching.delete(flow);
    }
    this.#sight.forget(flows);
    for (const [{ listener }, gone] of told) listener({ kind: 'forget', flows: gone });
  }

  #refreshOne(flow: number): void {
    const watchers = this.#watchersOf(flow);
    let held: TapEvent[] | undefined;
    for (const view of this.#views) {
      const sees = this.#sight.sees(view.viewer, flow);
      if (sees === watchers.has(view)) continue;
      if (!sees) {
        watchers.delete(view);
        view.listener({ kind: 'forget', flows: [flow] });
        continue;
      }
      watchers.add(view);
      // The same for all who see it from now on: a class has hundreds, and the tap holds many events.
      held ??= this.#recorder.events().filter((event) => event.flow === flow);
      for (const event of held) view.listener(event);
    }
  }

  #watchersOf(flow: number): Set<View> {
    const watchers = this.#watching.get(flow) ?? new Set<View>();
    this.#watching.set(flow, watchers);
    return watchers;
  }
}
