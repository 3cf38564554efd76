import type { Page, Request, Route } from '@playwright/test';
import { alive } from '../fixtures/alive';
import { named } from '../fixtures/demo';
import { signIn, signInToSupport } from '../fixtures/entering';
import { INSIDE, OUTSIDE, type Place, SUPPORT } from '../fixtures/places';
import { expect, test } from '../fixtures/test';

/** Pages that are text alone: no program comes to them. */
const STILL = ['/api/docs', '/dev/mailbox', '/styleguide'];

/** The elements of the page and their words, without what the program may set: attributes that say how things are now. */
const shape = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const lines: string[] = [];
    const walk = (node: Node, depth: number): void => {
      for (const child of node.childNodes) {
        if (child instanceof HTMLScriptElement || child instanceof HTMLLinkElement) continue;
        if (child instanceof Element) {
          // the one thing that is told to those who have no script
          if (/needs script/.test(child.textContent) && child.localName === 'p') continue;
          lines.push(`${'  '.repeat(depth)}${child.localName}`);
          walk(child, depth + 1);
        } else if (child instanceof Text && child.data.trim() !== '') {
          lines.push(`${'  '.repeat(depth)}“${child.data.trim().replace(/\d+ (second|minute)s?/, 'moments')}”`);
        }
      }
    };
    walk(document.body, 0);
    // words that stand beside each other are one sentence, in however many pieces they came
    return lines.reduce<string[]>((all, line) => {
      const last = all.at(-1);
      if (line.trim().startsWith('“') && last?.trim().startsWith('“')) all[all.length - 1] = `${last.slice(0, -1)} ${line.trim().slice(1)}`;
      else all.push(line);
      return all;
    }, []);
  });

interface Moved extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
}

/** The page as the server wrote it stays as it is when its program arrives: nothing moves, nothing is said about it. */
async function comesAlive(page: Page, places: Place[]): Promise<void> {
  const said: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !/status of (409|422|404)/.test(message.text())) said.push(message.text());
  });
  page.on('pageerror', (error) => said.push(error.message));
  const underway = new Set<Request>();
  page.on('request', (request) => {
    // what the browser fetches for itself, like the icon, is not the page's, and its end is not always told
    if (request.resourceType() !== 'other') underway.add(request);
  });
  for (const ended of ['requestfinished', 'requestfailed'] as const) page.on(ended, (request) => underway.delete(request));
  await page.addInitScript(() => {
    const moved: number[] = [];
    Object.assign(globalThis, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Moved[]) if (!entry.hadRecentInput) moved.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: true });
  });
  for (const { name, open } of places) {
    await test.step(name, async () => {
      await open(page);
      const address = page.url();
      if (STILL.includes(new URL(address).pathname)) return;
      const held: Route[] = [];
      let arrive = false;
      await page.route('**/*.wasm', async (route) => {
        if (arrive) await route.continue();
        else held.push(route);
      });
      said.length = 0;
      underway.clear();
      await page.goto(address, { waitUntil: 'domcontentloaded' });
      await page.evaluate(() => document.fonts.ready.then(() => true));
      const before = await shape(page);
      arrive = true;
      await Promise.all(held.map((route) => route.continue()));
      await alive(page);
      await expect.poll(() => [...underway].map((request) => request.url())).toEqual([]);
      expect.soft(await shape(page), `${name}: the same page`).toEqual(before);
      expect.soft(said, `${name}: what the browser notes`).toEqual([]);
      const moved = await page.evaluate(() => (globalThis as unknown as { moved: number[] }).moved);
      expect.soft(moved, `${name}: what moves`).toEqual([]);
      await page.unroute('**/*.wasm');
    });
  }
}

test('pages for strangers come alive as they are @script', async ({ page }) => {
  test.setTimeout(240_000);
  await comesAlive(page, OUTSIDE);
});

test('pages of an office come alive as they are @script', async ({ page, demo }) => {
  test.setTimeout(300_000);
  await signIn(page, named(demo.people, 'Anna'));
  await comesAlive(page, INSIDE);
});

test('pages of support come alive as they are @script', async ({ page, demo }) => {
  test.setTimeout(300_000);
  await signInToSupport(page, named(demo.staff, 'Priya'));
  await comesAlive(page, SUPPORT);
});
