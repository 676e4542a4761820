// Tests in a browser, against the built site. `npm run e2e` builds nothing: run `npm run build` first, or `npm test`.
import { defineConfig } from '@playwright/test'
import { browserPath, launchArguments } from './pages/browser'
import { freePort } from './pages/free-port'

// Every process of the run reads this file: the first chooses, the others read its choice.
const PORT = (process.env.PORT ??= String(freePort()))
const executablePath = browserPath()

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // Where it decides whether work lands, a test has a second try; it is then listed as flaky, and has a race to be mended.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  // Long enough for a busy machine: only what hangs fails by them.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    launchOptions: { args: launchArguments, ...(executablePath && { executablePath }) },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    serviceWorkers: 'block', // each would fetch all of the site, for every test again
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: `npx vite preview --host 127.0.0.1 --port ${PORT} --strictPort`,
    cwd: '..',
    url: `http://127.0.0.1:${PORT}`,
  },
})
