/** What the server says about itself for the commands that the page shows. */
import { type InjectionKey, type Ref, inject, provide, shallowRef, watch } from 'vue';
import type { ServerInfo } from '../model/commands.ts';
import { askApi } from '../../ui/ask-api.ts';
import type { SocketState } from './server-socket.ts';

type Held = Readonly<Ref<ServerInfo | undefined>>;
export const SERVER_INFO: InjectionKey<Held> = Symbol('server info');

/** For everything below the calling component. Requested each time the socket is live: it may be another server then. */
export function provideServerInfo(socket: Readonly<Ref<SocketState>>): void {
  const info = shallowRef<ServerInfo>();
  provide(SERVER_INFO, info);
  watch(
    () => socket.value.state,
    (state) => {
      if (state === 'live') void load();
    },
    { immediate: true },
  );
  async function load(): Promise<void> {
    // Without an answer, the commands lack what it would add; the state of the socket shows what is wrong.
    const response = await askApi('/api/info').catch(() => undefined);
    const answer: unknown = await response?.json().catch(() => undefined);
    if (answer !== undefined) info.value = answer as ServerInfo;
  }
}

export function useServerInfo(): Held {
  return inject(SERVER_INFO, () => shallowRef<ServerInfo>(), true);
}
