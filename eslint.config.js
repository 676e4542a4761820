import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

/** What the type-checked rules of typescript-eslint would add and this code does on purpose. */
const deliberate = {
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }], // callbacks of Comlink answer later
  '@typescript-eslint/no-non-null-assertion': 'off', // noUncheckedIndexedAccess makes every proven index need one
  '@typescript-eslint/no-unsafe-enum-comparison': 'off', // table columns are u32: enums name their values
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  '@typescript-eslint/no-misused-spread': 'off', // text is spread by code points
  '@typescript-eslint/no-unnecessary-type-conversion': 'off', // Number(enum) where a comparison would mix types
  '@typescript-eslint/no-meaningless-void-operator': 'off',
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-unnecessary-condition': 'off', // bytes of a capture and messages of other windows are not what types say
  '@typescript-eslint/no-unused-vars': [
    'error',
    { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
  ],
}

export default ts.config(
  { ignores: ['.cache/', 'dist/', 'asm/build/', 'node_modules/', 'public/', 'test-results/', 'src/filter/grammar.js'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.worker, ...globals.node } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': deliberate['@typescript-eslint/no-unused-vars'],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts', 'e2e/**/*.ts', 'asm/**/*.test.ts', 'asm/layout.ts', 'asm/layout/*.ts', 'vite.config.ts'],
    ignores: ['src/**/*.svelte.ts'],
    extends: [...ts.configs.strictTypeCheckedOnly],
    languageOptions: {
      parserOptions: {
        project: ['src/tsconfig.page.json', 'src/tsconfig.worker.json', 'src/tsconfig.node.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: deliberate,
  },
  {
    // Tests take apart what JSON and pages answer, and matchers of vitest are of type any.
    files: ['**/*.test.ts', '**/*.spec.ts', 'e2e/**/*.ts', 'src/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    // Sets and maps here are replaced, never changed: $state.raw and $derived see that.
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
  },
  {
    // AssemblyScript: types such as usize and operators on them are the compiler's to check.
    files: ['asm/**/*.ts'],
    ignores: ['asm/**/*.test.ts'],
    rules: {
      'no-undef': 'off',
      'no-loss-of-precision': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      eqeqeq: 'off', // === and == are the same there
      'prefer-const': 'error',
    },
  },
  {
    files: ['e2e/**', '.ci/**', 'src/build/**', 'src/testing/**', 'src/engine/cli/**', 'src/names/build-tables.ts'],
    rules: { 'no-console': 'off', '@typescript-eslint/no-base-to-string': 'off' },
  },
)
