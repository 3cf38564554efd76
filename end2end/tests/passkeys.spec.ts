import { newcomer, signUp } from '../fixtures/entering';
import { mailTo } from '../fixtures/mail';
import { expect, test } from '../fixtures/test';

test('a passkey is added, signs in, and is removed', { tag: '@script' }, async ({ page, accessible, complaints }) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const device = await page.context().newCDPSession(page);
  await device.send('WebAuthn.enable');
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });

  await page.goto('/settings');
  await expect(page.getByText('You have no passkey yet.')).toBeVisible();
  await page.getByLabel('Name of the passkey').fill('Desk at the front');
  await page.locator('[name=passkey_password]').fill(rosa.password);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('The passkey is added')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Remove Desk at the front' })).toBeVisible();
  await mailTo(rosa.email, 'A passkey was added');
  await accessible(page, 'settings with a passkey');

  await page.context().clearCookies();
  await page.goto('/sign-in?next=/devices');
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeVisible();
  await accessible(page, 'sign-in with the passkey button');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible();

  await page.goto('/settings');
  await page.getByRole('link', { name: 'Remove Desk at the front' }).click();
  await page.locator('[name=removal_password]').fill(rosa.password);
  await page.getByRole('button', { name: 'Remove this passkey' }).click();
  await expect(page.getByText('The passkey is removed')).toBeVisible();
  expect(complaints).toEqual([]);
});

test('without script nothing asks for a passkey', { tag: '@no-script' }, async ({ page }) => {
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeHidden();
});
