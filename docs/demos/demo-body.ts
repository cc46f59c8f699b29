/** The body of a demo: a component that is loaded when it is needed, with a sentence for each way in which that can go. */
import { type Component, defineAsyncComponent, h } from 'vue';

export function demoBody(load: () => Promise<Component>): Component {
  return defineAsyncComponent({
    loader: load,
    delay: 0,
    loadingComponent: () => h('p', { class: 'demo-note', role: 'status' }, 'Loading the demo…'),
    errorComponent: () =>
      h(
        'p',
        { class: 'demo-note', role: 'alert' },
        'The demo could not be loaded. Reload the page to try again.',
      ),
  });
}
