import { mailTo } from '../fixtures/mail';
import { asking, doneIn, issued, openDevice, openOffice, previewCode } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('a second code waits as reserve, is replaced in two clicks, and can be removed', async ({ page, device }, info) => {
  test.slow();
  const lab = device('Lab computer');
  await openOffice(page, [lab]);
  const [running, second, third] = issued('desktop=1', 'commercial', 3);
  await lab.activate(running);

  await test.step('the preview names both dates and the rehearsal', async () => {
    await previewCode(page, second, /^Lab computer/);
    await expect(page.getByText(/Lab computer has a license until .* This code waits, takes over by itself then/)).toBeVisible();
    await expect(page.getByText('The switch was tried: it would succeed')).toBeVisible();
    await page.getByRole('button', { name: 'Add as reserve' }).click();
  });

  await test.step('it waits on the page of the device, green', async () => {
    await expect(page.getByRole('heading', { level: 1, name: 'Lab computer' })).toBeVisible();
    await expect(page.getByText('The code waits on this device')).toBeVisible();
    await expect(page.getByText(/^Tried on .*: will take over\.$/)).toBeVisible();
    await expect(page.locator('#reserve').getByText(`Code ending in ${second.slice(-5)}`)).toBeAttached();
    await expect(page.getByRole('button', { name: 'Activate now' })).toHaveCount(0);
  });

  await test.step('the license says so, without alarm', async () => {
    await page.goto('/licenses');
    await expect(page.getByText(/^Switches to the reserve on /)).toBeVisible();
    await page.getByRole('link', { name: /^Details/ }).click();
    await expect(page.getByRole('heading', { name: 'Reserve codes' })).toBeVisible();
    await expect(page.getByText(/^Tried on .*: will take over\.$/)).toBeVisible();
  });

  await test.step('another code takes its place in two clicks', async () => {
    await previewCode(page, third, /^Lab computer/);
    await expect(page.getByRole('alert')).toContainText(`A reserve code is already waiting (…${second.slice(-5)}).`);
    await expect(page.getByText('Rule R45 · E20')).toBeVisible();
    await page.getByRole('button', { name: `Replace the code …${second.slice(-5)}` }).click();
    await expect(page.getByText(`The code …${second.slice(-5)} no longer waits.`)).toBeVisible();
    await page.getByRole('button', { name: 'Add as reserve' }).click();
    await expect(page.locator('#reserve').getByText(`Code ending in ${third.slice(-5)}`)).toBeAttached();
    await page.goto('/licenses');
    await expect(page.getByText(`Code ending in ${second.slice(-5)}`)).toBeAttached();
  });

  await test.step('it is removed after a question', async () => {
    await openDevice(page, 'Lab computer');
    await asking(page, 'Remove reserve code').click();
    await expect(page.getByRole('heading', { name: 'Remove the reserve code?' })).toBeVisible();
    await page.getByRole('button', { name: 'Remove code' }).click();
    await expect(page.getByText('The reserve code was removed')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Reserve code' })).toHaveCount(0);
  });

  leavesTheSame('reserve', info.project.name, await doneIn(page));
});

test('releasing the seat names what the reserve does, and the reserve takes over', async ({ page, device }, info) => {
  test.slow();
  const lab = device('Lab computer');
  await openOffice(page, [lab]);
  const [running, second] = issued('desktop=1', 'commercial', 2);
  await lab.activate(running);
  await previewCode(page, second, /^Lab computer/);
  await page.getByRole('button', { name: 'Add as reserve' }).click();
  await asking(page, 'Release seat').click();
  await expect(page.getByText(/^The reserve code takes over on Lab computer at once and runs until /)).toBeVisible();
  await expect(page.getByText('The rest of the running term, 365 days, is given up.')).toBeVisible();
  await page.getByRole('button', { name: 'Release this seat' }).click();
  await expect(page.getByText('The seat is released')).toBeVisible();
  await expect(page.getByText(/The reserve code took over and runs until /)).toBeVisible();
  await expect(page.getByText('Everything works', { exact: true })).toBeVisible();
  leavesTheSame('taken-over', info.project.name, await doneIn(page));
});

test('a code goes to all devices at once, each with its own result', async ({ page, device }, info) => {
  test.slow();
  const lab = device('Lab computer');
  const desk = device('Front desk');
  const owner = await openOffice(page, [lab, desk]);
  const [running, both] = [...issued('desktop=1'), ...issued('desktop=2')];
  await lab.activate(running);
  await page.goto('/licenses/add');
  await expect(page.getByLabel('For this device')).toHaveValue('all');
  await page.getByLabel('Activation code').fill(both);
  await page.getByLabel('I accept the license agreement').check();
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('row', { name: /Lab computer/ })).toContainText('Will wait');
  await expect(page.getByRole('row', { name: /Front desk/ })).toContainText('Activates now');
  await page.getByRole('button', { name: 'Add to 2 devices' }).click();
  await expect(page.getByRole('heading', { name: 'What was done' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Lab computer/ })).toContainText('Waits');
  await expect(page.getByRole('row', { name: /Front desk/ })).toContainText('Active');
  await mailTo(owner.email, 'reserve');
  leavesTheSame('everywhere', info.project.name, await doneIn(page));
});

test('a renewal code without an earlier license runs for the shorter term after two clicks', async ({ page, device }, info) => {
  test.slow();
  await openOffice(page, [device('Lab computer')]);
  const [renewal] = issued('desktop=1', 'renewal');
  await previewCode(page, renewal, /^Lab computer/);
  await expect(page.getByRole('alert')).toContainText('no earlier license was found');
  await expect(page.getByLabel('Enter your previous code')).toBeVisible();
  await page.getByRole('button', { name: 'Accept the shorter term' }).click();
  await expect(page.getByText('This is the shorter term of a renewal without a previous code.')).toBeVisible();
  await page.getByRole('button', { name: 'Activate now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Northwall Small Office Security' })).toBeVisible();
  leavesTheSame('shorter-term', info.project.name, await doneIn(page));
});

test('a switch that failed says why, and is made by hand when the reason is gone', async ({ page, device }, info) => {
  test.slow();
  const [lab, desk] = [device('Lab computer'), device('Front desk')];
  await openOffice(page, [lab, desk]);
  const [running, waiting] = issued('desktop=1', 'commercial', 2);
  await lab.activate(running);
  await previewCode(page, waiting, /^Lab computer/);
  await page.getByRole('button', { name: 'Add as reserve' }).click();
  await expect(page.getByText('The code waits on this device')).toBeVisible();
  await desk.activate(waiting);

  await test.step('the only place is taken, so nothing takes over', async () => {
    await openDevice(page, 'Lab computer');
    await asking(page, 'Release seat').click();
    await page.getByRole('button', { name: 'Release this seat' }).click();
    await expect(page.getByText('The seat is released')).toBeVisible();
    await openDevice(page, 'Lab computer');
    await expect(page.getByText('Did not switch')).toBeVisible();
    await expect(page.getByText(/^It should have taken over on .* and could not\. The code is kept in your account\.$/)).toBeVisible();
    await expect(page.getByText('· E12')).toBeVisible();
  });

  await test.step('trying again is refused as long as the place is taken', async () => {
    await page.getByRole('button', { name: 'Activate now' }).click();
    await expect(page.getByRole('alert')).toContainText('in use');
  });

  await test.step('with the place free, one click does it', async () => {
    await openDevice(page, 'Front desk');
    await asking(page, 'Release seat').click();
    await page.getByRole('button', { name: 'Release this seat' }).click();
    await expect(page.getByText('The seat is released')).toBeVisible();
    await openDevice(page, 'Lab computer');
    await page.getByRole('button', { name: 'Activate now' }).click();
    await expect(page.getByText('Everything works', { exact: true })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Activate now' })).toHaveCount(0);
  });

  leavesTheSame('by-hand', info.project.name, await doneIn(page));
});
