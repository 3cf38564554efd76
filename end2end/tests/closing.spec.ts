import type { Page } from '@playwright/test';
import { newcomer, signIn, signUp } from '../fixtures/entering';
import { mailTo } from '../fixtures/mail';
import { asking, doneIn, handOverOffice, issued, joinedBy, openDevice, openOffice } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

/** Asks to close the account and enters a password. */
async function close(page: Page, password: string): Promise<void> {
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Close my account' }).click();
  await page.getByRole('group', { name: 'Question' }).getByLabel('Your password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Close this account' }).click();
}

test('an account is closed after the password, and signing in keeps it', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const other = await elsewhere();
  await signIn(other, rosa);
  const question = page.getByRole('heading', { name: 'Close your account?' });

  await test.step('it is asked for first, with what it means', async () => {
    await page.goto('/settings');
    await page.getByRole('link', { name: 'Close my account' }).click();
    await expect(question).toBeVisible();
    await expect(page.getByText('In 14 days your account is gone for good, unless you sign in before.')).toBeVisible();
    await page.getByRole('link', { name: 'Keep my account' }).click();
    await expect(question).toHaveCount(0);
  });

  await test.step('a wrong password closes nothing', async () => {
    await close(page, 'not the password');
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(question).toBeVisible();
    await other.goto('/devices');
    await expect(other.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible();
  });

  await test.step('every browser is signed out', async () => {
    await close(page, rosa.password);
    await expect(page.getByText('Your account ends in 14 days')).toBeVisible();
    await mailTo(rosa.email, 'Your account will be closed');
    for (const browser of [page, other]) {
      await browser.goto('/devices');
      await expect(browser.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    }
  });

  await test.step('signing in keeps it', async () => {
    await signIn(page, rosa);
    await mailTo(rosa.email, 'Your account stays');
  });

  leavesTheSame('closing', info.project.name, await doneIn(page));
});

test('what depends on an account is handed over before it is closed', async ({ page, device, elsewhere }, info) => {
  test.slow();
  const reception = device('Reception');
  const rosa = await openOffice(page, [reception]);
  await reception.activate(issued('desktop=1')[0]);
  const refused = page.getByRole('alert');

  await test.step('a paid license runs, and nobody else is there', async () => {
    await close(page, rosa.password);
    await expect(refused).toContainText('nobody else is there to take it over');
  });

  const colleague = await elsewhere();
  const ada = await joinedBy(page, rosa, colleague);

  await test.step('a colleague takes the license over', async () => {
    await close(page, rosa.password);
    await expect(refused).toContainText('Hand it over to a colleague first');
    await openDevice(page, 'Reception');
    await page.getByRole('link', { name: /Small Office Security/ }).first().click();
    await asking(page, 'Hand over').click();
    await page.getByRole('combobox', { name: 'New administrator' }).selectOption({ label: ada.name });
    await page.getByRole('button', { name: 'Hand over license' }).click();
    await expect(page.getByText(`${ada.name} administers this license now`)).toBeVisible();
  });

  await test.step('and the office', async () => {
    await close(page, rosa.password);
    await expect(refused).toContainText('Other people work in your office. Hand the office over to one of them first.');
    await handOverOffice(page, ada.name);
  });

  await test.step('then the account is closed, and the license runs on', async () => {
    await close(page, rosa.password);
    await expect(page.getByText('Your account ends in 14 days')).toBeVisible();
    expect((await reception.license())?.standing).toBe('active');
  });

  leavesTheSame('closing-depends', info.project.name, await doneIn(colleague));
});
