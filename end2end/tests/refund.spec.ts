import type { Page } from '@playwright/test';
import type { LicenseWindow } from '../fixtures/client';
import { named } from '../fixtures/demo';
import { signInToSupport } from '../fixtures/entering';
import { codeTo, mailTo } from '../fixtures/mail';
import { doneIn, issued, openOffice, payOffer } from '../fixtures/office';
import { leavesTheSame, withoutLooks } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

/** Asks for the money that was paid for a license, and gives the number of the case. */
async function askForRefund(page: Page, license: LicenseWindow): Promise<string> {
  await page.goto('/requests/new');
  await page.getByRole('link', { name: 'A refund' }).click();
  await page.getByRole('main').locator(`a[href$="${license.license_id}"]`).click();
  await expect(page.getByText(/^The code …\w{5} is cancelled for good\. .* loses its license at once\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Request refund' }).click();
  await expect(page.getByRole('alert')).toContainText('Describe what happened');
  await page.getByLabel('Why do you want the money back?').fill('It does not run on our old computers.');
  await page.getByRole('button', { name: 'Request refund' }).click();
  await expect(page.getByText('Your request for a refund was sent')).toBeVisible();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** Decides a refund whose case is open. */
async function decide(desk: Page, decision: 'Approve refund' | 'Deny refund', reason: string): Promise<void> {
  await desk.getByRole('radio', { name: decision }).check();
  await desk.getByLabel('Reason', { exact: true }).fill(reason);
  await desk.getByRole('button', { name: 'Decide refund' }).click();
}

test('a dear refund is granted by two leads and paid, and its holder follows it', async ({
  page,
  device,
  elsewhere,
  demo,
}, info) => {
  test.slow();
  const [old, fresh] = [device('Old laptop'), device('New laptop')];
  const rosa = await openOffice(page, [old, fresh]);
  await old.activate(issued('desktop=1')[0]);

  await test.step('more is bought than one lead alone gives back', async () => {
    await page.goto('/renew');
    await page.getByRole('listitem').getByRole('link', { name: /^Northwall/ }).first().click();
    await page.getByLabel('Computers').fill('11');
    await page.getByRole('button', { name: 'Show the price' }).click();
    await expect(page.getByText('More devices than now are no renewal')).toBeVisible();
    await payOffer(page);
  });

  const license = await fresh.activate(await codeTo(rosa.email, 'Your activation code'));
  const number = await askForRefund(page, license);
  const moments = page.getByRole('list').filter({ hasText: 'Requested' });
  await test.step('the holder sees whose turn it is', async () => {
    await expect(page.getByRole('heading', { name: 'Where the refund stands' })).toBeVisible();
    await expect(moments).toContainText('Support weighs it');
    await expect(page.getByRole('button', { name: 'It is solved' })).toHaveCount(0);
    await page.goto('/licenses');
    await expect(page.getByText('Refund requested')).toBeVisible();
  });

  await test.step('the yes of the first lead changes nothing yet', async () => {
    const desk = await elsewhere();
    await signInToSupport(desk, named(demo.staff, 'Lena'));
    await desk.goto(`/support/cases/${number}`);
    await expect(desk.getByText('Two leads decide this one')).toBeVisible();
    await desk.getByRole('button', { name: 'Decide refund' }).click();
    await expect(desk.getByRole('alert')).toBeVisible();
    await decide(desk, 'Approve refund', 'The computers are older than the product allows.');
    await expect(desk.getByText('The first of two leads has approved')).toBeVisible();
    await decide(desk, 'Approve refund', 'Once more.');
    await expect(desk.getByRole('alert')).toBeVisible();
    expect((await fresh.license())?.standing).toBe('active');
    await page.goto(`/requests/${number}`);
    await expect(moments).toContainText('Support weighs it');
  });

  await test.step('that of the second ends the license', async () => {
    const desk = await elsewhere();
    await signInToSupport(desk, named(demo.staff, 'Priya'));
    await desk.goto(`/support/cases/${number}`);
    await expect(desk.getByText('Lena Fischer approved it on')).toBeVisible();
    await decide(desk, 'Approve refund', 'The receipt is there, and it was bought today.');
    await expect(desk.getByText('The refund is decided')).toBeVisible();
    expect(await fresh.license()).toBeNull();
    await page.goto(`/requests/${number}`);
    await expect(moments).toContainText('The code is cancelled, and the store was told to pay.');
    await expect(page.getByText('The receipt is there, and it was bought today.')).toBeVisible();
    await expect(page.getByText('Priya')).toHaveCount(0);
    await desk.getByRole('button', { name: 'Note as paid' }).click();
    await expect(desk.getByText('The refund is paid')).toBeVisible();
    await mailTo(rosa.email, `Your refund was paid (${number})`);
    await page.reload();
    await expect(moments).toContainText('Paid by the store');
  });

  leavesTheSame('refund-granted', info.project.name, withoutLooks(await doneIn(page)));
});

test('a denied refund is answered once, and the second decision stays', async ({ page, device, elsewhere, demo }, info) => {
  test.slow();
  const reception = device('Reception');
  await openOffice(page, [reception]);
  const number = await askForRefund(page, await reception.activate(issued('desktop=1')[0]));

  const desk = await elsewhere();
  await test.step('an agent can not decide it', async () => {
    await signInToSupport(desk, named(demo.staff, 'Sam'));
    await desk.goto(`/support/cases/${number}`);
    await expect(desk.getByRole('button', { name: 'Decide refund' })).toBeDisabled();
    await expect(desk.getByText('A support lead decides refunds.').first()).toBeVisible();
  });

  const lead = await elsewhere();
  await test.step('a lead denies it, and the license runs on', async () => {
    await signInToSupport(lead, named(demo.staff, info.project.name === 'no-script' ? 'Priya' : 'Lena'));
    await lead.goto(`/support/cases/${number}`);
    await decide(lead, 'Deny refund', 'The time to give it back is over.');
    await expect(lead.getByText('The refund is decided')).toBeVisible();
    expect((await reception.license())?.standing).toBe('active');
  });

  await test.step('the holder answers the denial', async () => {
    await page.goto(`/requests/${number}`);
    await expect(page.getByText('You may answer once, and it is weighed again.')).toBeVisible();
    await page.getByLabel('Answer', { exact: true }).fill('It was bought yesterday.');
    await page.getByRole('button', { name: 'Answer denial' }).click();
    await expect(page.getByText('You answered a denial')).toBeVisible();
  });

  await test.step('it is weighed again, and that stays', async () => {
    await lead.goto(`/support/cases/${number}`);
    await expect(lead.getByText('The customer has answered a denial.')).toBeVisible();
    await decide(lead, 'Deny refund', 'The order is of last year.');
    await expect(lead.getByText('The refund is decided')).toBeVisible();
    await page.goto(`/requests/${number}`);
    await expect(page.getByRole('heading', { name: 'This is decided' })).toBeVisible();
    await expect(page.getByText('It was weighed twice; this decision stays.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Answer denial' })).toHaveCount(0);
  });

  leavesTheSame('refund-denied', info.project.name, withoutLooks(await doneIn(page)));
});
