import type { Page } from '@playwright/test';
import { named } from '../fixtures/demo';
import { newcomer, signIn, signInToSupport, signUp } from '../fixtures/entering';
import { linkDevice } from '../fixtures/linking';
import { issued } from '../fixtures/office';
import { INSIDE, OUTSIDE, type Place, SUPPORT } from '../fixtures/places';
import { expect, test } from '../fixtures/test';

const license = 'Northwall Small Office Security';

test('what a screen reader is told of the main pages, in its order (U14, U18) @script', async ({ page, device }) => {
  test.slow();
  const rosa = newcomer();
  const reception = device('Reception');
  const code = issued('desktop=1')[0];
  const body = page.locator('body');

  await test.step('sign in', async () => {
    await page.goto('/sign-in');
    await expect(body).toMatchAriaSnapshot(`
      - status
      - link "Skip to content"
      - banner
      - main:
        - heading "Sign in" [level=1]
        - textbox "E-mail address"
        - textbox "Password"
        - button "Show password"
        - button "Sign in"
        - button "Sign in with a passkey"
        - paragraph:
          - link "Forgot your password?"
    `);
  });

  await test.step('an office that has just begun', async () => {
    await signUp(page, rosa);
    await expect(body).toMatchAriaSnapshot(`
      - status
      - link "Skip to content"
      - banner:
        - navigation "Places":
          - list:
            - listitem:
              - link "Overview"
            - listitem:
              - link "Devices"
            - listitem:
              - link "Licenses"
        - button "Sign out"
      - main:
        - heading "Overview" [level=1]
        - heading "Begin with a device" [level=2]
        - link "Link a device"
        - link "Add activation code"
    `);
  });

  await linkDevice(page, reception);
  await reception.activate(code);
  const main = page.getByRole('main');

  await test.step('overview', async () => {
    await page.goto('/');
    await expect(main).toMatchAriaSnapshot(`
      - heading "Overview" [level=1]
      - paragraph: /All is well\\. .* 36[45] days left/
      - heading "Seats at a glance" [level=2]
      - region "Seats of all licenses that run, by class":
        - table "Seats of all licenses that run, by class":
          - caption
          - rowgroup:
            - row:
              - columnheader "Class"
              - columnheader "In use"
              - columnheader "Free"
          - rowgroup:
            - row:
              - rowheader "Computers"
              - cell "1"
              - cell "0"
      - heading "Terms" [level=2]
      - img /${license}, code ending in [0-9A-Z]+.* Active, from .* to .*/
      - group: The same as a table
    `);
  });

  await test.step('devices', async () => {
    await page.goto('/devices');
    await expect(main).toMatchAriaSnapshot(`
      - heading "Devices" [level=1]
      - link "Link a device"
      - search:
        - searchbox
        - button "Find"
      - navigation "Which devices"
      - region "Devices":
        - table "Devices":
          - rowgroup:
            - row:
              - columnheader "Name"
              - columnheader "System"
              - columnheader "License"
          - rowgroup:
            - row:
              - cell:
                - checkbox "Tick Reception"
              - rowheader "Reception":
                - link "Reception"
              - cell /${license} Active/
              - cell "Connected"
      - button "Release seats of ticked devices"
    `);
  });

  await test.step('licenses', async () => {
    await page.goto('/licenses');
    await expect(main).toMatchAriaSnapshot(`
      - heading "Licenses" [level=1]
      - link "Add activation code"
      - search
      - navigation "Which licenses"
      - list:
        - listitem:
          - heading "${license}" [level=2]
          - paragraph: Code ending in ${code.slice(-5)}
          - text: Active
          - paragraph: Computers 1 of 1 in use
          - link "Details of ${license}"
    `);
  });

  await test.step('a license whose code is hidden, and shown: symbol by symbol, in its blocks, once', async () => {
    await page.getByRole('link', { name: /^Details/ }).click();
    await expect(main).toMatchAriaSnapshot(`
      - heading "${license}" [level=1]
      - paragraph: /Runs until/
      - text: Active
      - heading "Activation code" [level=2]
      - paragraph:
        - status: Hidden.
      - textbox "Your password"
      - button "Show code"
      - heading "Facts" [level=2]
      - term: End
      - definition: /36[45] days left/
    `);
    await page.getByLabel('Your password').fill(rosa.password);
    await page.getByRole('button', { name: 'Show code' }).click();
    const spelled = code.split('-').map((block) => [...block].join(' ')).join(', ');
    await expect(main).toMatchAriaSnapshot(`
      - heading "Activation code" [level=2]
      - paragraph:
        - status: ${spelled}
      - button "Copy activation code"
      - button "Hide code"
      - heading "Facts" [level=2]
    `);
    // the tiles that eyes see are not read a second time
    expect(await main.ariaSnapshot()).not.toContain(code);
    await page.getByRole('button', { name: 'Copy activation code' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
    await page.getByRole('button', { name: 'Hide code' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'Hidden.' })).toBeAttached();
  });
});

/** A state as a page shows it. */
interface Shown {
  state: string;
  word: string;
  shape: string;
  /** Whether the drawing is there to be seen and left out of what is read. */
  drawn: boolean;
}

const states = (page: Page): Promise<Shown[]> =>
  page.locator('.badge').evaluateAll((badges) =>
    badges
      .filter((badge) => badge.checkVisibility())
      .map((badge) => {
        const drawing = badge.querySelector('svg');
        return {
          state: badge.getAttribute('data-state') ?? '',
          word: badge.textContent?.trim() ?? '',
          shape: drawing?.querySelector('path')?.getAttribute('d') ?? '',
          drawn: drawing?.getAttribute('aria-hidden') === 'true' && drawing.getBoundingClientRect().width >= 8,
        };
      }),
  );

/** How much of what two shapes cover together both of them cover, drawn in one colour. */
const alike = (page: Page, one: string, other: string): Promise<number> =>
  page.evaluate(
    (shapes) => {
      const [a, b] = shapes.map((shape) => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 48;
        const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
        pen.scale(4, 4);
        pen.fill(new Path2D(shape), 'evenodd');
        return pen.getImageData(0, 0, 48, 48).data.filter((_, n) => n % 4 === 3);
      });
      const both = a.filter((alpha, n) => alpha > 127 && b[n] > 127).length;
      const either = a.filter((alpha, n) => alpha > 127 || b[n] > 127).length;
      return both / either;
    },
    [one, other],
  );

/** Goes through pages and gathers the states they show; each has a word and a drawing of its own. */
async function gather(page: Page, places: Place[], shapes: Map<string, string>, words: Map<string, string>): Promise<number> {
  let seen = 0;
  for (const { name, open } of places) {
    await open(page);
    for (const { state, word, shape, drawn } of await states(page)) {
      seen += 1;
      expect.soft(word, `${name}: a state without a word`).not.toBe('');
      expect.soft(drawn, `${name}: “${word}” is not drawn beside its word`).toBe(true);
      expect.soft(shapes.get(state) ?? shape, `${name}: “${word}” is not drawn as its state is elsewhere`).toBe(shape);
      shapes.set(state, shape);
      const both = `${word} ${shape}`;
      expect.soft(words.get(both) ?? state, `${name}: “${word}” stands for two states`).toBe(state);
      words.set(both, state);
    }
  }
  return seen;
}

test('a state is told by its word and its shape, and not by its colour (U18) @script', async ({ page, elsewhere, demo }) => {
  test.setTimeout(300_000);
  const [shapes, words] = [new Map<string, string>(), new Map<string, string>()];
  let seen = await gather(page, OUTSIDE.filter(({ name }) => name === 'styleguide'), shapes, words);
  await signIn(page, named(demo.people, 'Anna'));
  const shown = (places: Place[]) => places.filter(({ name }) => !/refused|found|order codes|import/.test(name));
  seen += await gather(page, shown(INSIDE), shapes, words);
  const desk = await elsewhere();
  await signInToSupport(desk, named(demo.staff, 'Lena'));
  seen += await gather(desk, shown(SUPPORT), shapes, words);
  expect(seen, 'states that were looked at').toBeGreaterThan(80);
  expect(shapes.size).toBeGreaterThanOrEqual(7);
  // in one colour, without a word: no two are taken for each other
  const drawn = [...shapes];
  for (const [n, [state, shape]] of drawn.entries()) {
    for (const [other, otherShape] of drawn.slice(n + 1)) {
      expect.soft(await alike(page, shape, otherShape), `${state} and ${other}`).toBeLessThan(0.85);
    }
  }
});
