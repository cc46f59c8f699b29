/** The class that this page is in, for all of the page: one socket, and what the server last said of the class. */
import { createGlobalState } from '@vueuse/core';
import { computed, effectScope, ref, shallowRef, watch } from 'vue';
import type { ClassState } from '#dissect/page-class';
import { forgetDeviceToken, heldToken, isStudentDevice, keepDeviceToken } from '../../ui/held-token.ts';
import { leadsClass, nameInClass } from '../../ui/in-class.ts';
import { type ClassRefusal, lastClassRefusal } from '../../ui/refusals.ts';
import { reconnect } from '../composables/reconnecting.ts';
import { useDoor } from './class-door.ts';
import { classSocket } from './class-socket.ts';

/**
 * none: there is no class, or the page does not know of one yet; outside: nobody has joined with this page; inside: it has
 * a token; removed: the instructor has removed the person.
 */
export type Standing = 'none' | 'outside' | 'inside' | 'removed';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

export type Class = ReturnType<typeof useClass>;

/** Does nothing before `begin`: parts of the workbench also stand in pages of the docs that belong to no server. */
export const useClass = createGlobalState(() => {
  const scope = effectScope(true);
  const standing = ref<Standing>('none');
  const state = shallowRef<ClassState>();
  /** Where the person wanted to go before the page asked them to join. */
  const wanted = ref('/');
  /** Milliseconds that the clock of this device is ahead of the server’s. */
  const clockAhead = ref(0);
  const socket = classSocket(scope, (now, time) => {
    clockAhead.value = Date.now() - time;
    standing.value = 'inside';
    state.value = now;
    nameInClass.value = now.me.name;
    leadsClass.value = now.me.role !== 'student';
  });

  const { door, look } = useDoor((found) => {
    if (found === null) standing.value = 'none';
    else if (heldToken() === undefined) standing.value = 'outside';
    else {
      if (standing.value === 'none') standing.value = 'inside';
      socket.begin();
    }
  });

  function turnedAway(code: ClassRefusal | undefined): void {
    if (code === 'removed_from_class') standing.value = 'removed';
    if (code !== 'join_required') return;
    standing.value = 'outside';
    state.value = undefined;
    // The class may have begun just now.
    if (!door.value) void look();
  }

  function begin(): Promise<void> {
    scope.run(() => watch(lastClassRefusal, (refusal) => turnedAway(refusal?.code)));
    // On the machine itself, and without a token, the sockets say it if there is a class.
    const isLikely = heldToken() !== undefined || !LOOPBACK.includes(location.hostname);
    return isLikely ? look() : Promise.resolve();
  }

  /** The person has joined: everything in the page comes in with this token. */
  function enter(token: string): void {
    keepDeviceToken(token);
    standing.value = 'inside';
    reconnect('away');
    socket.begin();
  }

  const me = computed(() => state.value?.me);
  /** Until the server has said who this is, by the kind of token. */
  const isStudent = computed(
    () => standing.value !== 'none' && (me.value ? me.value.role === 'student' : isStudentDevice()),
  );
  return {
    ...socket,
    door,
    standing,
    state,
    me,
    isStudent,
    wanted,
    clockAhead,
    begin,
    look,
    enter,
    leave,
  };
});

/** This device forgets who joined with it. The page begins anew: nothing that it has read stays in it. */
function leave(): void {
  forgetDeviceToken();
  location.assign('/join');
}
