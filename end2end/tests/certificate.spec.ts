import { inflateSync } from 'node:zlib';
import { expect } from '@playwright/test';
import { named } from '../fixtures/demo';
import { signIn } from '../fixtures/entering';
import { test } from '../fixtures/test';

/** The streams of a PDF that are deflated, as text. */
function streams(pdf: Buffer): string[] {
  const found: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    const end = pdf.indexOf('endstream', at);
    if (end < 0) break;
    try {
      found.push(inflateSync(pdf.subarray(at + 7, end)).toString('latin1'));
    } catch {
      // a font or a picture that is packed otherwise
    }
    at = end;
  }
  return found;
}

test('the certificate of a license is printed as one sheet of text, without the console around it', async ({
  page,
  demo,
}) => {
  await signIn(page, named(demo.people, 'Anna'));
  await page.goto('/licenses');
  await page.getByRole('link', { name: /Northwall/ }).first().click();
  await expect(page.getByRole('heading', { name: 'Activation code' })).toBeVisible();
  await page.goto(`${new URL(page.url()).pathname}/certificate`);
  const sheet = page.locator('.certificate');
  await expect(sheet.getByText('License key', { exact: true })).toBeVisible();
  const navigation = page.getByRole('navigation', { name: 'Places', exact: true });
  await expect(navigation).toBeVisible();

  await page.emulateMedia({ media: 'print' });
  await expect(navigation).toBeHidden();
  await expect(sheet).toBeVisible();
  await expect(sheet.getByText('Holder')).toBeVisible();
  const ink = await sheet.evaluate((element) => getComputedStyle(element).color);
  expect(ink).toBe('rgb(0, 0, 0)');
  const code = /[A-Z2-9]{5}(-[A-Z2-9]{5}){3}/;
  expect(await sheet.innerText()).not.toMatch(code);

  const pdf = await page.pdf({ format: 'A4' });
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  const drawn = streams(pdf).join('\n');
  expect(drawn, 'text, and not a picture of it').toMatch(/\bBT\b[\s\S]*\bT[jJ]\b[\s\S]*\bET\b/);
});
