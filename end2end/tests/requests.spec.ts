import { named } from '../fixtures/demo';
import { newcomer, signInToSupport, signUp } from '../fixtures/entering';
import { mailTo } from '../fixtures/mail';
import { doneIn, reloadUntil } from '../fixtures/office';
import { leavesTheSame, withoutLooks } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

/** The smallest picture: one white pixel. */
const picture = {
  name: 'screen shot.png',
  mimeType: 'image/png',
  buffer: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=',
    'base64',
  ),
};

test('a case is sent once, however often the button is clicked @script', async ({ page }) => {
  await signUp(page, newcomer());
  await page.goto('/requests');
  await page.getByRole('link', { name: 'Ask support' }).first().click();
  await page.getByRole('link', { name: 'Using the application' }).click();
  await page.getByLabel('In one line').fill('The scan stops');
  await page.getByLabel('What happened?').fill('It stops at one half, every night.');
  await page.getByRole('button', { name: 'Send request' }).dblclick();
  await expect(page.getByText('Your case was sent')).toBeVisible();
  await page.goto('/requests');
  await expect(page.getByText('The scan stops')).toHaveCount(1);
});

test('a case with a file is opened, answered by support, and solved', async ({ page, elsewhere, demo, accessible }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  let number = '';

  await test.step('choose the topic, then write', async () => {
    await page.goto('/requests');
    await page.getByRole('link', { name: 'Ask support' }).first().click();
    await page.getByRole('link', { name: 'Using the application' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Using the application' })).toBeVisible();
    await page.getByLabel('In one line').fill('The scan stops');
    await page.getByLabel('Pictures or documents').setInputFiles({ ...picture, buffer: Buffer.from('<html>') });
    await page.getByRole('button', { name: 'Send request' }).click();
    await expect(page.getByRole('alert')).toContainText('Describe what happened');
    await expect(page.getByLabel('In one line')).toHaveValue('The scan stops');
    await page.getByLabel('What happened?').fill('It stops at one half, every night.');
    await page.getByLabel('Pictures or documents').setInputFiles({ ...picture, buffer: Buffer.from('<html>') });
    await page.getByRole('button', { name: 'Send request' }).click();
    await expect(page.getByRole('alert')).toContainText('Only pictures');
    await page.getByLabel('Pictures or documents').setInputFiles(picture);
    await page.getByRole('button', { name: 'Send request' }).click();
    await expect(page.getByText('Your case was sent')).toBeVisible();
    number = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await mailTo(rosa.email, `We have your case ${number}`);
    await accessible(page, 'a new case');
  });

  await test.step('the file comes back as a download', async () => {
    const link = page.getByRole('link', { name: 'Download screen shot.png' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('screen shot.png');
  });

  await test.step('support takes it and answers', async () => {
    const desk = await elsewhere();
    await signInToSupport(desk, named(demo.staff, info.project.name === 'script' ? 'Sam' : 'Lena'));
    await desk.goto(`/support/cases/${number}`);
    await expect(desk.getByText('It stops at one half')).toBeVisible();
    await desk.getByRole('button', { name: 'Take case' }).click();
    await expect(desk.getByText('The case is yours')).toBeVisible();
    await desk.getByLabel('Note for support').fill('Known in 7.2.1.');
    await desk.getByRole('button', { name: 'Keep note' }).click();
    await expect(desk.getByText('The note is kept')).toBeVisible();
    await desk.getByLabel('Answer to the customer').fill('Which version do you use?');
    await desk.getByLabel('Pictures or documents').setInputFiles({ ...picture, name: 'where it stands.png' });
    await desk.getByRole('button', { name: 'Send answer' }).click();
    await expect(desk.getByText('The answer was sent')).toBeVisible();
    await accessible(desk, 'a case at the desk');
  });

  await test.step('read the answer, answer, and call it solved', async () => {
    await mailTo(rosa.email, `Support answered your case ${number}`);
    await page.goto(`/requests/${number}`);
    await expect(page.getByText('Which version do you use?')).toBeVisible();
    await expect(page.getByText('Known in 7.2.1.')).toHaveCount(0);
    const [shown] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download where it stands.png' }).click(),
    ]);
    expect(shown.suggestedFilename()).toBe('where it stands.png');
    await page.getByLabel('Answer', { exact: true }).fill('It was 7.2.1. With 7.2.2 it runs.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.getByText('Your answer was sent')).toBeVisible();
    await page.getByRole('button', { name: 'It is solved' }).click();
    await expect(page.getByText('The case is solved')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Reopen case' })).toBeVisible();
    await page.goto('/requests');
    await expect(page.getByRole('row', { name: new RegExp(number) })).toContainText('Solved');
  });

  leavesTheSame('case', info.project.name, withoutLooks(await doneIn(page)));
});

test('a code bought in the store is asked for by the order', async ({ page, elsewhere, demo, accessible }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);

  await test.step('where was it bought?', async () => {
    await page.goto('/recover');
    await page.getByRole('link', { name: 'My code is not here' }).click();
    await page.getByRole('link', { name: /own online store/ }).click();
    await accessible(page, 'the store');
    await page.getByLabel('E-mail address of the order').fill('nobody@juniper-clinic.example');
    await page.getByRole('button', { name: 'Send order mail again' }).click();
    await expect(page.getByText('If we know an order of this address')).toBeVisible();
  });

  const number = await test.step('tell what is known about the order', async () => {
    await page.getByRole('link', { name: 'Tell what I know' }).click();
    await page.getByRole('button', { name: 'Send request' }).click();
    await expect(page.getByRole('alert')).toContainText('Enter the order number. It is in the mail about the order');
    await page.getByLabel('The code was deleted').check();
    await page.getByLabel('Order number').fill('NW-000000');
    await page.getByLabel('When was it bought?').fill('2026-01-05');
    await page.getByLabel('Who bought it?').fill(rosa.name);
    await page.getByLabel('E-mail address of the order').fill(rosa.email);
    await page.getByLabel('Proof of purchase and screenshot').setInputFiles(picture);
    await page.getByRole('button', { name: 'Send request' }).click();
    await expect(page.getByText('Your request was sent')).toBeVisible();
    await accessible(page, 'a request by the order');
    const number = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    // the records are compared in the background: before support asks, so that it stands in what is compared below
    await page.goto('/activity');
    await reloadUntil(page, page.getByRole('rowheader', { name: 'The request was compared with the records' }));
    return number;
  });

  await test.step('support asks for what is missing', async () => {
    const desk = await elsewhere();
    await signInToSupport(desk, named(demo.staff, info.project.name === 'script' ? 'Lena' : 'Sam'));
    await desk.goto(`/support/requests/${number}`);
    await expect(desk.getByText('names no license and no order of ours')).toBeVisible();
    await desk.getByLabel('What is missing').fill('The order number on your receipt: this one is not ours.');
    await desk.getByRole('button', { name: 'Ask for it' }).click();
    await expect(desk.getByText('The customer was asked')).toBeVisible();
    await accessible(desk, 'a request that waits');
  });

  await test.step('and is told', async () => {
    await mailTo(rosa.email, `Support needs more for request ${number}`);
    await page.goto(`/requests/${number}`);
    await expect(page.getByRole('heading', { name: 'What is missing' })).toBeVisible();
    await page.getByLabel('Answer', { exact: true }).fill('It was NW-111111.');
    await page.getByRole('button', { name: 'Send answer' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Support has what you told' })).toBeVisible();
    await expect(page.getByText('Somebody in support is comparing it')).toBeVisible();
  });

  leavesTheSame('order', info.project.name, withoutLooks(await doneIn(page)));
});
