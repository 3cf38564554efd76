import type { Page } from '@playwright/test';
import { clipped, focus, isolated, still, structure, tables, targets, told, words } from '../fixtures/bars';
import { named } from '../fixtures/demo';
import { signIn, signInToSupport } from '../fixtures/entering';
import { INSIDE, OUTSIDE, type Place, SUPPORT } from '../fixtures/places';
import { expect, test } from '../fixtures/test';

test.use({ contextOptions: { reducedMotion: 'reduce' } });

/** The spacing that readers may set (WCAG 1.4.12). */
const SPACED = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }`;

async function styled(page: Page, css: string, look: () => Promise<void>): Promise<void> {
  // the policy of the page lets no style in: a sheet of the browser's own is none of the page's
  await page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  }, css);
  await look();
  await page.evaluate(() => {
    document.adoptedStyleSheets = [];
  });
}

async function meets(page: Page, { name, open }: Place): Promise<void> {
  const none = async (bar: string, found: Promise<string[]>) => {
    expect.soft(await found, `${name}: ${bar}`).toEqual([]);
  };
  await page.setViewportSize({ width: 1280, height: 800 });
  await open(page);
  // a page that was opened by a link may have no style yet
  await page.waitForLoadState();
  await none('structure', structure(page));
  await none('tables', tables(page));
  await none('words', words(page));
  await none('states', told(page));
  await none('targets', targets(page));
  await none('motion', still(page));
  await none('focus', focus(page));
  await page.emulateMedia({ forcedColors: 'active' });
  await none('focus in forced colors', focus(page));
  await page.emulateMedia({ forcedColors: 'none' });
  await styled(page, 'html { font-size: 200% !important; }', () => none('text of twice the size', clipped(page)));
  await page.setViewportSize({ width: 360, height: 800 });
  await none('targets on a phone', targets(page));
  await styled(page, SPACED, () => none('spaced text', clipped(page)));
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl';
  });
  await none('from right to left', clipped(page));
  await none('codes from right to left', isolated(page));
}

async function meet(page: Page, places: Place[]): Promise<void> {
  const titles = new Map<string, string>();
  for (const place of places) {
    await test.step(place.name, async () => {
      await meets(page, place);
      const title = await page.title();
      const address = new URL(page.url()).pathname;
      const other = titles.get(title);
      expect.soft(other === undefined || other === address, `${place.name}: ${title} is ${other}, too`).toBe(true);
      titles.set(title, address);
    });
  }
}

test('pages for strangers meet the bars @script', async ({ page }) => {
  test.setTimeout(480_000);
  await meet(page, OUTSIDE);
});

test('pages of an office meet the bars @script', async ({ page, demo }) => {
  test.setTimeout(480_000);
  await signIn(page, named(demo.people, 'Anna'));
  await meet(page, INSIDE);
});

test('pages of support meet the bars @script', async ({ page, demo }) => {
  test.setTimeout(480_000);
  await signInToSupport(page, named(demo.staff, 'Priya'));
  await meet(page, SUPPORT);
});
