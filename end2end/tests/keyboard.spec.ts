import type { Locator, Page } from '@playwright/test';
import { newcomer } from '../fixtures/entering';
import { linkTo } from '../fixtures/mail';
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

test('an account is opened, a device linked, its code shown, its seat released, by keyboard alone @script', async ({
  page,
  device,
}) => {
  test.slow();
  const rosa = newcomer();
  const reception = device('Reception');

  await test.step('open an account and sign in', async () => {
    await page.goto('/sign-up');
    await type(page, 'E-mail address', rosa.email);
    await type(page, 'Your name', rosa.name);
    await type(page, 'Office', rosa.office);
    await reach(page, page.getByLabel('Country'));
    await page.keyboard.type('India');
    await type(page, 'Password', rosa.password);
    await press(page, button(page, 'Open account'));
    await expect(page.getByRole('heading', { level: 1, name: 'Look into your mail' })).toBeVisible();
    await page.goto(await linkTo(rosa.email, 'Confirm your e-mail address'));
    await press(page, button(page, 'Confirm my address'));
    await expect(page.getByText('Your address is confirmed')).toBeVisible();
    await type(page, 'E-mail address', rosa.email);
    await type(page, 'Password', rosa.password);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  });

  await test.step('the skip link leads to the content', async () => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main')).toBeFocused();
  });

  await test.step('link a device', async () => {
    const { userCode, linked } = await reception.link();
    await page.goto('/link');
    await type(page, 'Code from the device', userCode);
    await page.keyboard.press('Enter');
    await press(page, button(page, 'Link this device'));
    await expect(page.getByText('The device is linked')).toBeVisible();
    await linked;
  });

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
