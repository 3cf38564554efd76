// Opens the demo office in a browser of its own and lets Lighthouse look at four pages, five times each, throttled as on a
// phone. Prints the medians; ends with 1 when one is under its bar. Arguments: the server's address, an e-mail, a password.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import lighthouse from 'lighthouse';

const { chromium } = createRequire(new URL('../package.json', import.meta.url))('@playwright/test');
const [origin, email, password] = process.argv.slice(2);
const RUNS = Number(process.env.RUNS ?? 5);
const BARS = { performance: 95, accessibility: 100, 'best-practices': 100 };
const port = 9333;

const debian = '/usr/bin/chromium';
const browser = await chromium.launchPersistentContext('', {
  executablePath: existsSync(debian) ? debian : undefined,
  args: ['--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`],
});
const page = await browser.newPage();
await page.goto(`${origin}/sign-in`);
await page.getByLabel('E-mail address').fill(email);
await page.getByLabel('Password', { exact: true }).fill(password);
await page.getByRole('button', { name: 'Sign in', exact: true }).click();
await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
await page.goto(`${origin}/licenses`);
const details = await page.getByRole('link', { name: /^Details/ }).first().getAttribute('href');

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
let under = false;
for (const path of ['/', '/licenses', details, '/devices']) {
  const scores = { performance: [], accessibility: [], 'best-practices': [] };
  const times = { lcp: [], tbt: [], cls: [] };
  for (let run = 0; run < RUNS; run++) {
    const { lhr } = await lighthouse(`${origin}${path}`, {
      port,
      disableStorageReset: true,
      onlyCategories: Object.keys(scores),
      logLevel: 'silent',
    });
    for (const name of Object.keys(scores)) scores[name].push(Math.round(lhr.categories[name].score * 100));
    times.lcp.push(lhr.audits['largest-contentful-paint'].numericValue);
    times.tbt.push(lhr.audits['total-blocking-time'].numericValue);
    times.cls.push(lhr.audits['cumulative-layout-shift'].numericValue);
    if (run === 0) {
      for (const [name, bar] of Object.entries(BARS)) {
        if (lhr.categories[name].score * 100 >= bar) continue;
        const low = lhr.categories[name].auditRefs.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 0.9);
        for (const { id, title, displayValue } of low) console.log(`  ${name}: ${id}: ${title} ${displayValue ?? ''}`);
      }
    }
  }
  const told = Object.entries(scores).map(([name, values]) => {
    const value = median(values);
    under ||= value < BARS[name];
    return `${name} ${value}`;
  });
  console.log(`${path.startsWith('/licenses/') ? '/licenses/…' : path}: ${told.join(', ')}; largest paint ${Math.round(median(times.lcp))} ms, blocked ${Math.round(median(times.tbt))} ms, shift ${median(times.cls).toFixed(3)}`);
}
await browser.close();
process.exit(under ? 1 : 0);
