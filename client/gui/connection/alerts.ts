/** What tells a person who looks elsewhere that something was said: the title of the window, and notifications. */
import { useDocumentVisibility, useEventListener, useStorage, useTitle } from '@vueuse/core';
import { computed, ref, watch } from 'vue';
import type { Conversations } from './conversations.ts';
import type { Session } from './session.ts';
import { roomTitle } from '../model/words.ts';

/** Characters of a message that a notification shows. */
const SHOWN = 120;

/** For the view, while it is shown: the title, and whether the person looks at the window. */
export function useWindowTitle(talk: Conversations): void {
  const unread = computed(() => [...talk.logs.values()].reduce((sum, log) => sum + log.unread, 0));
  useTitle(computed(() => (unread.value > 0 ? `(${unread.value}) Chat · Wireglass` : 'Chat · Wireglass')));
  useEventListener(window, 'focus', () => talk.markRead());
}

export function useAlerts(session: Session, talk: Conversations) {
  const isSupported = 'Notification' in globalThis;
  const permission = ref(isSupported ? Notification.permission : 'denied');
  const wanted = useStorage('wireglass-chat-notify', false);
  const visibility = useDocumentVisibility();

  watch(visibility, (now) => {
    if (session.client.value?.state === 'open') session.client.value.setAway(now === 'hidden');
  });
  talk.onHeard((message, room) => {
    if (!wanted.value || permission.value !== 'granted' || visibility.value === 'visible') return;
    const title = room.startsWith('@') ? message.from : `${message.from} in ${roomTitle(room)}`;
    const shown = new Notification(title, { body: message.text.slice(0, SHOWN), tag: `wireglass ${room}` });
    shown.onclick = () => {
      window.focus();
      void talk.open(room);
    };
  });

  /** Asked for by a press, and only then. */
  async function toggle(): Promise<void> {
    if (!isSupported) return;
    if (!wanted.value && permission.value === 'default')
      permission.value = await Notification.requestPermission();
    wanted.value = !wanted.value && permission.value === 'granted';
  }
  return {
    isSupported,
    permission,
    isOn: computed(() => wanted.value && permission.value === 'granted'),
    toggle,
  };
}
