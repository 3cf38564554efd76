import { randomInt } from 'node:crypto';
import { named } from '../fixtures/demo';
import { newcomer, signInToSupport, signUp } from '../fixtures/entering';
import { leavesTheSame } from '../fixtures/same';
import { expect, test } from '../fixtures/test';

test('a reader says what is missing in an article, and support marks it as handled', async ({
  page,
  elsewhere,
  demo,
}, info) => {
  test.slow();
  // as long as no license key is: those are taken out
  const sentence = `Asked by ${randomInt(1e9)}.`;
  await signUp(page, newcomer());

  await test.step('the reader answers, and is thanked', async () => {
    await page.goto('/help/free-a-seat');
    await page.getByRole('button', { name: 'Send feedback' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await page.getByRole('radio', { name: /^No, / }).check();
    await page.getByLabel('What should be better?').fill(`How long does it take? ${sentence}`);
    await page.getByRole('button', { name: 'Send feedback' }).click();
    await expect(page.getByText('Thank you')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Send feedback' })).toHaveCount(0);
  });

  await test.step('one who was helped need not say more', async () => {
    await page.goto('/help/free-a-seat');
    await page.getByRole('radio', { name: /^Yes, / }).check();
    await page.getByRole('button', { name: 'Send feedback' }).click();
    await expect(page.getByText('Thank you')).toBeVisible();
  });

  await test.step('support marks it as handled', async () => {
    const desk = await elsewhere();
    await signInToSupport(desk, named(demo.staff, info.project.name === 'no-script' ? 'Sam' : 'Priya'));
    await desk.goto('/support/feedback?article=free-a-seat');
    const said = desk.getByRole('listitem').filter({ hasText: sentence });
    await expect(said).toContainText('Did not help');
    await said.getByLabel('What was done about it').fill('The article names the hours now.');
    await said.getByRole('button', { name: 'Mark handled' }).click();
    await expect(desk.getByText('Marked as handled')).toBeVisible();
    await expect(said).toHaveCount(0);
    await desk.goto('/support/feedback?show=handled');
    await expect(said).toContainText('The article names the hours now.');
    const lines = (await said.innerText()).split('\n').filter((line) => line !== '');
    const varies = [sentence, /Handled by .* on/, /\d+ \w+ \d{4}/];
    const left = lines.map((line) => varies.reduce<string>((rest, part) => rest.replace(part, ''), line).trim());
    leavesTheSame('feedback', info.project.name, left);
  });
});
