import { named } from '../fixtures/demo';
import { enter, newcomer, signInToSupport, signUp } from '../fixtures/entering';
import { linkDevice } from '../fixtures/linking';
import { linkTo, mailTo } from '../fixtures/mail';
import { doneIn, issued, reloadUntil } from '../fixtures/office';
import { leavesTheSame, withoutLooks } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('an office links a device, sees its license and gets a lost code back', async ({ page, elsewhere, demo, device }, info) => {
  test.slow();
  const project = info.project.name;
  const [first] = issued('desktop=5,file_server=1,mobile=5');
  const [second] = issued('desktop=1');
  const tail = first.slice(-5);
  const masked = page.getByText(`•••••-•••••-•••••-${tail}`);
  const places = page.getByRole('navigation', { name: 'Places', exact: true }).first();
  const rosa = newcomer();
  const reception = device('Reception');
  const laboratory = device('Laboratory');
  let number = '';

  await test.step('sign up, confirm, sign in', () => signUp(page, rosa));

  await test.step('link a device', async () => {
    const { userCode, verificationUri, linked } = await reception.link();
    // as from the QR code: the address alone links nothing
    await page.goto(verificationUri);
    await expect(page.getByLabel('Code from the device')).toHaveValue(userCode);
    await page.getByLabel('Code from the device').fill(userCode.toLowerCase());
    await page.getByRole('button', { name: 'Check the device' }).click();
    await expect(page.getByRole('heading', { name: 'Link “Reception”?' })).toBeVisible();
    await expect(page.getByRole('definition').getByText('Windows', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Link this device' }).click();
    await expect(page.getByText('The device is linked')).toBeVisible();
    await linked;
    await page.goto('/devices');
    await expect(page.getByRole('row', { name: /Reception/ })).toContainText('No license');
  });

  const license = await test.step('activate a code on the device', () => reception.activate(first));
  expect(license.code_tail).toBe(tail);

  await test.step('see the license', async () => {
    await places.getByRole('link', { name: 'Licenses' }).click();
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 2 }) });
    await expect(card).toHaveCount(1);
    await expect(card.getByText('Active', { exact: true })).toBeVisible();
    await expect(card.getByText(`${license.days_left} days left`)).toBeVisible();
    await card.getByRole('link', { name: /^Details/ }).click();
    await expect(page.getByText(license.license_key)).toBeVisible();
    await expect(page.getByRole('row', { name: /Reception/ })).toBeVisible();
    await expect(masked).toBeVisible();
    await expect(page.getByText(first)).toHaveCount(0);
  });

  await test.step('show its code once', async () => {
    await page.getByLabel('Your password').fill('not the password');
    await page.getByRole('button', { name: 'Show code' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByLabel('Your password').fill(rosa.password);
    await page.getByRole('button', { name: 'Show code' }).click();
    await expect(page.getByText(first)).toBeVisible();
    await expect(masked).toHaveCount(0);
    await page.reload();
    await expect(masked).toBeVisible();
    await expect(page.getByText(first)).toHaveCount(0);
    await mailTo(rosa.email, 'An activation code was shown');
  });

  await test.step('add a code for a second device in the console', async () => {
    await linkDevice(page, laboratory);
    await page.goto('/devices');
    await page.getByRole('link', { name: 'Add code for Laboratory' }).click();
    await page.getByLabel('Activation code').fill(second.replaceAll('-', ' ').toLowerCase());
    await expect(page.getByLabel('For this device')).toHaveValue(/.+/);
    await page.getByLabel('I accept the license agreement').check();
    await page.getByRole('button', { name: 'Preview' }).click();
    await expect(page.getByRole('heading', { name: 'What will happen' })).toBeVisible();
    await expect(page.getByText('Laboratory takes its first seat')).toBeVisible();
    await page.getByRole('button', { name: 'Activate now' }).click();
    await expect(page.getByRole('row', { name: /Laboratory/ })).toBeVisible();
    await page.goto('/licenses');
    await expect(page.getByRole('link', { name: /^Details/ })).toHaveCount(2);
  });

  await test.step('ask support for the code of the first license', async () => {
    await page.getByRole('link', { name: 'Recover it' }).click();
    await expect(page.getByRole('link', { name: /^Show code of / })).toHaveCount(2);
    await page.getByRole('link', { name: 'My code is not here' }).click();
    await page.getByRole('link', { name: 'In a box, on a card, or somewhere else' }).click();
    const today = new Date().toISOString().slice(0, 10);
    await page.getByLabel('The code was lost').check();
    await page.getByLabel('License key').fill(license.license_key.slice(0, -1));
    await page.getByLabel('Where was it bought?').fill('Northwall Store India');
    await page.getByLabel('Who bought it?').fill(rosa.name);
    await page.getByLabel('When was it bought?').fill(today);
    await page.getByLabel('When was the code first used?').fill(`${today}, in the morning`);
    await page.getByLabel('What else should we know?').fill('The card fell behind the autoclave.');
    await page.getByRole('button', { name: 'Send request' }).click();
    await expect(page.getByRole('alert')).toContainText('You entered 31.');
    // nothing that was typed is lost
    await expect(page.getByLabel('The code was lost')).toBeChecked();
    await expect(page.getByLabel('When was it bought?')).toHaveValue(today);
    await expect(page.getByLabel('What else should we know?')).toHaveValue('The card fell behind the autoclave.');
    await page.getByLabel('License key').fill(license.license_key);
    await page.getByRole('button', { name: 'Send request' }).click();
    await expect(page.getByText('Your request was sent')).toBeVisible();
    const title = await page.getByRole('heading', { level: 1 }).textContent();
    number = title?.replace('Request ', '').trim() ?? '';
    expect(number).not.toBe('');
    await mailTo(rosa.email, `We have your request ${number}`);
    // the records are compared in the background: before support decides, so that it stands in what is compared below
    await page.goto('/activity');
    await reloadUntil(page, page.getByRole('rowheader', { name: 'The request was compared with the records' }));
  });

  await test.step('support compares and grants', async () => {
    const desk = await elsewhere();
    await signInToSupport(desk, named(demo.staff, project === 'script' ? 'Sam' : 'Lena'));
    await desk.getByRole('link', { name: number }).click();
    await expect(desk.getByRole('table', { name: 'Claimed and recorded' })).toBeVisible();
    await expect(desk.getByRole('row', { name: /^License key/ })).toContainText('Matches');
    await desk.getByRole('button', { name: 'Approve request' }).click();
    await expect(desk.getByRole('alert')).toBeVisible();
    await desk.getByLabel('Why you approve').fill('The key and the account match.');
    await desk.getByRole('button', { name: 'Approve request' }).click();
    await expect(desk.getByText('The code waits for the license administrator')).toBeVisible();
    await expect(desk.getByText(first)).toHaveCount(0);
    await desk.getByRole('button', { name: 'Sign out' }).click();
    await expect(desk.getByRole('heading', { level: 1, name: 'Sign in to support' })).toBeVisible();
  });

  await test.step('the link in the mail shows the code once, after signing in', async () => {
    const link = await linkTo(rosa.email, `Your activation code is ready (${number})`);
    const other = await elsewhere();
    await other.goto(link);
    await expect(other.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await enter(other, rosa);
    await other.getByRole('button', { name: 'Show my code' }).click();
    await expect(other.getByText(first)).toBeVisible();
    await page.goto(link);
    await page.getByRole('button', { name: 'Show my code' }).click();
    await expect(page.getByText('This link does not work any more')).toBeVisible();
    await expect(page.getByText(first)).toHaveCount(0);
  });

  await test.step('what was done is the same with script, without, and without its program', async () => {
    const done = await doneIn(page);
    expect(done.length).toBeGreaterThan(8);
    leavesTheSame('walk', project, withoutLooks(done));
  });

  await test.step('the holder sees the outcome and signs out', async () => {
    await places.getByRole('link', { name: 'Requests' }).click();
    await page.getByRole('link', { name: number }).click();
    await expect(page.getByText('Code shown to the license administrator')).toBeVisible();
    await expect(page.getByText('The key and the account match.')).toBeVisible();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await page.goto('/licenses');
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
  });
});
