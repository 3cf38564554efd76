import { named } from '../fixtures/demo';
import { signIn } from '../fixtures/entering';
import { linkDevice } from '../fixtures/linking';
import { asking, doneIn, issued, openDevice, openOffice, previewCode } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('the place of another device is taken in two clicks when all are in use', async ({ page, device }, info) => {
  test.slow();
  const old = device('Old laptop');
  await openOffice(page, [old, device('New laptop')]);
  const [code] = issued('desktop=1');
  await old.activate(code);
  await previewCode(page, code, /^New laptop/);
  await expect(page.getByRole('alert')).toContainText('The only place for computers is in use: Old laptop.');
  await expect(page.getByText('Rule R56 · E12')).toBeVisible();
  await expect(page.getByText(/Buy more places: Northwall Store India\. Or find a partner: Bright Office Supplies\./)).toBeVisible();
  await page.getByRole('button', { name: 'Use the place of Old laptop' }).click();
  await expect(page.getByText(/^New laptop takes over the place of Old laptop\./)).toBeVisible();
  await expect(page.getByText('Old laptop loses its license.')).toBeVisible();
  await page.getByRole('button', { name: 'Activate now' }).click();
  await expect(page.getByRole('row', { name: /New laptop/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /Old laptop/ })).toHaveCount(0);
  leavesTheSame('place', info.project.name, await doneIn(page));
});

test('a seat is released after a preview, and the latest possible end is shown', async ({ page, device }, info) => {
  test.slow();
  const lab = device('Lab computer');
  await openOffice(page, [lab]);
  await lab.activate(issued('desktop=1')[0]);
  await openDevice(page, 'Lab computer');
  await page.getByRole('button', { name: 'Release seat' }).click();
  await expect(page.getByRole('heading', { name: 'Release the seat of Lab computer?' })).toBeVisible();
  await expect(page.getByText('Lab computer has no license then, and its protection ends.')).toBeVisible();
  await expect(page.getByText('0 of 1 in use')).toBeVisible();
  await expect(page.getByText(/it stops at the latest at .* UTC\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Release this seat' }).click();
  await expect(page.getByText('The seat is released')).toBeVisible();
  await expect(page.getByText(/stops at the latest at .* UTC\.$/).first()).toBeVisible();
  await expect(page.getByText(/^Asked on .* by Rosa Lindqvist$/)).toBeVisible();
  await expect(page.getByText(/^Not confirmed yet\./)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Release seat' })).toBeDisabled();
  await expect(page.getByText('This device holds no seat.')).toBeVisible();
  leavesTheSame('released', info.project.name, await doneIn(page));
});

test('a license is sent to a device, and the device is renamed', async ({ page, device }, info) => {
  test.slow();
  const old = device('Old laptop');
  await openOffice(page, [old, device('New laptop')]);
  await old.activate(issued('desktop=2')[0]);
  await openDevice(page, 'New laptop');
  await page.getByLabel('I accept the license agreement').check();
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByText(/^New laptop takes a seat of the license that runs until /)).toBeVisible();
  await page.getByRole('button', { name: 'Activate now' }).click();
  await expect(page.getByText('The license was sent')).toBeVisible();
  await expect(page.getByText('Use the license that was sent')).toBeVisible();

  await page.getByLabel('Name of the device').fill('');
  await page.getByRole('button', { name: 'Rename device' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter a name for the device.');
  await page.getByLabel('Name of the device').fill('Reception laptop');
  await page.getByRole('button', { name: 'Rename device' }).click();
  await expect(page.getByText('The device is called Reception laptop now')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Reception laptop' })).toBeVisible();
  leavesTheSame('sent', info.project.name, await doneIn(page));
});

test('a license that is full is sent by taking the place of another device', async ({ page, device }, info) => {
  test.slow();
  const old = device('Old laptop');
  await openOffice(page, [old, device('New laptop')]);
  await old.activate(issued('desktop=1')[0]);
  await openDevice(page, 'New laptop');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByText('Rule R19 · E33')).toBeVisible();
  await page.getByRole('button', { name: 'Accept the license agreement' }).click();
  await expect(page.getByText('Rule R56 · E12')).toBeVisible();
  await page.getByRole('button', { name: 'Use the place of Old laptop' }).click();
  await page.getByRole('button', { name: 'Activate now' }).click();
  await expect(page.getByText('The license was sent')).toBeVisible();
  leavesTheSame('sent-full', info.project.name, await doneIn(page));
});

test('a disconnected device leaves the list, and its license stays', async ({ page, device }, info) => {
  test.slow();
  const lab = device('Lab computer');
  await openOffice(page, [lab]);
  await lab.activate(issued('desktop=1')[0]);
  await openDevice(page, 'Lab computer');
  await asking(page, 'Disconnect device').click();
  await expect(page.getByRole('heading', { name: 'Stop managing Lab computer here?' })).toBeVisible();
  await page.getByRole('button', { name: 'Disconnect this device' }).click();
  await expect(page.getByText('Lab computer is no longer managed here')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Disconnect device' })).toBeDisabled();
  await page.goto('/devices');
  await expect(page.getByText('No device is linked yet')).toBeVisible();
  await page.goto('/licenses');
  await page.getByRole('link', { name: /^Details/ }).click();
  await expect(page.getByRole('row', { name: /Lab computer/ })).toBeVisible();
  leavesTheSame('disconnected', info.project.name, await doneIn(page));
});

test('who does not administer the license sees why the button is off', async ({ page, demo }) => {
  await signIn(page, named(demo.people, 'Mia'));
  await openDevice(page, 'Front desk');
  const release = page.getByRole('button', { name: 'Release seat' });
  await expect(release).toBeDisabled();
  await expect(release).toHaveAccessibleDescription('Only the license administrator can do this. Ask Anna Berg.');
});

test('a device of another office is not found', async ({ page, demo }) => {
  await signIn(page, named(demo.people, 'Mia'));
  const answer = await page.goto('/devices/00000000-0000-7000-8000-000000000000');
  expect(answer?.status()).toBe(404);
  await expect(page.getByText('There is nothing at this address in your office.')).toBeVisible();
});

test('a license is handed over to a colleague, who administers it from then on', async ({ page, elsewhere, demo, device }, info) => {
  test.slow();
  const lab = device(`Meeting room (${info.project.name}, ${info.retry})`);
  await signIn(page, named(demo.people, 'Anna'));
  await linkDevice(page, lab);
  const [code] = issued('desktop=1');
  await lab.activate(code);
  await openDevice(page, lab.name);
  await page.getByRole('link', { name: /Small Office Security/ }).first().click();
  await asking(page, 'Hand over').click();
  await expect(page.getByRole('heading', { name: 'Hand this license over?' })).toBeVisible();
  await page.getByRole('combobox', { name: 'New administrator' }).selectOption({ label: 'Mia Okafor' });
  await page.getByRole('button', { name: 'Hand over license' }).click();
  await expect(page.getByText('Mia Okafor administers this license now')).toBeVisible();
  const address = page.url().split('?')[0] ?? '';
  await expect(page.getByRole('button', { name: 'Show code' })).toBeDisabled();

  const other = await elsewhere();
  await signIn(other, named(demo.people, 'Mia'));
  await other.goto(address);
  await expect(other.getByText(/^Mia Okafor \(you\) sees the code of this license/)).toBeVisible();
  await other.goto(`${address}/history`);
  leavesTheSame('administrator', info.project.name, await other.locator('[data-label="What"]').allInnerTexts());
});
