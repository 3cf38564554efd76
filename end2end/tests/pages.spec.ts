import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { named } from '../fixtures/demo';
import { newcomer, signIn, signInToSupport, signUp } from '../fixtures/entering';
import { linkTo } from '../fixtures/mail';
import { ask, invented, issued } from '../fixtures/office';
import { INSIDE, NOWHERE, OUTSIDE, type Place, SUPPORT } from '../fixtures/places';
import { routeOf, routes } from '../fixtures/router';
import { statesOf } from '../fixtures/states';
import { expect, test } from '../fixtures/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });
// each looks for minutes
test.describe.configure({ mode: 'parallel' });

/** A refusal is an answer that the browser itself notes. */
const unexpected = (complaints: string[]) => complaints.filter((text) => !/status of (409|422)/.test(text));

type Accessible = (page: Page, where: string, rules?: string[]) => Promise<void>;

/**
 * The page as it stands fits, has one heading of its own, and axe finds nothing, wide and at 320 pixels; the other theme
 * changes nothing but the colours.
 */
async function lookAt(page: Page, name: string, accessible: Accessible): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await accessible(page, `${name}, ${colorScheme}, ${width}`, colorScheme === 'dark' ? ['color-contrast'] : undefined);
    }
  }
  // from right to left, still narrow: what stands where is another matter than what it is
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await accessible(page, `${name}, right to left`, ['color-contrast', 'target-size', 'scrollable-region-focusable']);
  await page.evaluate(() => document.documentElement.removeAttribute('dir'));
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(sideways, `${name} at 320`).toBe(0);
}

async function look(page: Page, places: Place[], accessible: Accessible): Promise<void> {
  for (const { name, route, open } of places) {
    await test.step(name, async () => {
      await page.setViewportSize({ width: 1280, height: 800 });
      await open(page);
      if (route) expect(routeOf(new URL(page.url()).pathname), name).toBe(route);
      await lookAt(page, name, accessible);
    });
  }
}

/** Pages that stand in no list, each with the test that looks at it. */
const ELSEWHERE: Record<string, string> = {
  '/support/second-factor': 'somebody who was asked to join support sets up the second factor',
  '/support/codes/:id': 'what support sees of one code, of a batch and of an import',
  '/support/batches/:id': 'what support sees of one code, of a batch and of an import',
  '/support/imports/:id': 'what support sees of one code, of a batch and of an import',
};

test('every page of the router is looked at @script', () => {
  const seen = [...OUTSIDE, ...INSIDE, ...SUPPORT].map(({ route }) => route).concat(Object.keys(ELSEWHERE));
  expect(routes().filter((route) => !seen.includes(route))).toEqual([]);
  expect(Object.keys(ELSEWHERE).filter((route) => !routes().includes(route))).toEqual([]);
});

test('pages for strangers @script', async ({ page, complaints, accessible }) => {
  test.setTimeout(480_000);
  await look(page, OUTSIDE, accessible);
  expect(unexpected(complaints)).toEqual([]);
  await look(page, [NOWHERE], accessible);
});

test('pages of an office @script', async ({ page, demo, complaints, accessible }) => {
  test.setTimeout(480_000);
  await signIn(page, named(demo.people, 'Anna'));
  await look(page, INSIDE, accessible);
  expect(unexpected(complaints)).toEqual([]);
});

test('what comes of a form on a page of an office @script', async ({ page, demo, device, complaints, accessible }) => {
  test.setTimeout(480_000);
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
  test.setTimeout(480_000);
  await look(page, await statesOf(page, device), accessible);
  expect(unexpected(complaints)).toEqual([]);
});

test('pages of support @script', async ({ page, demo, complaints, accessible }) => {
  test.setTimeout(480_000);
  await signInToSupport(page, named(demo.staff, 'Lena'));
  await look(page, SUPPORT, accessible);
  expect(complaints).toEqual([]);
});

test('what support sees of one code, of a batch and of an import @script', async ({ page, browser, demo, complaints, accessible }) => {
  test.setTimeout(480_000);
  await signUp(page, newcomer());
  const number = await ask(page, 'Which computers have my code?');
  const [code] = issued('desktop=1');
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const desk = await context.newPage();
  await signInToSupport(desk, named(demo.staff, 'Lena'));

  await test.step('a code whose record is open', async () => {
    await desk.goto('/support/look-up');
    await desk.getByLabel('What the customer tells').fill(code.slice(-5));
    await desk.getByRole('button', { name: 'Look up' }).click();
    await desk.getByRole('rowheader').getByRole('link').first().click();
    await desk.getByLabel('Number of the case or recovery').fill(number);
    await desk.getByLabel('Reason').fill('Whether the code was used');
    await desk.getByRole('button', { name: 'Open record' }).click();
    await expect(desk.getByRole('button', { name: 'Compare' })).toBeVisible();
    expect(routeOf(new URL(desk.url()).pathname)).toBe('/support/codes/:id');
    await lookAt(desk, 'the record of a code', accessible);
    await desk.setViewportSize({ width: 1280, height: 800 });
    await desk.getByRole('link', { name: 'Block code' }).click();
    await expect(desk.getByRole('heading', { name: /^Block .*\?$/ })).toBeVisible();
    await lookAt(desk, 'what blocking a code does', accessible);
  });

  await test.step('what came of a file of codes', async () => {
    await desk.goto('/support/imports/new');
    // the second has a last symbol that does not fit: its line is told, and nothing of it is shown
    const lines = ['code', invented(), 'AAAAA-AAAAA-AAAAA-AAAAB', ''].join('\n');
    const file = { name: 'codes.csv', mimeType: 'text/csv', buffer: Buffer.from(lines) };
    await desk.getByLabel('File').setInputFiles(file);
    await desk.getByLabel('Bundle').selectOption({ index: 1 });
    await desk.getByLabel('Seller').selectOption({ label: 'Northwall Store India' });
    await desk.getByLabel('Reason').fill('Cards that were printed elsewhere');
    await desk.getByRole('button', { name: 'Try file' }).click();
    await expect(desk.getByText('The last character does not fit the others')).toBeVisible();
    expect(routeOf(new URL(desk.url()).pathname)).toBe('/support/imports/:id');
    await lookAt(desk, 'an import', accessible);
  });

  await test.step('the batch that it becomes', async () => {
    await desk.setViewportSize({ width: 1280, height: 800 });
    await desk.getByRole('button', { name: /^Bring in/ }).first().click();
    await expect(desk.getByRole('progressbar').or(desk.getByText(/^All .* there/)).first()).toBeVisible();
    expect(routeOf(new URL(desk.url()).pathname)).toBe('/support/batches/:id');
    await lookAt(desk, 'a batch', accessible);
  });
  expect(unexpected(complaints)).toEqual([]);
  await context.close();
});

test('somebody who was asked to join support sets up the second factor @script', async ({ page, browser, demo, accessible }) => {
  await signInToSupport(page, named(demo.staff, 'Priya'));
  await page.goto('/support/team');
  const email = `wren-${randomUUID()}@northwall.example`;
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send invitation' }).click();
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const theirs = await context.newPage();
  await theirs.goto(await linkTo(email, 'support'));
  await lookAt(theirs, 'an invitation to support', accessible);
  await theirs.setViewportSize({ width: 1280, height: 800 });
  await theirs.getByLabel('Your name').fill('Wren Abara');
  await theirs.getByLabel('Password', { exact: true }).fill('walnut copper lagoon ninety');
  await theirs.getByRole('button', { name: 'Join support' }).click();
  await expect(theirs.getByRole('heading', { level: 1, name: 'Set up one-time codes' })).toBeVisible();
  expect(routeOf(new URL(theirs.url()).pathname)).toBe('/support/second-factor');
  await theirs.getByRole('button', { name: 'Show key' }).click();
  await expect(theirs.getByLabel('The code your app shows')).toBeVisible();
  await lookAt(theirs, 'the second factor', accessible);
  await context.close();
});
