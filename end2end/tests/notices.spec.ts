import { linkTo, mailTo, subjectsTo } from '../fixtures/mail';
import { doneIn, issued, openOffice, previewCode } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('an office chooses when it is told of an end', async ({ page }, info) => {
  test.slow();
  await openOffice(page, []);
  await page.goto('/notices');
  const days = page.locator('#days-card');
  const stage = (name: string) => days.getByRole('checkbox', { name, exact: true });
  await expect(stage('30 days before')).toBeChecked();
  await expect(stage('On the day itself')).toBeChecked();
  await stage('30 days before').uncheck();
  await stage('3 days before').uncheck();
  await days.getByRole('button', { name: 'Save days' }).click();
  await expect(page.getByText('The days are saved')).toBeVisible();
  await page.reload();
  await expect(stage('30 days before')).not.toBeChecked();
  await expect(stage('14 days before')).toBeChecked();
  await expect(stage('3 days before')).not.toBeChecked();
  await expect(stage('On the day itself')).toBeChecked();
  leavesTheSame('stages', info.project.name, await doneIn(page));
});

test('the link in a mail stops its kind, and the notice still stands in the console', async ({
  page,
  device,
  elsewhere,
}, info) => {
  test.slow();
  const [reception, lab] = [device('Reception'), device('Laboratory')];
  const rosa = await openOffice(page, [reception, lab]);
  const [running, first, second] = issued('desktop=2', 'commercial', 3);
  await reception.activate(running);
  await lab.activate(running);
  const wait = async (code: string, name: RegExp) => {
    await previewCode(page, code, name);
    await page.getByRole('button', { name: 'Add as reserve' }).click();
    await expect(page.getByText('The code waits on this device')).toBeVisible();
  };
  const reserve = page.getByRole('checkbox', { name: 'Reserve codes' });

  await test.step('the link stops these mails without signing in', async () => {
    await wait(first, /^Reception/);
    const link = await linkTo(rosa.email, 'A reserve code waits on Reception', '/unsubscribe');
    await page.goto('/notices');
    await expect(reserve).toBeChecked();
    const stranger = await elsewhere();
    await stranger.goto(link);
    await expect(stranger.getByText(/^Mails about reserve codes stop\./)).toBeVisible();
    await page.reload();
    await expect(reserve).toBeChecked();
    await stranger.getByRole('button', { name: 'Stop these mails' }).click();
    await expect(stranger.getByText('These mails have stopped')).toBeVisible();
    await page.reload();
    await expect(reserve).not.toBeChecked();
  });

  await test.step('the next one stands in the console alone', async () => {
    await wait(second, /^Laboratory/);
    await page.goto('/notices');
    await expect(page.getByRole('link', { name: 'A reserve code waits on Laboratory' })).toBeVisible();
    // mails leave in the order in which they were written: one of another kind is the last
    await page.goto('/licenses');
    await page.getByRole('link', { name: /^Details/ }).click();
    await page.getByLabel('Your password').fill(rosa.password);
    await page.getByRole('button', { name: 'Show code' }).click();
    await mailTo(rosa.email, 'An activation code was shown');
    expect(subjectsTo(rosa.email)).toContain('A reserve code waits on Reception');
    expect(subjectsTo(rosa.email)).not.toContain('A reserve code waits on Laboratory');
  });

  await test.step('the mails are turned on again, and all is marked as read', async () => {
    await page.goto('/notices');
    await reserve.check();
    await page.getByRole('button', { name: 'Save choice' }).click();
    await expect(page.getByText('Your choice of mails is saved')).toBeVisible();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await expect(page.getByText('All notices are marked as read')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Mark all as read' })).toHaveCount(0);
    await page.reload();
    await expect(reserve).toBeChecked();
  });

  leavesTheSame('unsubscribed', info.project.name, await doneIn(page));
});
