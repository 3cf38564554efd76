import { chromium } from '@playwright/test';
const base = process.argv[2], js = process.argv[3] !== 'nojs', width = Number(process.argv[4] ?? 1280), scheme = process.argv[5] ?? 'light';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-background-networking'] });
const c = await b.newContext({ javaScriptEnabled: js, viewport: { width, height: 900 }, colorScheme: scheme });
const p = await c.newPage();
const tag = `${width}-${scheme}-${js ? 'js' : 'nojs'}`;
p.on('console', m => { if (['error','warning'].includes(m.type())) console.log('CONSOLE', p.url(), m.text().slice(0,300)); });
p.on('pageerror', e => console.log('PAGEERR', e.message.slice(0,300)));
const shot = async n => { await p.screenshot({ path: `/tmp/shots/${n}-${tag}.png`, fullPage: true }); console.log(n, p.url()); };
await p.goto(base + '/sign-in'); if (js) await p.waitForTimeout(1500); await shot('signin');
await p.getByLabel('E-mail').fill('anna@harbor-dental.example');
await p.getByLabel('Password', { exact: true }).fill('plum radio canoe sixty');
await p.getByRole('button', { name: 'Sign in' }).click();
await p.waitForURL(u => !u.pathname.includes('sign-in'), { timeout: 15000 }).catch(e => console.log('no nav', p.url()));
await shot('overview');
for (const [n, path] of [['licenses','/licenses'],['devices','/devices'],['add','/licenses/add'],['link','/link'],['recover','/recover'],['ask','/recover?step=ask'],['requests','/requests'],['missing','/nowhere']]) {
  await p.goto(base + path); if (js) await p.waitForTimeout(400); await shot(n);
}
await p.goto(base + '/licenses');
const href = await p.getByRole('link', { name: /Details/ }).first().getAttribute('href');
await p.goto(base + href); if (js) await p.waitForTimeout(600); await shot('details');
await b.close();
