import { alive } from '../fixtures/alive';
import { named } from '../fixtures/demo';
import { signIn } from '../fixtures/entering';
import { expect, test } from '../fixtures/test';

test('what is pressed before the program has arrived is done once @script', async ({ page, demo, complaints }) => {
  const anna = named(demo.people, 'Anna');
  await signIn(page, anna);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route('**/*.wasm', async (route) => {
    await arrived;
    // the page that asked may have gone
    await route.continue().catch(() => {});
  });
  await page.goto('/help/free-a-seat', { waitUntil: 'commit' });
  await page.getByRole('radio', { name: 'Yes, it helped' }).check();
  await page.getByLabel('What should be better?').fill('Found it at once.');
  await page.getByRole('button', { name: 'Send feedback' }).click();
  const thanks = page.getByText('Thank you', { exact: true });
  await expect(thanks).toHaveCount(1);
  arrive();
  // the page that thanks comes alive as well, and says it once
  await expect(thanks).toHaveCount(1);
  expect(complaints).toEqual([]);
});

test('a page that says what was wrong with a form is loaded again without sending it again @script', async ({ page, demo }) => {
  await signIn(page, named(demo.people, 'Anna'));
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route('**/*.wasm', async (route) => {
    await arrived;
    await route.continue().catch(() => {});
  });
  await page.goto('/help/free-a-seat', { waitUntil: 'commit' });
  await page.getByRole('button', { name: 'Send feedback' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  arrive();
  await alive(page);
  await expect(page).toHaveURL(/\/help\/free-a-seat$/);
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.url());
  });
  await page.reload();
  await expect(page.getByRole('button', { name: 'Send feedback' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect(sent, 'what is sent again').toEqual([]);
});
