import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import { enter } from '../fixtures/entering';
import { mailTo } from '../fixtures/mail';
import {
  answering,
  asking,
  doneIn,
  handOverOffice,
  issued,
  joinedBy,
  openDevice,
  openOffice,
  openPerson,
} from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

/** What only the owner does with somebody, and what only those above them do. */
async function mayNothing(page: Page): Promise<void> {
  for (const deed of ['Save role', 'Hand over the office', 'Remove person']) {
    await expect(asking(page, deed), deed).toHaveCount(0);
  }
}

test('an owner leaves the office only after handing it over', async ({ page, elsewhere }, info) => {
  test.slow();
  const rosa = await openOffice(page, []);
  const colleague = await elsewhere();
  const ada = await joinedBy(page, rosa, colleague);
  const remains = async (owner: Page, name: string) => {
    await openPerson(owner, name);
    const leave = owner.getByRole('button', { name: 'Leave the office', exact: true });
    await expect(leave).toBeDisabled();
    await expect(leave).toHaveAccessibleDescription(/^You own the office\. Hand it over to somebody else first/);
    await owner.goto(`${new URL(owner.url()).pathname}?ask=remove`);
    await expect(leave).toBeDisabled();
    await expect(owner.getByRole('heading', { name: 'Leave the office?' })).toHaveCount(0);
  };

  await test.step('the owner can not leave', () => remains(page, rosa.name));

  await test.step('a colleague becomes the owner, and who was it a manager', async () => {
    await handOverOffice(page, ada.name);
    await expect(page.getByRole('row', { name: ada.name })).toContainText('Owner');
    await expect(page.getByRole('row', { name: rosa.name })).toContainText('Manager');
    await mailTo(ada.email, `${rosa.office} is yours now`);
    await openPerson(page, ada.name);
    await mayNothing(page);
  });

  await test.step('now this one can not leave', () => remains(colleague, ada.name));

  await test.step('the other leaves, and is signed out at once', async () => {
    await openPerson(page, rosa.name);
    await asking(page, 'Leave the office').click();
    await answering(page, 'Leave the office?', 'Leave the office').click();
    await expect(page.getByRole('heading', { level: 1, name: 'Sign in' })).toBeVisible();
    await enter(page, rosa);
    await expect(page.getByRole('alert')).toContainText('What you entered does not match.');
    await mailTo(ada.email, `${rosa.name} has left your office`);
    await colleague.goto('/people');
    await expect(colleague.getByRole('row', { name: ada.name })).toBeVisible();
    await expect(colleague.getByRole('row', { name: rosa.name })).toHaveCount(0);
  });

  leavesTheSame('office', info.project.name, await doneIn(colleague));
});

test('a member has a say in nothing of the office, and a manager not in everything', async ({
  page,
  device,
  elsewhere,
}, info) => {
  test.slow();
  const reception = device('Reception');
  const rosa = await openOffice(page, [reception]);
  await reception.activate(issued('desktop=1')[0]);
  const colleague = await elsewhere();
  const ada = await joinedBy(page, rosa, colleague);
  await openPerson(page, rosa.name);
  const owner = new URL(page.url()).pathname;
  const ben = `ben-${randomUUID()}@juniper-clinic.example`;
  const days = colleague.getByLabel('Free a seat after so many days unseen');
  const make = async (role: 'Manager' | 'Member') => {
    await openPerson(page, ada.name);
    await page.getByRole('radio', { name: role }).check();
    await page.getByRole('button', { name: 'Save role' }).click();
    await expect(page.getByText('The role is changed')).toBeVisible();
  };

  await test.step('a member sees who is there, and no page of anybody else', async () => {
    await colleague.goto('/people');
    await expect(colleague.getByRole('row', { name: rosa.name })).toContainText('Owner');
    await expect(colleague.getByRole('rowheader').getByRole('link')).toHaveText([ada.name]);
    await colleague.goto(owner);
    await expect(colleague.getByText('There is nothing at this address in your office.')).toBeVisible();
  });

  await test.step('a member chooses nothing for the office', async () => {
    await colleague.goto('/devices');
    await expect(colleague.getByRole('heading', { name: 'Unused seats' })).toBeVisible();
    await expect(days).toHaveCount(0);
    await colleague.goto('/notices');
    await expect(colleague.getByRole('checkbox', { name: 'Reserve codes' })).toBeVisible();
    await expect(colleague.locator('#days-card')).toHaveCount(0);
  });

  await test.step('the seat of a colleague stays, and the page says whom to ask', async () => {
    await colleague.goto('/devices');
    await colleague.getByRole('checkbox', { name: 'Tick Reception' }).check();
    await colleague.getByRole('button', { name: 'Release seats of ticked devices' }).click();
    const preview = colleague.getByRole('table', { name: 'What would happen on each device' });
    await expect(preview.getByRole('row', { name: /Reception/ })).toContainText('Keeps its seat');
    await expect(preview).toContainText(`Only the license administrator can do this. Ask ${rosa.name}.`);
    await expect(colleague.getByRole('button', { name: /^Release \d/ })).toHaveCount(0);
    await openDevice(colleague, 'Reception');
    await colleague.getByRole('link', { name: /Small Office Security/ }).first().click();
    await expect(colleague.getByRole('button', { name: 'Show code' })).toBeDisabled();
    await expect(asking(colleague, 'Hand over')).toHaveCount(0);
    await expect(colleague.getByRole('button', { name: 'Let them use it' })).toHaveCount(0);
  });

  await test.step('a manager asks people to join, and makes no managers', async () => {
    await make('Manager');
    await colleague.goto('/people');
    await colleague.getByLabel('E-mail addresses').fill(ben);
    await colleague.getByRole('radio', { name: 'Manager' }).check();
    await colleague.getByRole('button', { name: 'Send invitations' }).click();
    await expect(colleague.getByRole('alert')).toBeVisible();
    await expect(colleague.getByLabel('E-mail addresses')).toHaveValue(ben);
    await colleague.getByRole('radio', { name: 'Member' }).check();
    await colleague.getByRole('button', { name: 'Send invitations' }).click();
    await expect(colleague.getByText('The invitations are on their way')).toBeVisible();
    await colleague.goto(owner);
    await expect(colleague.getByRole('heading', { level: 1, name: rosa.name })).toBeVisible();
    await mayNothing(colleague);
    await colleague.goto('/devices');
    await expect(days).toBeVisible();
  });

  await test.step('on a page that was open before, a member is refused', async () => {
    await days.fill('45');
    await make('Member');
    await colleague.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(colleague.getByRole('alert')).toContainText('Your role does not allow this.');
    await page.goto('/devices');
    await expect(page.getByText('Seats stay with their devices')).toBeVisible();
    await colleague.goto('/devices');
    await expect(colleague.getByText('Seats stay with their devices')).toBeVisible();
    await expect(days).toHaveCount(0);
  });

  leavesTheSame('roles', info.project.name, await doneIn(page));
});
