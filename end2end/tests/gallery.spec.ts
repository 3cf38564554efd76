import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { named } from '../fixtures/demo';
import { signIn, signInToSupport } from '../fixtures/entering';
import { INSIDE, NOWHERE, OUTSIDE, type Place, SUPPORT } from '../fixtures/places';
import { statesOf } from '../fixtures/states';
import { test } from '../fixtures/test';

test.skip(!process.env.LATCHKEY_GALLERY, 'pictures are taken with LATCHKEY_GALLERY=1, into LATCHKEY_GALLERY_DIR');
test.use({ contextOptions: { reducedMotion: 'reduce' } });

const folder = process.env.LATCHKEY_GALLERY_DIR ?? path.join(tmpdir(), 'gallery');

/** What somebody sees who sees no colours (U18). */
async function shootInGrey(page: Page, file: string): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  await browser.send('Emulation.setEmulatedVisionDeficiency', { type: 'achromatopsia' });
  await page.screenshot({ path: path.join(folder, file), fullPage: true });
  await browser.detach();
}

async function shoot(page: Page, places: Place[], prefix = ''): Promise<void> {
  for (const { name, open } of places) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open(page);
    const shot = `${prefix}${name.replace(/[^a-z0-9]+/g, '-')}`;
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: path.join(folder, `${shot}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await shootInGrey(page, `${shot}-360-grey.png`);
  }
}

test('pictures for strangers @script', async ({ page }) => {
  test.setTimeout(180_000);
  await shoot(page, [...OUTSIDE, NOWHERE]);
});

test('pictures of an office @script', async ({ page, demo }) => {
  test.setTimeout(240_000);
  const anna = named(demo.people, 'Anna');
  await signIn(page, anna);
  await shoot(page, INSIDE);
  const shown: Place = {
    name: 'license with its code',
    open: async () => {
      await page.goto('/licenses');
      await page.getByRole('link', { name: /^Details/ }).first().click();
      await page.getByLabel('Your password').fill(anna.password);
      await page.getByRole('button', { name: 'Show code' }).click();
      await page.getByRole('button', { name: 'Hide code' }).waitFor();
    },
  };
  await shoot(page, [shown]);
});

test('pictures of what waits and what is refused', async ({ page, device }, info) => {
  test.setTimeout(300_000);
  await shoot(page, await statesOf(page, device), info.project.name === 'script' ? '' : 'plain-');
});

test('pictures of support @script', async ({ page, demo }) => {
  test.setTimeout(180_000);
  await signInToSupport(page, named(demo.staff, 'Lena'));
  await shoot(page, SUPPORT);
});
