import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig, devices } from '@playwright/test';

const port = Number(process.env.LATCHKEY_E2E_PORT ?? 3910);
const target = path.resolve(import.meta.dirname, '..', process.env.CARGO_TARGET_DIR ?? 'target');
const site = path.join(target, 'site');

// Workers read this file again: they inherit the environment of the first reader, who alone makes the fresh folder.
if (!process.env.LATCHKEY_E2E_MAIL) {
  const data = process.env.LATCHKEY_E2E_DATA ?? path.join(tmpdir(), `latchkey-e2e-${process.getuid?.()}-${port}`);
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o755 });
  process.env.LATCHKEY_E2E_DATA = data;
  process.env.LATCHKEY_E2E_MAIL = path.join(data, 'mail');
  // by a name: devices keep no passkeys for a number
  process.env.LATCHKEY_E2E_URL = `http://localhost:${port}`;
  process.env.LATCHKEY_E2E_OPS_URL = `http://127.0.0.1:${port + 1}`;
  process.env.LATCHKEY_E2E_BINARY ??= path.join(target, 'debug', 'latchkey');
  process.env.LATCHKEY_E2E_CLIENT_BINARY ??= path.join(target, 'debug', 'latchkey-client');
  // the server under test starts a database of its own
  delete process.env.DATABASE_URL;
}

const { LATCHKEY_E2E_DATA: data, LATCHKEY_E2E_MAIL: mail, LATCHKEY_E2E_BINARY: binary } = process.env;

const debian = '/usr/bin/chromium';
const chromium = {
  ...devices['Desktop Chrome'],
  launchOptions: {
    executablePath: existsSync(debian) ? debian : undefined,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
};

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    baseURL: process.env.LATCHKEY_E2E_URL,
    locale: 'en-US',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    // a trace costs a third of a test's time, and what CI keeps of a run is its text
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
  },
  // a journey runs in all; a tag @script or @no-script keeps it to one. In the third, script runs, but its program never
  // arrives.
  projects: [
    { name: 'script', grepInvert: /@no-script/, use: chromium },
    { name: 'no-script', grepInvert: /@script/, use: { ...chromium, javaScriptEnabled: false } },
    { name: 'no-wasm', grepInvert: /@script|@no-script/, use: chromium },
  ],

  webServer: {
    command:
      `exec "${binary}" serve --demo --listen 127.0.0.1:${port} --origin http://localhost:${port} --ops-listen 127.0.0.1:${port + 1}` +
      // each test comes from a network of its own, for there are limits on how often one may ask
      ` --trusted-proxy 127.0.0.1,::1` +
      ` --data "${data}" --mail "${mail}" --site "${site}"`,
    url: `${process.env.LATCHKEY_E2E_OPS_URL}/health/ready`,
    timeout: 120_000,
    reuseExistingServer: false,
    // its database has to be stopped with it
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    stdout: 'ignore',
    stderr: 'pipe',
  },
});
