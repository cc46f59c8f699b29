import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import vue from 'eslint-plugin-vue';
import globals from 'globals';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

const VUE_AREAS = [
  'inspector/app',
  'inspector/ui',
  'server/console',
  'client/gui',
  'docs/.vitepress/theme',
  'docs/demos',
  'docs/explain',
].map((folder) => `${folder}/**/*.{ts,vue}`);
const TESTS = ['**/*.test.ts', 'test/**/*.ts'];
/** Programs whose output is for a person at a terminal. Everything else logs, or tells its caller. */
const PROGRAMS = [
  '**/cli/**/*.{ts,js}',
  'test/run.ts',
  'test/run/**/*.ts',
  'test/bench/**/*.ts',
  'labs/*.ts',
  'labs/13-many-clients/measure.ts',
];

/** The typed parser does not understand what a `.vue` file exports, so these would cry wolf at every import of one. */
const unsafeRulesOff = Object.fromEntries(
  ['argument', 'assignment', 'call', 'member-access', 'return'].map((what) => [
    `@typescript-eslint/no-unsafe-${what}`,
    'off',
  ]),
);

const sizes = {
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 12],
  'max-depth': ['error', 3],
  'max-params': ['error', 5],
};

const language = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error',
  'no-implicit-coercion': ['error', { boolean: false }],
  'no-param-reassign': 'error',
  'no-var': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-template': 'error',
  'default-case-last': 'error',
};

const typed = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-deprecated': 'error',
  '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/prefer-readonly': 'error',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  // A function that answers with a promise by contract need not have anything to wait for today.
  '@typescript-eslint/require-await': 'off',
  // TypeScript itself finds names that do not exist.
  'no-undef': 'off',
};

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      'data/',
      'coverage/',
      'docs/.vitepress/.temp/',
      'docs/.vitepress/cache/',
      '**/*.d.ts',
      // Unfinished on purpose, in the styles of other people, and the learner's own.
      'labs/*/starter.ts',
      'labs/*/solutions/',
      'labs/workspace/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  { files: ['**/*.js'], languageOptions: { globals: globals.node }, rules: { ...language, ...sizes } },
  {
    files: ['**/*.{ts,vue}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.vue.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
      },
    },
    rules: { ...language, ...sizes, ...typed },
  },
  {
    files: ['**/*.vue'],
    extends: [vue.configs['flat/recommended']],
    languageOptions: {
      parser: vueParser,
      parserOptions: { parser: tseslint.parser },
      globals: globals.browser,
    },
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-props-declaration': ['error', 'type-based'],
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/require-default-prop': 'off',
    },
  },
  { files: VUE_AREAS, rules: unsafeRulesOff },
  { files: PROGRAMS, rules: { 'no-console': 'off' } },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Matchers such as expect.stringContaining() are of type any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  // A solution may be one function with others inside: that is how many people write a piece with a state.
  { files: ['labs/*/solution.ts'], rules: { 'max-lines-per-function': 'off' } },
  prettier,
);
