import { randomUUID } from 'node:crypto';
import { enter } from '../fixtures/entering';
import { linkTo, mailTo } from '../fixtures/mail';
import { answering, asking, doneIn, issued, openOffice } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('a colleague is invited, joins, looks after the office, may use a license, and leaves', async ({
  page,
  device,
  elsewhere,
}, info) => {
  test.slow();
  const reception = device('Reception');
  const rosa = await openOffice(page, [reception]);
  await reception.activate(issued('desktop=3')[0]);
  const ada = {
    name: 'Ada Quill',
    email: `ada-${randomUUID()}@juniper-clinic.example`,
    password: 'marble kettle orchard sixty',
  };
  const ben = `ben-${randomUUID()}@juniper-clinic.example`;
  const colleague = await elsewhere();
  const asked = page.getByRole('table', { name: 'Asked, and not joined yet' });
  const invites = `${rosa.name} invites you to ${rosa.office}`;

  await test.step('two are asked by the addresses that were pasted', async () => {
    await page.goto('/people');
    await page.getByLabel('E-mail addresses').fill(`${ada.name} <${ada.email}>, ben at juniper`);
    await page.getByRole('button', { name: 'Send invitations' }).click();
    await expect(page.getByRole('alert')).toContainText('ben at juniper');
    await expect(page.getByLabel('E-mail addresses')).toHaveValue(/ben at juniper$/);
    await page.getByLabel('E-mail addresses').fill(`${ada.name} <${ada.email}>, ${ben}`);
    await page.getByRole('button', { name: 'Send invitations' }).click();
    await expect(page.getByText('The invitations are on their way')).toBeVisible();
    await expect(asked.getByRole('row', { name: ada.email })).toContainText('Member');
    await expect(asked.getByRole('row', { name: ben })).toContainText(rosa.name);
  });

  await test.step('one invitation is taken back, and its link is dead', async () => {
    const link = await linkTo(ben, invites);
    await page.getByRole('button', { name: `Take back to ${ben}` }).click();
    await expect(page.getByText('The invitation is taken back')).toBeVisible();
    await expect(asked.getByRole('row', { name: ben })).toHaveCount(0);
    await colleague.goto(link);
    await expect(colleague.getByRole('heading', { level: 1, name: 'This invitation is over' })).toBeVisible();
  });

  await test.step('the other joins by the link in the mail', async () => {
    const link = await linkTo(ada.email, invites);
    await colleague.goto(link);
    await expect(colleague.getByRole('heading', { level: 1, name: `Join ${rosa.office}` })).toBeVisible();
    await expect(colleague.getByLabel('E-mail address')).toHaveValue(ada.email);
    await colleague.getByLabel('Your name').fill(ada.name);
    await colleague.getByLabel('Password', { exact: true }).fill('short');
    await colleague.getByRole('button', { name: 'Join the office' }).click();
    await expect(colleague.getByRole('alert')).toContainText('characters or more.');
    await expect(colleague.getByLabel('Your name')).toHaveValue(ada.name);
    await colleague.getByLabel('Password', { exact: true }).fill(ada.password);
    await colleague.getByRole('button', { name: 'Join the office' }).click();
    await expect(colleague.getByText('You are in')).toBeVisible();
    await enter(colleague, ada);
    await expect(colleague.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    await colleague.goto('/people');
    await expect(colleague.getByRole('row', { name: ada.name })).toContainText('Member');
    await expect(colleague.getByRole('button', { name: 'Send invitations' })).toHaveCount(0);
    await colleague.goto(link);
    await expect(colleague.getByRole('heading', { level: 1, name: 'This invitation is over' })).toBeVisible();
    await mailTo(rosa.email, `${ada.name} has joined your office`);
  });

  await test.step('the colleague gets another role', async () => {
    await page.goto('/people');
    await page.getByRole('rowheader').getByRole('link', { name: ada.name }).click();
    await page.getByRole('radio', { name: 'Manager' }).check();
    await page.getByRole('button', { name: 'Save role' }).click();
    await expect(page.getByText('The role is changed')).toBeVisible();
    await colleague.goto('/people');
    await expect(colleague.getByRole('button', { name: 'Send invitations' })).toBeVisible();
  });

  await test.step('the colleague may use a license, and then no more', async () => {
    await page.goto('/licenses');
    await page.getByRole('link', { name: /^Details/ }).click();
    const license = new URL(page.url()).pathname;
    await page.getByLabel('Colleague', { exact: true }).selectOption({ label: ada.name });
    await page.getByLabel('On how many of their devices').fill('2');
    await page.getByRole('button', { name: 'Let them use it' }).click();
    await expect(page.getByText('Your colleague may use this license')).toBeVisible();
    await expect(page.getByRole('row', { name: ada.name })).toContainText('0 of 2 in use');
    await colleague.goto(license);
    await expect(colleague.getByRole('button', { name: 'Show code' })).toBeDisabled();
    await page.getByRole('button', { name: `Take back from ${ada.name}` }).click();
    await expect(page.getByText('Your colleague may not use it any more')).toBeVisible();
    await expect(page.getByRole('row', { name: ada.name })).toHaveCount(0);
  });

  await test.step('the colleague is removed, and is signed out at once', async () => {
    await page.goto('/people');
    await page.getByRole('rowheader').getByRole('link', { name: ada.name }).click();
    await asking(page, 'Remove person').click();
    await answering(page, `Remove ${ada.name}?`, 'Remove person').click();
    await expect(page.getByText('The person is no longer in your office')).toBeVisible();
    await expect(page.getByRole('row', { name: ada.name })).toHaveCount(0);
    await colleague.goto('/people');
    await expect(colleague.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await enter(colleague, ada);
    await expect(colleague.getByRole('alert')).toContainText('What you entered does not match.');
  });

  leavesTheSame('people', info.project.name, await doneIn(page));
});
