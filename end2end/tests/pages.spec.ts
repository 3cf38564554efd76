import type { Page } from '@playwright/test';
import { named } from '../fixtures/demo';
import { signIn, signInToSupport } from '../fixtures/entering';
import { issued } from '../fixtures/office';
import { INSIDE, NOWHERE, OUTSIDE, type Place, SUPPORT } from '../fixtures/places';
import { statesOf } from '../fixtures/states';
import { expect, test } from '../fixtures/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** A refusal is an answer that the browser itself notes. */
const unexpected = (complaints: string[]) => complaints.filter((text) => !/status of (409|422)/.test(text));

type Accessible = (page: Page, where: string) => Promise<void>;

/** The page as it stands fits, has one heading of its own, and axe finds nothing, in both themes, wide and narrow. */
async function lookAt(page: Page, name: string, accessible: Accessible): Promise<void> {
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
}

async function look(page: Page, places: Place[], accessible: Accessible): Promise<void> {
  for (const { name, open } of places) {
    await test.step(name, async () => {
      await page.setViewportSize({ width: 1280, height: 800 });
      await open(page);
      await lookAt(page, name, accessible);
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

test('what comes of a form on a page of an office @script', async ({ page, demo, device, complaints, accessible }) => {
  test.setTimeout(180_000);
  const anna = named(demo.people, 'Anna');
  await signIn(page, anna);

  await test.step('a device that asks to be linked', async () => {
    const { userCode, linked } = await device('Waiting room').link();
    await page.goto('/link');
    await page.getByLabel('Code from the device').fill(userCode);
    await page.getByRole('button', { name: 'Check the device' }).click();
    await expect(page.getByRole('button', { name: 'Link this device' })).toBeVisible();
    await lookAt(page, 'the device that asks', accessible);
    await page.getByRole('button', { name: 'Do not link' }).click();
    await expect(linked).rejects.toThrow('link ended with 5');
  });

  await test.step('what a code would do', async () => {
    await page.goto('/licenses/add');
    await page.getByLabel('Activation code').fill(issued('desktop=1')[0]);
    const computer = await page.getByRole('option', { name: /^Front desk/ }).getAttribute('value');
    await page.getByLabel('For this device').selectOption(computer);
    await page.getByLabel('I accept the license agreement').check();
    await page.getByRole('button', { name: 'Preview' }).click();
    await expect(page.getByRole('heading', { name: 'What will happen' })).toBeVisible();
    await lookAt(page, 'the preview', accessible);
  });

  await test.step('a code that is shown', async () => {
    await page.goto('/licenses');
    await page.getByRole('link', { name: /^Details/ }).first().click();
    await page.getByLabel('Your password').fill(anna.password);
    await page.getByRole('button', { name: 'Show code' }).click();
    await expect(page.getByRole('button', { name: 'Copy activation code' })).toBeVisible();
    await lookAt(page, 'the shown code', accessible);
  });
  expect(complaints).toEqual([]);
});

test('what waits and what is refused on pages of an office @script', async ({ page, device, complaints, accessible }) => {
  test.setTimeout(300_000);
  await look(page, await statesOf(page, device), accessible);
  expect(unexpected(complaints)).toEqual([]);
});

test('pages of support @script', async ({ page, demo, complaints, accessible }) => {
  test.setTimeout(180_000);
  await signInToSupport(page, named(demo.staff, 'Lena'));
  await look(page, SUPPORT, accessible);
  expect(complaints).toEqual([]);
});
