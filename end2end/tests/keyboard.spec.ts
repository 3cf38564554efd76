import { randomUUID } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import { alive } from '../fixtures/alive';
import type { Device } from '../fixtures/client';
import { named, type Person } from '../fixtures/demo';
import { type Newcomer, newcomer, signInToSupport } from '../fixtures/entering';
import { codeTo, linkTo } from '../fixtures/mail';
import { issued } from '../fixtures/office';
import { expect, test } from '../fixtures/test';

/** Tabs on until the control has the focus; every stop on the way shows that it has it. */
async function reach(page: Page, control: Locator): Promise<void> {
  await expect(control).toBeVisible();
  for (let stops = 0; stops < 150; stops++) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      const stop = document.activeElement;
      // the parts of a date have the focus one after the other; the browser draws it inside the field
      if (!stop || stop === document.body || stop.matches('[type=date]')) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(stop);
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 ? null : stop.outerHTML.slice(0, 160);
    });
    expect(hidden, 'a stop that does not show its focus').toBeNull();
  }
  throw new Error(`Tab does not lead to ${control}`);
}

async function type(page: Page, label: string, text: string): Promise<void> {
  await reach(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.press('Control+A');
  await page.keyboard.type(text);
}

async function press(page: Page, control: Locator, key = 'Enter'): Promise<void> {
  await reach(page, control);
  await page.keyboard.press(key);
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name });

/** Opens an account, follows the link in the mail and signs in. */
async function openAccount(page: Page, owner: Newcomer): Promise<void> {
  await page.goto('/sign-up');
  await type(page, 'E-mail address', owner.email);
  await type(page, 'Your name', owner.name);
  await type(page, 'Office', owner.office);
  await reach(page, page.getByLabel('Country'));
  await page.keyboard.type('India');
  await type(page, 'Password', owner.password);
  await press(page, button(page, 'Open account'));
  await expect(heading(page, 'Look into your mail')).toBeVisible();
  await page.goto(await linkTo(owner.email, 'Confirm your e-mail address'));
  await press(page, button(page, 'Confirm my address'));
  await expect(page.getByText('Your address is confirmed')).toBeVisible();
  await enter(page, owner);
}

/** Fills in the sign-in form that is open. */
async function enter(page: Page, person: Person): Promise<void> {
  await type(page, 'E-mail address', person.email);
  await type(page, 'Password', person.password);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Overview')).toBeVisible();
}

async function link(page: Page, device: Device): Promise<void> {
  const { userCode, linked } = await device.link();
  await page.goto('/link');
  await type(page, 'Code from the device', userCode);
  await page.keyboard.press('Enter');
  await press(page, button(page, 'Link this device'));
  await expect(page.getByText('The device is linked')).toBeVisible();
  await linked;
}

/** Adds a code to the only device there is. */
async function addCode(page: Page, code: string, then: 'Activate now' | 'Add as reserve'): Promise<void> {
  await page.goto('/licenses');
  await press(page, page.getByRole('main').getByRole('link', { name: 'Add activation code' }).first());
  await reach(page, page.getByLabel('Activation code', { exact: true }));
  await page.keyboard.type(code.replaceAll('-', '').toLowerCase());
  await press(page, page.getByLabel('I accept the license agreement'), 'Space');
  await press(page, button(page, 'Preview'));
  await press(page, button(page, then));
}

/** Chooses in the Renewal & Upgrade Center, and pays at the stand-in store. */
async function renew(page: Page, computers: string): Promise<void> {
  await page.goto('/renew');
  await press(page, page.getByRole('listitem').getByRole('link', { name: /^Northwall/ }).first());
  await type(page, 'Computers', computers);
  await press(page, button(page, 'Show the price'));
  await press(page, page.getByRole('button', { name: /^Pay at/ }));
  await expect(heading(page, 'Checkout')).toBeVisible();
  await press(page, page.getByRole('button', { name: /^Pay / }));
  await expect(page.getByText('Paid. The code is on its way to you by mail')).toBeVisible();
}

test('an account is opened, a device linked, its code shown, its seat released, by keyboard alone @script', async ({
  page,
  device,
}) => {
  test.slow();
  const rosa = newcomer();
  const reception = device('Reception');

  await test.step('open an account and sign in', () => openAccount(page, rosa));

  await test.step('the skip link leads to the content', async () => {
    await page.goto('/');
    // in the moment in which the program takes over, a key may find neither the browser nor the program listening
    await alive(page);
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  });

  await test.step('link a device', () => link(page, reception));

  const code = issued('desktop=1')[0];
  const { license_key } = await reception.activate(code);

  await test.step('show the code', async () => {
    await page.goto('/licenses');
    await press(page, page.getByRole('link', { name: /^Details/ }));
    await type(page, 'Your password', rosa.password);
    await page.keyboard.press('Enter');
    await expect(page.getByText(code)).toBeVisible();
  });

  await test.step('ask for the code back', async () => {
    await page.goto('/recover?step=ask');
    await press(page, page.getByRole('radio').first(), 'Space');
    await type(page, 'License key', license_key);
    await type(page, 'Where was it bought?', 'Northwall Store India');
    await type(page, 'Who bought it?', rosa.name);
    await reach(page, page.getByLabel('When was it bought?'));
    const [year, month, day] = new Date().toISOString().slice(0, 10).split('-');
    await page.keyboard.type(`${month}${day}${year}`);
    await type(page, 'When was the code first used?', 'This morning, at about nine');
    await press(page, button(page, 'Send request'));
    await expect(page.getByText('Your request was sent')).toBeVisible();
  });

  await test.step('a question closes with Escape, and the focus comes back', async () => {
    await page.goto('/devices');
    await press(page, page.getByRole('rowheader').getByRole('link', { name: 'Reception' }));
    const ask = button(page, 'Disconnect device');
    await press(page, ask);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(ask).toBeFocused();
  });

  await test.step('release the seat', async () => {
    await press(page, button(page, 'Release seat'));
    await press(page, button(page, 'Release this seat'));
    await expect(page.getByText('The seat is released')).toBeVisible();
  });
});

test('a code is added, a license renewed and a colleague asked in, by keyboard alone @script', async ({
  page,
  device,
  elsewhere,
}) => {
  test.slow();
  const rosa = newcomer();
  const reception = device('Reception');
  const ada = { name: 'Ada Quill', email: `ada-${randomUUID()}@juniper-clinic.example`, password: 'marble kettle orchard sixty' };
  await openAccount(page, rosa);
  await link(page, reception);

  await test.step('add a code', async () => {
    await addCode(page, issued('desktop=1')[0], 'Activate now');
    await expect(button(page, 'Show code')).toBeVisible();
    expect((await reception.license())?.standing).toBe('active');
  });

  await test.step('renew, and add what was bought as the reserve', async () => {
    await renew(page, '1');
    await addCode(page, await codeTo(rosa.email, 'Your activation code'), 'Add as reserve');
    await expect(page.getByText('The code waits on this device')).toBeVisible();
  });

  await test.step('ask a colleague in', async () => {
    await page.goto('/people');
    await type(page, 'E-mail addresses', ada.email);
    await press(page, button(page, 'Send invitations'));
    await expect(page.getByText('The invitations are on their way')).toBeVisible();
  });

  await test.step('who joins and signs in', async () => {
    const colleague = await elsewhere();
    await colleague.goto(await linkTo(ada.email, `${rosa.name} invites you to ${rosa.office}`));
    await type(colleague, 'Your name', ada.name);
    await type(colleague, 'Password', ada.password);
    await press(colleague, button(colleague, 'Join the office'));
    await expect(colleague.getByText('You are in')).toBeVisible();
    await enter(colleague, ada);
  });

  await test.step('a role is given, and the person removed after a question', async () => {
    await page.goto('/people');
    await press(page, page.getByRole('rowheader').getByRole('link', { name: ada.name }));
    await expect(heading(page, ada.name)).toBeVisible();
    const ask = button(page, 'Remove person');
    await press(page, ask);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(ask).toBeFocused();
    await page.keyboard.press('Enter');
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Remove person' }));
    await expect(heading(page, 'People')).toBeVisible();
    await expect(page.getByRole('row', { name: ada.name })).toHaveCount(0);
  });
});

test('a dear refund is asked for, and granted by two leads, by keyboard alone @script', async ({
  page,
  device,
  elsewhere,
  demo,
}) => {
  test.slow();
  const rosa = newcomer();
  const [old, fresh] = [device('Old laptop'), device('New laptop')];
  await openAccount(page, rosa);
  await link(page, old);
  await link(page, fresh);
  await old.activate(issued('desktop=1')[0]);
  await renew(page, '11');
  const license = await fresh.activate(await codeTo(rosa.email, 'Your activation code'));

  const number = await test.step('it is asked for', async () => {
    await page.goto('/requests/new');
    await press(page, page.getByRole('link', { name: 'A refund' }));
    await press(page, page.getByRole('main').locator(`a[href$="${license.license_id}"]`));
    await type(page, 'Why do you want the money back?', 'It does not run on our old computers.');
    await press(page, button(page, 'Request refund'));
    await expect(page.getByText('Your request for a refund was sent')).toBeVisible();
    return new URL(page.url()).pathname.split('/').at(-1) ?? '';
  });

  /** A lead opens the case and approves. */
  const approve = async (lead: string, reason: string): Promise<Page> => {
    const desk = await elsewhere();
    await signInToSupport(desk, named(demo.staff, lead));
    await desk.goto(`/support/cases/${number}`);
    await press(desk, desk.getByRole('radio', { name: 'Approve refund' }), 'Space');
    await type(desk, 'Reason', reason);
    await press(desk, button(desk, 'Decide refund'));
    return desk;
  };

  await test.step('the first yes', async () => {
    const desk = await approve('Lena', 'The computers are older than the product allows.');
    await expect(desk.getByText('The first of two leads has approved')).toBeVisible();
    expect((await fresh.license())?.standing).toBe('active');
  });

  await test.step('the second yes, by another lead, who notes that it is paid', async () => {
    const desk = await approve('Priya', 'The receipt is there, and it was bought today.');
    await expect(desk.getByText('The refund is decided')).toBeVisible();
    expect(await fresh.license()).toBeNull();
    await press(desk, button(desk, 'Note as paid'));
    await expect(desk.getByText('The refund is paid')).toBeVisible();
  });
});
