import { doneIn, issued, openDevice, openOffice, reloadUntil } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('the seats of several devices are released after a preview, and given back', async ({ page, device }, info) => {
  test.slow();
  const [desk, lab, spare] = [device('Front desk'), device('Lab computer'), device('Spare laptop')];
  await openOffice(page, [desk, lab, spare]);
  const [code] = issued('desktop=2');
  await desk.activate(code);
  await lab.activate(code);
  await page.goto('/devices');
  const preview = page.getByRole('table', { name: 'What would happen on each device' });
  const release = page.getByRole('button', { name: 'Release seats of ticked devices' });
  const row = (name: RegExp) => page.getByRole('table', { name: 'Devices', exact: true }).getByRole('row', { name });

  await test.step('nothing is released without a tick', async () => {
    await release.click();
    await expect(page.getByRole('alert')).toBeVisible();
  });

  await test.step('the preview names what each device loses', async () => {
    for (const { name } of [desk, lab, spare]) await page.getByRole('checkbox', { name: `Tick ${name}` }).check();
    await release.click();
    await expect(page.getByRole('heading', { name: 'What will happen' })).toBeVisible();
    await expect(preview.getByRole('row', { name: /Front desk/ })).toContainText('is free at once.');
    await expect(preview.getByRole('row', { name: /Lab computer/ })).toContainText('No license');
    await expect(preview.getByRole('row', { name: /Spare laptop/ })).toContainText('It holds no seat.');
    await expect(row(/Lab computer/)).toContainText('Active');
  });

  await test.step('both seats are free', async () => {
    await page.getByRole('button', { name: 'Release 2 seats' }).click();
    await expect(page.getByText('The seats are free')).toBeVisible();
    await expect(page.getByText('You released 2 seats')).toBeVisible();
    await expect(row(/Front desk/)).toContainText('No license');
    await expect(row(/Lab computer/)).toContainText('No license');
  });

  await test.step('and given back', async () => {
    await page.getByRole('button', { name: 'Give them back' }).click();
    await expect(page.getByText('The seats are given back')).toBeVisible();
    await expect(page.getByText('You released 2 seats')).toHaveCount(0);
    await expect(row(/Front desk/)).toContainText('Active');
    await expect(row(/Lab computer/)).toContainText('Active');
  });

  leavesTheSame('releasing', info.project.name, await doneIn(page));
});

test('the seats of all devices are released from one page of several, and given back', async ({ page, device }, info) => {
  test.slow();
  const [desk, lab, spare] = [device('Front desk'), device('Lab computer'), device('Spare laptop')];
  await openOffice(page, [desk, lab, spare]);
  const [code] = issued('desktop=2');
  await desk.activate(code);
  await lab.activate(code);
  const row = (name: RegExp) => page.getByRole('table', { name: 'Devices', exact: true }).getByRole('row', { name });

  await test.step('a page that is not the first names all, not only those on it', async () => {
    await openDevice(page, 'Front desk');
    // a page begins behind the last device of the one before
    await page.goto(`/devices?after=${new URL(page.url()).pathname.split('/').at(-1)}`);
    await expect(row(/Lab computer/)).toBeVisible();
    await expect(row(/Front desk/)).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'First page' })).toBeVisible();
    await page.getByRole('button', { name: 'Release seats of all devices' }).click();
    await expect(page.getByRole('heading', { name: 'What will happen' })).toBeVisible();
    await expect(page.getByText('3 devices are among all devices.')).toBeVisible();
    const seats = page.getByRole('table', { name: 'What would happen to the seats' });
    await expect(seats).toContainText('The seats are free at once.');
    await expect(page.getByText('1 device holds no seat.')).toBeVisible();
  });

  await test.step('they are released one after the other', async () => {
    await page.getByRole('button', { name: 'Release 2 seats' }).click();
    await expect(page.getByText('The seats are being released', { exact: true })).toBeVisible();
    await reloadUntil(page, page.getByText('You released 2 seats'));
    await page.goto('/devices');
    await expect(row(/Front desk/)).toContainText('No license');
    await expect(row(/Lab computer/)).toContainText('No license');
  });

  await test.step('and given back', async () => {
    await page.getByRole('button', { name: 'Give them back' }).click();
    await expect(page.getByText('The seats are given back')).toBeVisible();
    await expect(row(/Front desk/)).toContainText('Active');
    await expect(row(/Lab computer/)).toContainText('Active');
  });

  leavesTheSame('releasing-all', info.project.name, await doneIn(page));
});

test('the office chooses after how many days an unused seat is freed', async ({ page, device }, info) => {
  test.slow();
  await openOffice(page, [device('Reception')]);
  await page.goto('/devices');
  const days = page.getByLabel('Free a seat after so many days unseen');
  const save = page.getByRole('button', { name: 'Save', exact: true });
  await expect(page.getByText('Seats stay with their devices')).toBeVisible();
  await days.fill('29');
  await save.click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(days).toHaveValue('29');
  await days.fill('45');
  await save.click();
  await expect(page.getByText('Your choice is saved')).toBeVisible();
  await expect(page.getByText('A seat is freed by itself when its device was not seen for 45 days.')).toBeVisible();
  await days.fill('');
  await save.click();
  await expect(page.getByText('Seats stay with their devices')).toBeVisible();
  leavesTheSame('freeing', info.project.name, await doneIn(page));
});
