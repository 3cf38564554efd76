import { readFileSync } from 'node:fs';
import { expect } from '@playwright/test';
import { newcomer, signUp } from '../fixtures/entering';
import { doneIn, reloadUntil } from '../fixtures/office';
import { leavesTheSame } from '../fixtures/same';
import { test } from '../fixtures/test';

test('everything is put together as files, left meanwhile, found again and downloaded', async ({ page, accessible }, info) => {
  const owner = newcomer();
  await signUp(page, owner);
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Take my data along' }).click();
  await page.getByRole('button', { name: 'Prepare my export' }).click();
  await expect(page.getByRole('heading', { name: /^Your export is/ })).toBeVisible();
  await page.goto('/devices');
  await page.goto('/settings/export');
  await reloadUntil(page, page.getByRole('heading', { name: 'Your export is ready' }));
  await accessible(page, 'an export that is ready');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Everything for programs (JSON)' }).click(),
  ]);
  const all = JSON.parse(readFileSync(await file.path(), 'utf8')) as Record<string, { email?: string }[]>;
  expect(all.people?.map((person) => person.email)).toEqual([owner.email]);
  for (const part of ['licenses', 'codes', 'grants', 'devices', 'requests', 'notices', 'activity']) {
    expect(Array.isArray(all[part]), part).toBe(true);
  }
  leavesTheSame('export', info.project.name, await doneIn(page));
});
