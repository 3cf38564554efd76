import { unused } from '../fixtures/demo';
import { newcomer, signUp } from '../fixtures/entering';
import { confirmLink, linkDevice } from '../fixtures/linking';
import { doneIn } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

const LOOK_ALIKES: Record<string, string> = { A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', K: 'К', M: 'М', P: 'Р', T: 'Т', X: 'Х' };

test('what is no code of ours is told apart, and letters that only look Latin are put right', async ({ page, demo, device }, info) => {
  test.slow();
  await signUp(page, newcomer());
  await page.getByRole('link', { name: 'Add activation code' }).first().click();
  await expect(page.getByRole('heading', { name: 'Link a device first' })).toBeVisible();
  const { userCode, linked } = await device('Reception').link();

  await test.step('a code that no device shows, and the right one', async () => {
    await page.goto('/link');
    await page.getByLabel('Code from the device').fill('BBBB-BBBB');
    await page.getByRole('button', { name: 'Check the device' }).click();
    await expect(page.getByRole('alert')).toContainText('No device waits with this code.');
    await expect(page.getByLabel('Code from the device')).toHaveValue('BBBB-BBBB');
    await confirmLink(page, userCode);
    await linked;
  });

  const code = page.getByLabel('Activation code');
  const preview = page.getByRole('button', { name: 'Preview' });
  await page.goto('/licenses/add');
  await page.getByLabel('I accept the license agreement').check();

  await test.step('an unknown code', async () => {
    await code.fill('ABCDE-FGH23-JKMNP-QRSTV');
    await preview.click();
    await expect(page.getByRole('alert')).toContainText('We do not know this code.');
    await expect(code).toHaveValue('ABCDE-FGH23-JKMNP-QRSTV');
  });

  await test.step('a license key', async () => {
    await code.fill('0f8e4c1a-93b2-4d57-a6c0-7e51d2b9f384');
    await preview.click();
    await expect(page.getByRole('alert')).toContainText('This is a license key.');
  });

  await test.step('a code with a Cyrillic letter', async () => {
    // the first of the list is used up by the walk
    const [, ...codes] = unused(demo, info.project.name, 'desktop=5,file_server=1,mobile=5').slice(0, 3);
    const right = codes.find((text) => /[ABCEHKMPTX]/.test(text));
    const wrong = right?.replace(/[ABCEHKMPTX]/, (letter) => LOOK_ALIKES[letter]) ?? '';
    await code.fill(wrong);
    await preview.click();
    await expect(page.getByRole('alert')).toContainText('is Cyrillic. Type the code in Latin letters.');
    await page.getByRole('button', { name: 'Use Latin letters' }).click();
    await expect(page.getByRole('heading', { name: 'What will happen' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Activate now' })).toBeVisible();
  });

  leavesTheSame('codes', info.project.name, await doneIn(page));
});

test('a device that is not linked is told so', async ({ page, device }, info) => {
  await signUp(page, newcomer());
  const { userCode, linked } = await device('Stranger').link();
  await page.goto('/link');
  await page.getByLabel('Code from the device').fill(userCode);
  await page.getByRole('button', { name: 'Check the device' }).click();
  await page.getByRole('button', { name: 'Do not link' }).click();
  await expect(page.getByText('The device was not linked')).toBeVisible();
  // 5: the link was denied
  await expect(linked).rejects.toThrow('link ended with 5');
  leavesTheSame('not-linked', info.project.name, await doneIn(page));
});

test('copying a shown code puts it into the clipboard @script', async ({ page, context, demo, device }, info) => {
  test.slow();
  const rosa = newcomer();
  await signUp(page, rosa);
  const reception = device('Reception');
  await linkDevice(page, reception);
  const code = unused(demo, info.project.name, 'desktop=1')[1];
  await reception.activate(code);
  await page.goto('/licenses');
  await page.getByRole('link', { name: /^Details/ }).click();
  await page.getByLabel('Your password').fill(rosa.password);
  await page.getByRole('button', { name: 'Show code' }).click();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy activation code' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  await page.getByRole('button', { name: 'Hide code' }).click();
  await expect(page.getByText(code)).toHaveCount(0);
});
