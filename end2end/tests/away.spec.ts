import { expect } from '@playwright/test';
import { alive } from '../fixtures/alive';
import { named } from '../fixtures/demo';
import { newcomer, signIn, signUp } from '../fixtures/entering';
import { mailTo } from '../fixtures/mail';
import { test } from '../fixtures/test';

test('a line says when Latchkey is away and when it is back, and nothing typed is lost @script', async ({
  page,
  context,
  demo,
}) => {
  await signIn(page, named(demo.people, 'Mia'));
  await page.goto('/settings');
  await alive(page);
  const name = page.getByLabel('Your name');
  await name.fill('Mia O.');
  await context.setOffline(true);
  const line = page.getByText("Latchkey can't be reached.");
  await expect(line).toBeVisible();
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(name).toHaveValue('Mia O.');
  await context.setOffline(false);
  await expect(page.getByText('Latchkey answers again.')).toBeVisible();
  await expect(line).toHaveCount(0);
  await expect(name).toHaveValue('Mia O.');
});

test('the key / leads to the search of a page, and is typed where something is typed @script', async ({
  page,
  demo,
}) => {
  await signIn(page, named(demo.people, 'Jonas'));
  await page.goto('/devices');
  const search = page.getByRole('searchbox');
  await expect(page.locator('.find-key')).toBeVisible();
  await page.keyboard.press('/');
  await expect(search).toBeFocused();
  await page.keyboard.type('a/b');
  await expect(search).toHaveValue('a/b');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No device fits')).toBeVisible();
});

test('the mails of a demo are read in the browser', async ({ page }) => {
  const rosa = newcomer();
  await signUp(page, rosa);
  await page.goto('/forgot');
  await page.getByLabel('E-mail').fill(rosa.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
  await mailTo(rosa.email, 'Set a new password');
  await page.goto('/dev/mailbox');
  await page.getByRole('link', { name: `Set a new password to ${rosa.email}` }).click();
  await page.getByRole('main').getByRole('link', { name: /\/reset\?/ }).click();
  await expect(page.getByRole('heading', { name: 'Set a new password' })).toBeVisible();
});
