import { statSync } from 'node:fs';
import { alive } from '../fixtures/alive';
import { codesIn, found, watch } from '../fixtures/blind';
import { named } from '../fixtures/demo';
import { signInToSupport } from '../fixtures/entering';
import { invented, issued, openOffice } from '../fixtures/office';
import { expect, test } from '../fixtures/test';

test('a code is found however it is written, and nothing else is taken for one @script', async ({ demo }) => {
  const told = (text: string) => codesIn(Buffer.from(text));
  const known = demo.codes[0].code;
  const other = invented();
  for (const code of [known, other]) {
    const bare = code.replaceAll('-', '');
    for (const written of [code, bare, code.toLowerCase(), bare.toLowerCase(), code.replaceAll('-', '\u2013'), [...bare].join(' ')]) {
      expect(told(`<td>${written}</td>`), written).toBe(1);
      expect(told(`{"code":"${written}"}`), written).toBe(1);
    }
  }
  // of codes that nobody has told of: by their shape
  expect(told('AAAAA-AAAAA-AAAAA-AAAAB')).toBe(1);
  // twenty times the first symbol add up, whatever their weights
  expect(told(`x ${'A'.repeat(20)} y`)).toBe(1);
  expect(told(`A, A, A, A, A, ${'A '.repeat(15)}`)).toBe(1);
  for (const none of [
    `${'A'.repeat(19)}B`,
    `${'A'.repeat(21)}`,
    `•••••-•••••-•••••-${known.slice(-5)}`,
    '0198c0de-0000-7000-8000-00000000abcd',
    'S26-1234-5678 R26-1234-5678',
    'ABCDEFGHJKMNPQRSTUVWXYZ23456789',
  ]) {
    expect(told(`<td>${none}</td>`), none).toBe(0);
  }
});

test('what its holder reads and downloads would be found, had it been sent to support @script', async ({ page, device }) => {
  const reception = device('Reception');
  const rosa = await openOffice(page, [reception]);
  const code = issued('desktop=1')[0];
  await reception.activate(code);
  watch(page.context());
  await page.goto('/licenses');
  await page.getByRole('link', { name: /^Details/ }).click();
  await alive(page);
  await page.getByLabel('Your password').fill(rosa.password);
  expect((await found()).leaks, 'nothing is told before it is asked for').toEqual([]);
  await page.getByRole('button', { name: 'Show code' }).click();
  await expect(page.getByText(code)).toBeVisible();
  const shown = await found();
  expect(shown.leaks.join()).toMatch(/^POST .*\/api\/show_code: 1 of them$/);
  expect(shown.bytes).toBeGreaterThan(0);

  await page.evaluate((text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`number;code\n1;${text}\n`], { type: 'text/csv' }));
    link.download = 'codes.csv';
    document.body.append(link);
    link.click();
  }, code.replaceAll('-', ''));
  await expect.poll(async () => (await found()).leaks.join()).toMatch(/^download of blob:.*: 1 of them$/);
});

test('the files that leads take along are read to their last byte, and tell no code', async ({ elsewhere, demo }) => {
  const desk = await elsewhere();
  await signInToSupport(desk, named(demo.staff, 'Lena'));
  const take = async (address: string, name: RegExp) => {
    await desk.goto(address);
    await found();
    const [file] = await Promise.all([
      desk.waitForEvent('download'),
      desk.getByRole('link', { name }).first().click(),
    ]);
    const { leaks, bytes } = await found();
    expect(leaks, address).toEqual([]);
    expect(bytes, address).toBeGreaterThanOrEqual(statSync(await file.path()).size);
    expect(bytes, address).toBeGreaterThan(100);
  };
  await take('/support/audit', /^Download as CSV/);
  await take('/support/pictures', /^Download CSV/);
});
