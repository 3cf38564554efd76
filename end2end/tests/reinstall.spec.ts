import { mailTo } from '../fixtures/mail';
import { doneIn, issued, openDevice, openOffice } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('a device whose system is installed anew takes its seat back with its ticket', async ({ page, device }, info) => {
  test.slow();
  const before = device('Reception');
  const rosa = await openOffice(page, [before]);
  const { license_key } = await before.activate(issued('desktop=1')[0]);
  const make = page.getByRole('button', { name: 'Make reinstall ticket' });
  const ticket = page.locator('#reinstall-ticket');

  await test.step('the way from the device leads to what to do before and after', async () => {
    await openDevice(page, 'Reception');
    await page.getByRole('link', { name: 'Reinstall the system' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Reinstall Reception' })).toBeVisible();
    await expect(page.getByText('The device is connected')).toBeVisible();
  });

  await test.step('a ticket that was taken back is worth nothing', async () => {
    await make.click();
    const first = await ticket.locator('.key').innerText();
    await page.getByRole('button', { name: 'Take the ticket back' }).click();
    await expect(page.getByText('The ticket is taken back')).toBeVisible();
    await expect(device('Stranger').reinstall(first)).rejects.toThrow('ended with');
  });

  const shown = await test.step('the ticket stands on the page to print, and is shown once', async () => {
    await make.click();
    await expect(ticket.getByText('the ticket is shown only once')).toBeVisible();
    const shown = await ticket.locator('.key').innerText();
    expect(shown).toMatch(/^[A-Z0-9]{5}(-[A-Z0-9]{5}){5}$/);
    await page.emulateMedia({ media: 'print' });
    await expect(ticket.locator('.key')).toBeVisible();
    await expect(ticket.getByRole('img', { name: /^The ticket/ })).toBeVisible();
    await expect(ticket.getByText(`latchkey-client reinstall ${shown} --server `)).toBeVisible();
    await page.emulateMedia({ media: 'screen' });
    await page.goto(new URL(page.url()).pathname);
    await expect(page.getByText(`${rosa.name} made a ticket that works until`)).toBeVisible();
    await expect(ticket).toHaveCount(0);
    return shown;
  });

  await test.step('after the reinstall the device has the same license, and the ticket is used up', async () => {
    const after = device('Reception');
    await after.reinstall(shown.toLowerCase());
    expect((await after.license())?.license_key).toBe(license_key);
    await expect(before.license()).rejects.toThrow('ended with');
    await expect(device('Stranger').reinstall(shown)).rejects.toThrow('ended with');
    await mailTo(rosa.email, 'Reception is back after a reinstall');
    await page.goto('/devices');
    await expect(page.getByRole('row', { name: /Reception/ })).toHaveCount(1);
    await expect(page.getByRole('row', { name: /Reception/ })).toContainText('Active');
  });

  leavesTheSame('reinstall', info.project.name, await doneIn(page));
});
