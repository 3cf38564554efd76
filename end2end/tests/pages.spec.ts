import type { Page } from '@playwright/test';
import { named } from '../fixtures/demo';
import { signIn, signInToSupport } from '../fixtures/entering';
import { INSIDE, NOWHERE, OUTSIDE, type Place, SUPPORT } from '../fixtures/places';
import { expect, test } from '../fixtures/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** A refusal is an answer that the browser itself notes. */
const unexpected = (complaints: string[]) => complaints.filter((text) => !/status of (409|422)/.test(text));

type Accessible = (page: Page, where: string) => Promise<void>;

/** Every page fits, has one heading of its own, and axe finds nothing, in both themes, wide and narrow. */
async function look(page: Page, places: Place[], accessible: Accessible): Promise<void> {
  for (const { name, open } of places) {
    await test.step(name, async () => {
      await page.setViewportSize({ width: 1280, height: 800 });
      await open(page);
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 800 });
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await accessible(page, `${name}, ${colorScheme}, ${width}`);
        }
      }
      await page.setViewportSize({ width: 320, height: 800 });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect.soft(sideways, `${name} at 320`).toBe(0);
    });
  }
}

test('pages for strangers @script', async ({ page, complaints, accessible }) => {
  test.setTimeout(180_000);
  await look(page, OUTSIDE, accessible);
  expect(unexpected(complaints)).toEqual([]);
  await look(page, [NOWHERE], accessible);
});

test('pages of an office @script', async ({ page, demo, complaints, accessible }) => {
  test.setTimeout(240_000);
  await signIn(page, named(demo.people, 'Anna'));
  await look(page, INSIDE, accessible);
  expect(unexpected(complaints)).toEqual([]);
});

test('pages of support @script', async ({ page, demo, complaints, accessible }) => {
  test.setTimeout(180_000);
  await signInToSupport(page, named(demo.staff, 'Lena'));
  await look(page, SUPPORT, accessible);
  expect(complaints).toEqual([]);
});
