import { codeTo } from '../fixtures/mail';
import { doneIn, issued, openDevice, openOffice, payOffer, previewCode } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('a license is renewed at the store, and the code from the mail waits', async ({ page, device }, info) => {
  test.slow();
  const reception = device('Reception');
  const rosa = await openOffice(page, [reception]);
  await reception.activate(issued('desktop=1')[0]);

  await test.step('the offer is reckoned before it is taken', async () => {
    await page.goto('/renew');
    await page.getByRole('listitem').getByRole('link', { name: /^Northwall/ }).first().click();
    await page.getByRole('button', { name: 'Show the price' }).click();
    await expect(page.getByText('Discount for renewing')).toBeVisible();
    await expect(page.getByText('Nothing of the running term is lost')).toBeVisible();
  });

  await test.step('it is paid at the stand-in store', () => payOffer(page));

  await test.step('the code from the mail waits behind the running license', async () => {
    await previewCode(page, await codeTo(rosa.email, 'Your activation code'), /^Reception/);
    await page.getByRole('button', { name: 'Add as reserve' }).click();
    await expect(page.getByText('The code waits on this device')).toBeVisible();
  });
  leavesTheSame('renewal', info.project.name, await doneIn(page));
});

test('a leaked code is replaced and the devices that are known keep working', async ({ page, device }, info) => {
  test.slow();
  const [known, other] = [device('Known laptop'), device('Other laptop')];
  const rosa = await openOffice(page, [known, other]);
  const [code] = issued('desktop=2');
  await known.activate(code);
  await page.goto('/licenses');
  await page.getByRole('link', { name: /^Details/ }).click();
  await page.getByRole('link', { name: 'replace it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Replace a leaked code' })).toBeVisible();
  await page.getByRole('checkbox', { name: /Known laptop/ }).check();
  await page.getByLabel('Your password').fill(rosa.password);
  await page.getByRole('button', { name: 'Replace the code' }).click();
  await expect(page.getByText('The code is replaced')).toBeVisible();
  await expect(other.activate(code)).rejects.toThrow();
  await openDevice(page, 'Known laptop');
  await expect(page.getByRole('button', { name: 'Release seat' })).toBeVisible();
  leavesTheSame('leaked', info.project.name, await doneIn(page));
});
