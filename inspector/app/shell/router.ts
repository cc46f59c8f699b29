/** Which view an address shows. What a view shows is in the hash of its address, which each view reads itself. */
import { type Router, createRouter, createWebHistory } from 'vue-router';
import { VIEWS } from './views.ts';

export function viewRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      ...VIEWS.map(({ path, title, load }) => ({ path, meta: { title }, component: load })),
      { path: '/:rest(.*)*', redirect: '/' },
    ],
  });
  router.afterEach(({ path, meta }) => {
    document.title = path === '/' ? 'Wireglass' : `${String(meta['title'])} · Wireglass`;
  });
  return router;
}
