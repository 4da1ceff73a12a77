// The page: one customer's profile, a purchase as this customer, and what the feed tells of it.

import { choose, chosen, moment, money, say, value } from "./words.js";

const MAIN = "total_purchase_value";
const TODAY = "purchase_value_today";
const KEPT = 40;
const at = (id) => document.getElementById(id);

let shop = null;      // what the server says of itself: currency, zone, attributes, key, lively customers, goods
let profile = null;   // the profile that is shown
let clicked = null;   // when the last purchase was made, until the feed tells of it
let skew = 0;         // how far the shop's clock is before this machine's, in milliseconds

// --- asking -------------------------------------------------------------------------------------------------------

async function ask(path) {
  const answer = await fetch(path, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw Object.assign(new Error(String(answer.status)), { status: answer.status });
  return answer.json();
}

async function show(customer, { moved = new Set() } = {}) {
  try {
    const found = await ask(`/api/v1/profiles/${encodeURIComponent(customer)}`);
    const other = !profile || profile.customer_id !== found.customer_id;
    const before = other ? null : profile;
    profile = found;
    trouble("");
    if (other) at("bought").textContent = "";
    draw(before, moved);
    if (other) history.replaceState(null, "", `#${encodeURIComponent(found.customer_id)}`);
  } catch (error) {
    trouble(error.status === 404 ? say("unknown", customer) : say("lost"));
  }
}

async function buy(event) {
  event.preventDefault();
  const good = shop.goods[at("good").selectedIndex];
  const amount = Number(at("amount").value);
  const order = {
    type: "track", event: "Order Completed", messageId: `page-${crypto.randomUUID()}`, userId: profile.customer_id,
    properties: {
      order_id: `page-${crypto.randomUUID()}`, total: amount, currency: shop.currency,
      products: [{ ...(good ? { sku: good.sku, name: good.name } : {}), price: amount, quantity: 1 }],
    },
  };
  clicked = performance.now();
  const answer = await fetch("/v1/track", {
    method: "POST", body: JSON.stringify(order),
    headers: { "Content-Type": "application/json", Authorization: `Basic ${btoa(`${shop.write_key}:`)}` },
  }).catch(() => null);
  if (answer && answer.ok) {
    if (clicked !== null) at("bought").textContent = say("bought");
    return;
  }
  clicked = null;
  const problem = answer ? await answer.json().catch(() => ({})) : {};
  at("bought").textContent = answer ? `${say("refused")} ${problem.detail || answer.status}` : say("lost");
}

// --- drawing ------------------------------------------------------------------------------------------------------

function draw(before = null, moved = new Set()) {
  const parts = profile.parts || {};
  const main = MAIN in profile.attributes ? MAIN : Object.keys(profile.attributes)[0];
  const part = parts[main] || {};
  const old = before && ((before.parts || {})[main] || {});
  at("sum-label").textContent = label(main);
  at("who").textContent = `${say("customer")} ${profile.customer_id}`;
  at("run").textContent = profile.batch ? say("run", moment(profile.batch.run, shop.timezone)) : say("noRun");
  roll(at("until"), part.until_batch ?? null, old && old.until_batch);
  roll(at("since"), part.since ?? null, old && old.since);
  roll(at("now"), profile.attributes[main], before && before.attributes[main]);
  at("today").textContent = TODAY in profile.attributes ? money(profile.attributes[TODAY], shop.currency) : "–";
  drawTable(parts, moved);
  for (const chip of at("chips").children) chip.setAttribute("aria-pressed", String(chip.textContent === profile.customer_id));
}

function drawTable(parts, moved) {
  const rows = [];
  let group = null;
  for (const { name, group: its } of shop.attributes) {
    if (!(name in profile.attributes)) continue;
    if (its !== group) {
      group = its;
      const head = Object.assign(document.createElement("th"), { colSpan: 4, scope: "colgroup", textContent: group ? say("group", group) : "" });
      const row = document.createElement("tr");
      row.className = "group";
      row.append(head);
      if (group) rows.push(row);
    }
    const part = parts[name];
    const cells = [label(name), part ? text(part.until_batch) : "", part ? text(part.since) : "", text(profile.attributes[name])];
    const row = document.createElement("tr");
    row.append(...cells.map((content) => Object.assign(document.createElement("td"), { textContent: content })));
    if (moved.has(name)) row.classList.add("moved");
    rows.push(row);
  }
  at("attributes").replaceChildren(...rows);
}

// A figure that runs from its old value to the new one.
function roll(place, target, from) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (typeof target !== "number") { place.textContent = "–"; return; }
  if (typeof from !== "number" || from === target || still) { place.textContent = money(target, shop.currency); return; }
  const began = performance.now();
  place.classList.remove("moved");
  void place.offsetWidth;
  place.classList.add("moved");
  const step = (time) => {
    const done = Math.min(1, (time - began) / 800);
    const eased = 1 - (1 - done) ** 3;
    place.textContent = money(done < 1 ? from + (target - from) * eased : target, shop.currency);
    if (done < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function label(name) {
  const found = shop.attributes.find((one) => one.name === name);
  return (found && (found.label[chosen()] || found.label.en)) || name.replaceAll("_", " ");
}

const text = (some) => value(some, shop.timezone);

function trouble(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

function drawWords() {
  document.documentElement.lang = chosen();
  for (const place of document.querySelectorAll("[data-say]")) place.textContent = say(place.dataset.say, shop.currency);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen()));
  }
  at("customer").placeholder = say("search");
  drawClock();
}

function drawClock() {
  at("clock").textContent = moment(Date.now() + skew, shop.timezone, { dateStyle: "full", timeStyle: "medium" });
}

// --- the feed -----------------------------------------------------------------------------------------------------

async function follow() {
  for (let last = null; ; ) {
    try {
      const headers = last === null ? {} : { "Last-Event-ID": last };
      const answer = await fetch("/api/v1/feed", { credentials: "same-origin", cache: "no-store", headers });
      if (answer.status === 401) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      at("live").classList.add("on");
      trouble("");
      for await (const [id, record] of events(answer.body)) {
        last = id ?? last;
        hear(record);
      }
    } catch { /* the line is gone: told below, and tried again */ }
    at("live").classList.remove("on");
    trouble(say("lost"));
    await new Promise((done) => setTimeout(done, 2000));
  }
}

// Server-sent events as [id, record]; read by hand, because EventSource cannot tell that it was refused.
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value: some, done } = await reader.read();
    if (done) return;
    const blocks = (rest + some).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.match(/^(\w+): ?(.*)$/s)?.slice(1) ?? ["", ""]));
      if (fields.data) yield [fields.id, JSON.parse(fields.data)];
    }
  }
}

function hear(record) {
  if (record.reset || record.day) {
    if (profile) show(profile.customer_id);
    if (record.day) note([Object.assign(document.createElement("span"), { textContent: say("day", record.day) })]);
    return;
  }
  if (record.gone) {
    if (profile && record.customer_id === profile.customer_id && record.into) show(record.into);
    return;
  }
  noteChange(record);
  if (!profile || record.customer_id !== profile.customer_id) return;
  if (clicked !== null) {
    at("bought").textContent = say("counted", Math.round(performance.now() - clicked));
    clicked = null;
  }
  show(profile.customer_id, { moved: new Set(Object.keys(record.changes)) });
}

function noteChange(record) {
  const names = Object.keys(record.changes);
  const shown = names.includes(MAIN) ? MAIN : names[0];
  if (!shown) return;
  const who = Object.assign(document.createElement("button"), { type: "button", textContent: record.customer_id });
  who.addEventListener("click", () => show(record.customer_id));
  const { old, new: fresh } = record.changes[shown];
  const change = document.createElement("p");
  change.className = "change";
  const grown = typeof old === "number" && typeof fresh === "number" && fresh > old;
  change.append(
    Object.assign(document.createElement("span"), { textContent: label(shown) }),
    Object.assign(document.createElement("b"), { textContent: grown && shown === MAIN ? `+${money(fresh - old, shop.currency)}` : text(fresh) }),
  );
  const rest = document.createElement("p");
  rest.className = "small";
  rest.textContent = names.length > 1 ? say("more", names.length - 1) : "";
  note([who, change, rest]);
}

function note(parts) {
  const line = document.createElement("li");
  line.append(...parts);
  at("feed").prepend(line);
  while (at("feed").children.length > KEPT) at("feed").lastChild.remove();
  at("quiet").hidden = true;
}

// --- beginning ----------------------------------------------------------------------------------------------------

function drawGoods() {
  const options = shop.goods.map((good) => Object.assign(document.createElement("option"), { textContent: good.name || good.sku }));
  at("good").replaceChildren(...options);
  at("good").closest("p").hidden = options.length === 0;
  const price = () => { at("amount").value = shop.goods.length ? shop.goods[at("good").selectedIndex].price : 10; };
  at("good").addEventListener("change", price);
  price();
}

function drawChips() {
  at("chips").replaceChildren(...shop.customers.map((customer) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", textContent: customer });
    chip.addEventListener("click", () => show(customer));
    return chip;
  }));
}

async function suggest() {
  const begun = at("customer").value.trim();
  const found = begun ? await ask(`/page/customers.json?begins=${encodeURIComponent(begun)}`).catch(() => []) : [];
  at("found").replaceChildren(...found.map((customer) => Object.assign(document.createElement("option"), { value: customer })));
}

async function begin() {
  shop = await ask("/page/shop.json");
  skew = new Date(shop.now) - Date.now();
  drawWords();
  drawChips();
  drawGoods();
  setInterval(drawClock, 1000);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => { choose(button.dataset.language); at("bought").textContent = ""; drawWords(); if (profile) draw(); });
  }
  at("buy").addEventListener("submit", buy);
  at("customer").addEventListener("input", suggest);
  at("pick").addEventListener("submit", (event) => {
    event.preventDefault();
    if (at("customer").value.trim()) show(at("customer").value.trim());
  });
  const wanted = decodeURIComponent(location.hash.slice(1)) || shop.customers[0];
  if (wanted) await show(wanted);
  follow();
}

begin();
