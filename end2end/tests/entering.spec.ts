import { enter, newcomer, signUp } from '../fixtures/entering';
import { linkTo, mailTo } from '../fixtures/mail';
import { doneIn } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('a forgotten password is replaced by the link in the mail', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const other = await elsewhere();
  await other.goto('/sign-in');
  await other.getByRole('link', { name: 'Forgot your password?' }).click();
  await other.getByLabel('E-mail address').fill(rosa.email);
  await other.getByRole('button', { name: 'Send the link' }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'Look into your mail' })).toBeVisible();
  const link = await linkTo(rosa.email, 'Set a new password');

  await other.goto(link);
  await other.getByLabel('New password').fill('juniper clinic');
  await other.getByRole('button', { name: 'Set password' }).click();
  // the hint stands there before the answer: only the error says that the form is back
  await expect(other.getByLabel('New password')).toHaveAccessibleDescription(/Error: This password/);
  const renewed = { ...rosa, password: 'velvet quarry trumpet eleven' };
  await other.getByLabel('New password').fill(renewed.password);
  await other.getByRole('button', { name: 'Set password' }).click();
  await expect(other.getByText('Your password was changed')).toBeVisible();
  await mailTo(rosa.email, 'Your password was changed');
  await enter(other, renewed);
  await expect(other.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();

  // the browser that was signed in before is not any more
  await page.goto('/devices');
  await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();

  await other.goto(link);
  await other.getByLabel('New password').fill('another quarry trumpet nine');
  await other.getByRole('button', { name: 'Set password' }).click();
  await expect(other.getByRole('alert')).toContainText('This link was used before');
  leavesTheSame('forgotten', info.project.name, await doneIn(other));
});

test('the token of a mailed link does not stay in the address @script', async ({ page }) => {
  await page.goto('/reset?token=none');
  await expect(page).toHaveURL(/\/reset$/);
});

test('a wrong password keeps the address that was typed', async ({ page }) => {
  const nobody = newcomer();
  await page.goto('/sign-in');
  await enter(page, nobody);
  await expect(page.getByRole('alert')).toContainText('What you entered does not match.');
  await expect(page.getByLabel('E-mail address')).toHaveValue(nobody.email);
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(page).toHaveTitle(/^Error: Sign in/);
});

test('signing up says what is wrong, on top and at the fields', async ({ page }) => {
  await page.goto('/sign-up');
  await page.getByLabel('E-mail address').fill('rosa at juniper');
  await page.getByLabel('Office').fill('Juniper Clinic');
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByRole('button', { name: 'Open account' }).click();
  const summary = page.getByRole('alert');
  for (const [label, sentence] of [
    ['E-mail address', 'This is not an e-mail address.'],
    ['Your name', 'Enter your name.'],
    ['Country', 'Choose the country of your office.'],
    ['Password', 'characters or more.'],
  ]) {
    await expect(summary.getByRole('link', { name: sentence })).toBeVisible();
    const field = page.getByLabel(label, { exact: true });
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(new RegExp(sentence.replaceAll('.', '\\.')));
  }
  await expect(page.getByLabel('E-mail address')).toHaveValue('rosa at juniper');
  await expect(page.getByLabel('Office')).toHaveValue('Juniper Clinic');
  await summary.getByRole('link', { name: 'Enter your name.' }).click();
  await expect(page.getByLabel('Your name')).toBeFocused();
});

test('an address in use gets the same page, and its owner a mail', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const other = await elsewhere();
  await other.goto('/sign-up');
  await other.getByLabel('E-mail address').fill(rosa.email.toUpperCase());
  await other.getByLabel('Your name').fill(rosa.name);
  await other.getByLabel('Office').fill(rosa.office);
  await other.getByLabel('Country').selectOption({ label: 'India' });
  await other.getByLabel('Password', { exact: true }).fill(rosa.password);
  await other.getByRole('button', { name: 'Open account' }).click();
  await expect(other.getByRole('heading', { level: 1, name: 'Look into your mail' })).toBeVisible();
  await mailTo(rosa.email, 'You already have a Latchkey account');
  leavesTheSame('in-use', info.project.name, await doneIn(page));
});
