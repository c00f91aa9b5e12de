// Looks at the console as people do: node console.cjs PLAYWRIGHT CHROMIUM ADDRESS FOLDER. Walks by its links alone, with and without
// script, light and dark, wide and narrow; leaves screenshots in FOLDER. Says what is wrong on standard error, and fails.
"use strict";
const [, , library, executablePath, address, folder] = process.argv;
const { chromium } = require(library);
const assert = require("node:assert/strict");

// The browser notes the status of the page that is not there.
const isMeant = (message) => message.location().url.endsWith("?bot=nobody") && message.text().includes("404");

async function look(browser, name, options, walk) {
  const context = await browser.newContext({ baseURL: address, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => { if (message.type() === "error" && !isMeant(message)) wrong.push(message.text()); });
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(address) && !url.startsWith("data:")) wrong.push(`a request to ${url}`);
  });
  const shot = (what) => page.screenshot({ path: `${folder}/${name}-${what}.png`, fullPage: true });
  await page.goto("/");
  await walk(page, shot);
  // No page is wider than the window: only tables may be, in their own frame.
  const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(inner <= outer, `${name}: the page is ${inner} wide in a window of ${outer}`);
  assert.deepEqual(wrong, [], name);
  await context.close();
}

async function everything(page, shot) {
  assert.equal(await page.textContent("h1"), "What the store holds");
  await shot("home");
  await page.click("main a:text-is('pizza')");
  assert.equal(await page.textContent("h1"), "pizza");
  const rows = page.locator("table tbody tr");
  assert.equal(await rows.count(), 50);
  await shot("revisions");
  const first = await rows.first().locator("code.hash").getAttribute("title");
  await page.click("a[rel=next]");
  assert.equal(await rows.count(), 21);
  assert.notEqual(await rows.first().locator("code.hash").getAttribute("title"), first);
  await page.click("a[rel=first]");
  assert.equal(await rows.first().locator("code.hash").getAttribute("title"), first);
  await rows.first().locator("a").click();
  assert.equal((await page.textContent("h1")).trim(), first);
  assert.match(await page.textContent(".facts"), /Spec version/);
  await page.click("text=Judge it again");
  assert.match(await page.textContent("main"), /It passes|It does not pass/);
  assert.ok(await page.locator("code:text-is('bot.ast')").isVisible());
  await shot("revision");
  await page.click("nav >> text=bot pizza");
  await page.click(".cards a:text-is('stable')");
  assert.match(await page.textContent(".lead"), /It points to/);
  assert.match(await page.textContent("table"), /prices were wrong/);
  await shot("channel");
  await page.click("footer >> text=Revoked");
  assert.match(await page.textContent("table"), /a token leaked/);
  await shot("revoked");
  await page.click("table code.hash");
  assert.match(await page.textContent(".revoked"), /a token leaked/);
  assert.equal(await page.locator("table a[href*='bot.js']").count(), 0);
  await shot("revoked-revision");
  const missing = await page.goto("/?bot=nobody");
  assert.equal(missing.status(), 404);
  assert.equal(await page.textContent("h1"), "There is no such thing here");
}

async function main() {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
  try {
    const walk = async (page, shot) => {
      await everything(page, shot);
      await page.goto("/");
    };
    await look(browser, "light", { colorScheme: "light" }, walk);
    await look(browser, "dark", { colorScheme: "dark" }, walk);
    await look(browser, "noscript", { javaScriptEnabled: false }, walk);
    await look(browser, "narrow", { viewport: { width: 390, height: 844 } }, walk);
    // What the script adds.
    const page = await browser.newPage({ baseURL: address });
    await page.goto("/?bot=pizza&channel=stable");
    assert.match(await page.locator("time").first().textContent(), /ago|yesterday|last|now/);
    await page.close();
  } finally {
    await browser.close();
  }
}

main().catch((error) => { console.error(error.message); process.exitCode = 1; });
