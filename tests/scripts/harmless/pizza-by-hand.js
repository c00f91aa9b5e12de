"use strict";

// The pizza bot of examples/bots/pizza, written by hand: orders a pizza, and tells where it is.

const DEFAULT_LOCALE = "en";
const API = "https://api.pizza.example/v1/orders";
const SIZES = ["S", "M", "L"];

const TEXTS = {
  en: {
    size: () => "Which size: S, M or L?",
    badSize: () => "We bake S, M and L.",
    address: () => "Where shall we bring it?",
    badAddress: () => "Please write street and number.",
    sorry: () => "The kitchen does not answer. Please try again in a minute.",
    done: (s) => `Order ${show(s.order)}: a ${show(s.size)} pizza, there in ${show(s.minutes)} minutes.`,
    status: (s) => `Your pizza is there in ${show(s.minutes)} minutes.`,
    unknown: () => "I cannot see your order just now.",
    none: () => "You have not ordered yet. Write /start.",
  },
  ru: {
    size: () => "Какой размер: S, M или L?",
    badSize: () => "Мы печём S, M и L.",
    address: () => "Куда привезти?",
    badAddress: () => "Напишите, пожалуйста, улицу и дом.",
    sorry: () => "Кухня не отвечает. Попробуйте через минуту.",
    done: (s) => `Заказ ${show(s.order)}: пицца ${show(s.size)}, привезём через ${show(s.minutes)} мин.`,
    status: (s) => `Ваша пицца приедет через ${show(s.minutes)} мин.`,
    unknown: () => "Сейчас я не вижу ваш заказ.",
    none: () => "Вы ещё ничего не заказали. Напишите /start.",
  },
};

const INTENTS = [
  { id: "order", cooldown: 30_000, flow: "order", words: { en: ["pizza", "hungry"], ru: ["пицца", "пиццу", "голоден"] } },
  { id: "status", cooldown: 0, flow: "status", words: { en: ["status", "where"], ru: ["статус", "где"] } },
];

// A value as a person reads it: nothing for what is unset.
function show(value) {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(sorted(value)) : String(value);
}

// The same value with its keys in order.
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function textsOf(locale) {
  return locale === "ru" ? TEXTS.ru : TEXTS.en;
}

// Whether one of the words stands in the text by itself.
function mentions(text, words) {
  return words.some((word) => new RegExp(`(?<![\\p{L}\\p{N}\\p{M}_])${word}(?![\\p{L}\\p{N}\\p{M}_])`, "iu").test(text));
}

function commandOf(text) {
  const [, name] = text.match(/^\s*(\/[^\s@]+)(?:@\S+)?(?!\S)/) ?? [];
  return name?.toLowerCase();
}

// A member of an answer of the API, if it is there.
function member(json, name) {
  return typeof json === "object" && json !== null && !Array.isArray(json) && Object.hasOwn(json, name) ? json[name] : undefined;
}

function wait(state, question) {
  state._ = { ...state._, pending: question };
}

async function askSize(ctx, state) {
  await ctx.sendMessage(textsOf(ctx.locale).size());
  wait(state, "size");
}

async function askAddress(ctx, state) {
  await ctx.sendMessage(textsOf(ctx.locale).address());
  wait(state, "address");
}

async function takeSize(ctx, state, text) {
  state.size = text;
  if (!SIZES.includes(text)) {
    await ctx.sendMessage({ text: textsOf(ctx.locale).badSize(), keyboard: [SIZES] });
    return askSize(ctx, state);
  }
  return askAddress(ctx, state);
}

async function takeAddress(ctx, state, text) {
  state.address = text;
  const { length } = [...text];
  if (length < 5 || length > 120) {
    await ctx.sendMessage(textsOf(ctx.locale).badAddress());
    return askAddress(ctx, state);
  }
  return placeOrder(ctx, state);
}

async function placeOrder(ctx, state) {
  const answer = await ctx.http({
    method: "POST",
    url: API,
    body: { size: show(state.size), address: show(state.address), chat: String(ctx.chat.id) },
    timeoutMs: 3000,
    retries: 1,
    backoffMs: 250,
  });
  const id = member(answer.json, "id");
  const minutes = member(answer.json, "minutes");
  if (answer.ok && id !== undefined && minutes !== undefined) {
    Object.assign(state, { order: id, minutes });
    await ctx.sendMessage(textsOf(ctx.locale).done(state));
  } else {
    await ctx.sendMessage(textsOf(ctx.locale).sorry());
  }
  state.size = "";
}

async function tellStatus(ctx, state) {
  const texts = textsOf(ctx.locale);
  if (state.order === "") {
    await ctx.sendMessage(texts.none());
  } else {
    const answer = await ctx.http({ method: "GET", url: `${API}/${encodeURIComponent(show(state.order))}`, timeoutMs: 2000 });
    const minutes = member(answer.json, "minutes");
    if (answer.ok && minutes !== undefined) {
      state.minutes = minutes;
      await ctx.sendMessage(texts.status(state));
    } else {
      await ctx.sendMessage(texts.unknown());
    }
  }
  state.seen = true;
}

// The flow of the first intent that is mentioned and not cooling down.
function intentOf(ctx, state, text) {
  for (const { id, cooldown, flow, words } of INTENTS) {
    if (!mentions(text, words[ctx.locale] ?? words[DEFAULT_LOCALE])) continue;
    if (cooldown > 0) {
      const last = state._.fired?.[id];
      if (typeof last === "number" && ctx.now - last < cooldown) continue;
      state._ = { ...state._, fired: { ...state._.fired, [id]: ctx.now } };
    }
    return flow;
  }
  return undefined;
}

async function start(ctx, state, flow) {
  wait(state, null);
  if (flow === "order") return askSize(ctx, state);
  return tellStatus(ctx, state);
}

async function handle(ctx, state, text) {
  switch (commandOf(text)) {
    case "/start":
      return start(ctx, state, "order");
    case "/status":
      return start(ctx, state, "status");
    default:
  }
  const { pending } = state._;
  if (pending) {
    wait(state, null);
    return pending === "size" ? takeSize(ctx, state, text) : takeAddress(ctx, state, text);
  }
  const flow = intentOf(ctx, state, text);
  return flow ? start(ctx, state, flow) : undefined;
}

module.exports.handleUpdate = async (ctx) => {
  const { text } = ctx.message;
  if (typeof text !== "string") return;
  const stored = await ctx.getState();
  const state = { ...stored, _: { ...stored._ } };
  await handle(ctx, state, text);
  await ctx.setState(state);
};
