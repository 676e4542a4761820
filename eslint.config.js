import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'

export default ts.config(
  { ignores: ['dist/', 'asm/build/', 'node_modules/', 'public/', 'test-results/', 'src/filter/grammar.js'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.worker, ...globals.node } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off', // noUncheckedIndexedAccess makes every proven index need one
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
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
    rules: { 'no-console': 'off' },
  },
)
