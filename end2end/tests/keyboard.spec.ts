import type { Page } from '@playwright/test';
import { newcomer, signUp } from '../fixtures/entering';
import { issued } from '../fixtures/office';
import { expect, test } from '../fixtures/test';

/** Where the keyboard is. */
const focused = (page: Page) => page.locator(':focus');

/** Goes on by the Tab key until the focus is on what has this name, as somebody without a mouse does. */
async function tabTo(page: Page, role: string, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role as 'button', { name, exact: typeof name === 'string' }).first();
  await expect(wanted).toBeVisible();
  for (let stops = 0; stops < 120; stops += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to the ${role} ${String(name)}`);
}

async function press(page: Page, role: string, name: string | RegExp): Promise<void> {
  await tabTo(page, role, name);
  await page.keyboard.press('Enter');
}

async function type(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, 'textbox', name);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

test('an office is run by the keyboard alone', { tag: '@script' }, async ({ page, device }) => {
  test.slow();
  const rosa = newcomer();
  const [code] = issued('desktop=1');
  const reception = device('Reception');
  await signUp(page, rosa);
  await page.context().clearCookies();

  await test.step('sign in', async () => {
    await page.goto('/sign-in');
    await type(page, 'E-mail address', rosa.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(rosa.password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  });

  await test.step('link a device', async () => {
    const { userCode, linked } = await reception.link();
    await page.goto('/link');
    await type(page, 'Code from the device', userCode);
    await page.keyboard.press('Enter');
    await press(page, 'button', 'Link this device');
    await expect(page.getByText('The device is linked')).toBeVisible();
    await linked;
  });
  await reception.activate(code);

  await test.step('show its code', async () => {
    await page.goto('/licenses');
    await press(page, 'link', /^Details/);
    await expect(page.getByLabel('Your password')).toBeVisible();
    for (let stops = 0; stops < 120; stops += 1) {
      if (await page.getByLabel('Your password').evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    await page.keyboard.type(rosa.password);
    await page.keyboard.press('Enter');
    await expect(page.getByText(code)).toBeVisible();
  });

  await test.step('find the way to recover a code', async () => {
    await page.goto('/licenses');
    await press(page, 'link', 'Recover it');
    await press(page, 'link', /^Show code of /);
    await expect(page.getByRole('button', { name: 'Show code' })).toBeVisible();
  });

  await test.step('a question is closed by Esc, and the focus returns', async () => {
    await page.goto('/devices');
    await press(page, 'link', 'Reception');
    await expect(page.getByRole('heading', { level: 1, name: 'Reception' })).toBeVisible();
    await press(page, 'button', 'Disconnect device');
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(focused(page)).toHaveAccessibleName('Disconnect device');
  });

  await test.step('release the seat', async () => {
    await press(page, 'button', 'Release seat');
    await press(page, 'button', 'Release this seat');
    await expect(page.getByRole('button', { name: 'Release seat' })).toBeDisabled();
  });
});
