import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { Person } from '../fixtures/demo';
import { enter, newcomer, signIn, signUp } from '../fixtures/entering';
import { linkTo, mailTo } from '../fixtures/mail';
import { doneIn } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';
import { stepNow, totp } from '../fixtures/totp';

/** Signs in up to the second step, and takes that with a code. */
async function enterWithCode(page: Page, person: Person, code: string): Promise<void> {
  await page.goto('/sign-in');
  await enter(page, person);
  await expect(page.getByRole('heading', { level: 1, name: 'Enter the one-time code' })).toBeVisible();
  await page.getByLabel('One-time code').fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('name, time zone and password are changed, and every other browser is signed out', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const other = await elsewhere();
  await signIn(other, rosa);

  await test.step('the name', async () => {
    await page.goto('/settings');
    await page.getByLabel('Your name').fill('');
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(page.getByRole('alert')).toContainText('Enter your name.');
    await page.getByLabel('Your name').fill('Rosa Lind');
    await page.getByRole('button', { name: 'Save name' }).click();
    await expect(page.getByText('Your name is saved')).toBeVisible();
    await expect(page.getByRole('banner').first()).toContainText('Rosa Lind');
    await expect(page.getByRole('banner').first()).not.toContainText(rosa.name);
  });

  await test.step('the time zone, which the pages go by from then on', async () => {
    const moment = page.locator('[data-label="When"] time').first();
    await page.goto('/activity');
    await expect(moment).toHaveAttribute('title', / UTC$/);
    await page.goto('/settings');
    await page.getByLabel('Time zone', { exact: true }).selectOption({ label: 'Asia/Kolkata' });
    await page.getByRole('button', { name: 'Save time zone and language' }).click();
    await expect(page.getByText('Time zone and language are saved')).toBeVisible();
    await expect(page.getByLabel('Time zone', { exact: true })).toHaveValue('Asia/Kolkata');
    await page.goto('/activity');
    await expect(moment).toHaveAttribute('title', / IST$/);
  });

  await test.step('the password', async () => {
    await page.goto('/settings');
    await page.getByLabel('Password you have now').fill(rosa.password);
    await page.getByLabel('New password').fill('ledger copper lantern twelve');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Your password is changed')).toBeVisible();
    await mailTo(rosa.email, 'Your password was changed');
    await other.goto('/devices');
    await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await signIn(other, { ...rosa, password: 'ledger copper lantern twelve' });
    const third = await elsewhere();
    await third.goto('/sign-in');
    await enter(third, rosa);
    await expect(third.getByRole('alert')).toContainText('What you entered does not match.');
  });

  leavesTheSame('settings', info.project.name, await doneIn(page));
});

test('another browser is signed out by the list of those that are signed in', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const other = await elsewhere();
  await signIn(other, rosa);
  await page.goto('/settings');
  await page.getByRole('main').getByRole('link', { name: /^Sign out / }).click();
  await expect(page.getByText('Whoever sits there has to sign in again.')).toBeVisible();
  const password = page.getByRole('group', { name: 'Question' }).getByLabel('Your password', { exact: true });
  await password.fill('not the password');
  await page.getByRole('button', { name: 'Sign out this browser' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await password.fill(rosa.password);
  await page.getByRole('button', { name: 'Sign out this browser' }).click();
  await expect(page.getByText('The browser is signed out')).toBeVisible();
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible();
  await other.goto('/devices');
  await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  leavesTheSame('sessions', info.project.name, await doneIn(page));
});

test('every other browser is signed out at once', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const others = [await elsewhere(), await elsewhere()];
  for (const other of others) await signIn(other, rosa);
  await page.goto('/settings');
  await expect(page.getByRole('main').getByRole('link', { name: /^Sign out / })).toHaveCount(2);
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(page.getByText('You are signed out everywhere else')).toBeVisible();
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible();
  for (const other of others) {
    await other.goto('/devices');
    await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  }
  await page.goto('/devices');
  await expect(page.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible();
  leavesTheSame('everywhere-else', info.project.name, await doneIn(page));
});

test('a second step is switched on, asked for at sign-in, and switched off by a recovery code', async ({
  page,
  elsewhere,
}, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  await page.goto('/settings');
  const card = page.locator('#two-step');

  const { secret, step } = await test.step('the key is shown after the password', async () => {
    await card.getByLabel('Your password', { exact: true }).fill(rosa.password);
    await card.getByRole('button', { name: 'Set up the second step' }).click();
    await expect(card.getByText('It is shown only once.')).toBeVisible();
    const secret = (await card.locator('bdi').innerText()).replaceAll(' ', '');
    return { secret, step: stepNow() };
  });

  const spare = await test.step('it is switched on by a first code, which gives ten recovery codes', async () => {
    await card.getByLabel('The code your app shows').fill(totp(secret, step));
    await card.getByRole('button', { name: 'Switch on the second step' }).click();
    await expect(page.getByText('The second step is on')).toBeVisible();
    const codes = await page.locator('#spare-codes').getByRole('listitem').allInnerTexts();
    expect(new Set(codes).size).toBe(10);
    await mailTo(rosa.email, 'second step');
    await page.goto('/settings');
    await expect(card.getByText('10 of 10 recovery codes are left.')).toBeVisible();
    await expect(page.locator('#spare-codes')).toHaveCount(0);
    return codes;
  });

  const other = await elsewhere();
  await test.step('a code of the app signs in', async () => {
    await enterWithCode(other, rosa, '000000');
    await expect(other.getByRole('alert')).toBeVisible();
    await other.getByLabel('One-time code').fill(totp(secret, step + 1));
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(other.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  });

  await test.step('a recovery code signs in, once', async () => {
    const third = await elsewhere();
    await enterWithCode(third, rosa, spare[0]);
    await expect(third.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    await mailTo(rosa.email, 'A recovery code was used to sign in');
    const fourth = await elsewhere();
    await enterWithCode(fourth, rosa, spare[0]);
    await expect(fourth.getByRole('alert')).toBeVisible();
    await expect(fourth.getByRole('heading', { level: 1, name: 'Enter the one-time code' })).toBeVisible();
  });

  await test.step('it is switched off, and the password alone signs in', async () => {
    await page.goto('/settings');
    await expect(card.getByText('9 of 10 recovery codes are left.')).toBeVisible();
    await card.getByLabel('Your password', { exact: true }).fill(rosa.password);
    await card.getByLabel('One-time code').fill(spare[1]);
    await card.getByRole('button', { name: 'Switch off the second step' }).click();
    await expect(page.getByText('The second step is switched off')).toBeVisible();
    await signIn(await elsewhere(), rosa);
  });

  leavesTheSame('two-step', info.project.name, await doneIn(page));
});

test('the address to sign in with is changed, and the old and the new one are told', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const renewed = { ...rosa, email: `lind-${randomUUID()}@juniper-clinic.example` };

  await test.step('it is asked for with the password', async () => {
    await page.goto('/settings');
    const card = page.locator('#email-card');
    await card.getByLabel('New e-mail address').fill(renewed.email);
    await card.getByLabel('Your password', { exact: true }).fill('not the password');
    await card.getByRole('button', { name: 'Change e-mail address' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(card.getByLabel('New e-mail address')).toHaveValue(renewed.email);
    await card.getByLabel('Your password', { exact: true }).fill(rosa.password);
    await card.getByRole('button', { name: 'Change e-mail address' }).click();
    await expect(page.getByText('Look into your mail')).toBeVisible();
    await mailTo(rosa.email, 'Your e-mail address is to be changed');
  });

  await test.step('the new address confirms it', async () => {
    await page.goto(await linkTo(renewed.email, 'Confirm your new e-mail address'));
    await page.getByRole('button', { name: 'Use the new address' }).click();
    await expect(page.getByText('Your address is changed')).toBeVisible();
    await mailTo(rosa.email, 'Your e-mail address was changed');
    await mailTo(renewed.email, 'Your e-mail address was changed');
  });

  await test.step('the new address signs in, the old one no more', async () => {
    const other = await elsewhere();
    await signIn(other, renewed);
    const third = await elsewhere();
    await third.goto('/sign-in');
    await enter(third, rosa);
    await expect(third.getByRole('alert')).toContainText('What you entered does not match.');
    leavesTheSame('address', info.project.name, await doneIn(other));
  });
});

test('the old address stops a change before it counts, and takes it back afterwards', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const called = (name: string) => ({ ...rosa, email: `${name}-${randomUUID()}@juniper-clinic.example` });
  const [renewed, again] = [called('lind'), called('quist')];
  const ask = async (email: string) => {
    await page.goto('/settings');
    const card = page.locator('#email-card');
    await card.getByLabel('New e-mail address').fill(email);
    await card.getByLabel('Your password', { exact: true }).fill(rosa.password);
    await card.getByRole('button', { name: 'Change e-mail address' }).click();
    await expect(page.getByText('Look into your mail')).toBeVisible();
  };
  const other = await elsewhere();

  await test.step('it is stopped by the link in the mail, without signing in', async () => {
    await ask(renewed.email);
    await other.goto(await linkTo(rosa.email, 'Your e-mail address is to be changed', '/email/stop'));
    await expect(other.getByRole('heading', { level: 1, name: 'Stop the change' })).toBeVisible();
    await other.getByRole('button', { name: 'Stop the change' }).click();
    await expect(other.getByText('The change is stopped')).toBeVisible();
    await mailTo(rosa.email, 'The change of your e-mail address was stopped');
  });

  await test.step('the link to the new address is dead, and the old one stays', async () => {
    await other.goto(await linkTo(renewed.email, 'Confirm your new e-mail address'));
    await other.getByRole('button', { name: 'Use the new address' }).click();
    await expect(other.getByRole('alert')).toContainText('This link was used before');
    await page.goto('/settings');
    await expect(page.getByText(rosa.email)).toBeVisible();
  });

  await test.step('a change that counts already is taken back, and whoever made it is signed out', async () => {
    await ask(again.email);
    await other.goto(await linkTo(again.email, 'Confirm your new e-mail address'));
    await other.getByRole('button', { name: 'Use the new address' }).click();
    await expect(other.getByText('Your address is changed')).toBeVisible();
    await signIn(other, again);
    const third = await elsewhere();
    await third.goto(await linkTo(rosa.email, 'Your e-mail address was changed', '/email/stop'));
    await third.getByRole('button', { name: 'Stop the change' }).click();
    await expect(third.getByText('The change is taken back')).toBeVisible();
    for (const browser of [page, other]) {
      await browser.goto('/devices');
      await expect(browser.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    }
    await signIn(third, rosa);
    leavesTheSame('address-kept', info.project.name, await doneIn(third));
  });
});
