import { expect, type Page } from '@playwright/test';
import { alive } from '../fixtures/alive';
import { holdClock } from '../fixtures/clock';
import { named } from '../fixtures/demo';
import { signIn } from '../fixtures/entering';
import { test } from '../fixtures/test';

/** Moves the page's clock on; the server's stays, so what it tells of the session's end is moved by as much. */
async function moveOn(page: Page, seconds: number): Promise<void> {
  await page.route('**/api/get_session_end', async (route) => {
    const answer = await route.fetch();
    const told = await answer.json();
    await route.fulfill({ response: answer, json: { ...told, seconds: Math.max(0, told.seconds - seconds) } });
  });
  await page.clock.fastForward(seconds * 1000);
}

test('the end of a session is warned of in time and put off by one key @script', async ({ page, demo, accessible }) => {
  await holdClock(page);
  await signIn(page, named(demo.people, 'Mia'));
  await page.goto('/settings');
  await alive(page);
  const name = page.getByLabel('Your name');
  await name.fill('Mia O.');
  const warning = page.getByRole('alertdialog', { name: 'You will be signed out soon' });
  await page.clock.fastForward(27 * 60 * 1000);
  await expect(warning).toBeHidden();
  await moveOn(page, 28 * 60 + 5);
  await expect(warning).toBeVisible();
  await accessible(page, 'the warning');
  const left = Number(/ends in (\d+) seconds/.exec(await warning.innerText())?.[1]);
  expect(left).toBeGreaterThanOrEqual(60);
  await expect(warning.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
  await page.unroute('**/api/get_session_end');
  await page.keyboard.press('Enter');
  await expect(warning).toBeHidden();
  await expect(name).toHaveValue('Mia O.');
});

test('a page whose session is over keeps what was typed, and it is sent after signing in elsewhere @script', async ({
  page,
  context,
  demo,
}) => {
  const mia = named(demo.people, 'Mia');
  await signIn(page, mia);
  await page.goto('/settings');
  await alive(page);
  const [name, save] = [page.getByLabel('Your name'), page.getByRole('button', { name: 'Save name' })];
  const before = await name.inputValue();
  await name.fill('Mia Kept');
  await context.clearCookies();
  await save.click();
  const again = page.getByRole('link', { name: 'Sign in again in a new tab' });
  await expect(again).toBeVisible();
  await expect(name).toHaveValue('Mia Kept');
  const [tab] = await Promise.all([context.waitForEvent('page'), again.click()]);
  await signIn(tab, mia);
  await tab.close();
  await page.bringToFront();
  await save.click();
  await expect(page.getByText('Your name is saved')).toBeVisible();
  await page.getByLabel('Your name').fill(before);
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByLabel('Your name')).toHaveValue(before);
});

test('a shown code hides itself, is warned of, and can be kept @script', async ({ page, demo }) => {
  await holdClock(page);
  const anna = named(demo.people, 'Anna');
  await signIn(page, anna);
  await page.goto('/licenses');
  await page.getByRole('link', { name: /Northwall/ }).first().click();
  await alive(page);
  await page.getByLabel('Your password').first().fill(anna.password);
  await page.getByRole('button', { name: 'Show code' }).click();
  const hide = page.getByRole('button', { name: 'Hide code' });
  await expect(hide).toBeVisible();
  await page.clock.fastForward(46_000);
  await expect(page.getByText('The code is hidden in 15 seconds.')).toBeVisible();
  await page.getByRole('button', { name: 'Keep it visible' }).click();
  await page.clock.fastForward(30_000);
  await expect(hide).toBeVisible();
  await page.clock.fastForward(16_000);
  await expect(page.getByText('The code is hidden in 15 seconds.')).toBeVisible();
  await page.clock.fastForward(16_000);
  await expect(hide).toHaveCount(0);
});
