/** The look of the site: VitePress's own theme, in the colours and fonts of the workbench. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import '../../../inspector/ui/styles/tokens.css';
import '../../../inspector/ui/styles/access.css';
import './theme.css';
import './print.css';
import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { install as installDemos } from '../../demos/install.ts';
import GlossaryTerm from './GlossaryTerm.vue';
import Layout from './Layout.vue';

export default {
  extends: DefaultTheme,
  Layout,
  enhanceApp({ app }) {
    app.component('GlossaryTerm', GlossaryTerm);
    installDemos(app);
  },
} satisfies Theme;
