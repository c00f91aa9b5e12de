// Runs conversations in V8, in isolated-vm, as production does: the other opinion on what `ctx` means. Written from the
// contract, not from the sandbox. Reads one JSON document {module, jobs: [{source, bot, conversation}]} from standard input,
// writes one JSON line a job: {turns: [{effects, state}], missing, error}. The isolate misses some native loops, so the
// parent kills this process when it takes too long.
'use strict';
const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const ivm = require(input.module);

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];
const NOTHING = { ok: false, status: 0, json: null, text: '' };

// Runs inside of the isolate. `call` takes and gives JSON; what it cannot do comes back as {error}.
const SHIM = `
(function (call) {
  'use strict';
  const { parse, stringify } = JSON;
  const ask = (name) => async (argument) => {
    const answer = parse(call(name, argument === undefined ? 'null' : stringify(argument)));
    if (answer.error) throw new (answer.error.range ? RangeError : TypeError)(answer.error.message);
    return answer.value;
  };
  globalThis.__make = (text) => {
    const given = parse(text);
    return Object.freeze({
      botId: given.botId,
      chat: Object.freeze({ id: given.update.chatId }),
      locale: given.update.locale,
      now: given.update.now,
      message: Object.freeze({ text: given.update.text }),
      update: Object.freeze(given.update),
      sendMessage: ask('sendMessage'), getState: ask('getState'), setState: ask('setState'), http: ask('http'), goto: ask('goto'),
    });
  };
})`;

class Misuse extends Error {}

/** The host's side of one conversation. */
class Host {
  constructor(bot, mocks) {
    this.bot = bot;
    this.mocks = mocks.map((mock) => ({ ...mock, url: new URL(mock.url).href, given: 0 }));
    this.chats = new Map();
    this.missing = [];
    this.broken = null;
    this.updates = 0;
  }

  begin(update) {
    this.chat = update.chatId;
    this.effects = [];
    this.attempts = 0;
    this.transitions = 0;
    this.updates += 1;
  }

  state() {
    const state = { ...(this.chats.get(this.chat) ?? {}) };
    for (const [name, value] of Object.entries(this.bot.defaults)) if (!(name in state)) state[name] = value;
    return state;
  }

  refuse(code, message) {
    this.broken ??= code;
    throw new RangeError(message);
  }

  sendMessage(message) {
    const { text, keyboard } = typeof message === 'string' ? { text: message } : message ?? {};
    if (typeof text !== 'string') throw new Misuse('no text');
    const effect = { text };
    if (keyboard !== undefined && keyboard !== null) effect.keyboard = keyboard;
    this.effects.push({ message: effect });
  }

  getState() {
    return this.state();
  }

  setState(state) {
    if (typeof state !== 'object' || state === null || Array.isArray(state)) throw new Misuse('no object');
    if (Buffer.byteLength(JSON.stringify(state)) > 65536) this.refuse('LIMIT_EXCEEDED', 'state');
    this.chats.set(this.chat, state);
  }

  goto(flow) {
    this.transitions += 1;
    if (this.transitions > 200) this.refuse('LIMIT_EXCEEDED', 'transitions');
    this.effects.push({ goto: { flow } });
  }

  http(options) {
    const method = (options.method ?? 'GET').toUpperCase();
    if (!METHODS.includes(method)) throw new Misuse('method');
    const url = new URL(options.url);
    if (url.protocol !== 'https:' || url.username || url.password || !this.bot.hosts.includes(url.hostname)) {
      this.refuse('SECURITY_VIOLATION', 'host');
    }
    if ((options.timeoutMs ?? 0) > this.bot.timeout_ms) this.refuse('LIMIT_EXCEEDED', 'timeout');
    const request = { method, url: options.url };
    for (const name of ['headers', 'body', 'timeoutMs', 'retries', 'backoffMs']) {
      if (options[name] !== undefined) request[name] = options[name];
    }
    const effect = { http: request };
    let attempts = 0;
    for (;;) {
      if (this.attempts === this.bot.attempts) this.refuse('LIMIT_EXCEEDED', 'attempts');
      this.attempts += 1;
      attempts += 1;
      const answer = this.answer(method, url.href);
      const [reply, again] = this.read(answer);
      if (answer === undefined) this.missing.push({ update: this.updates - 1, method, url: options.url });
      if (!again || attempts > (options.retries ?? 0)) {
        this.effects.push(effect);
        Object.assign(request, { status: reply.status, attempts });
        return reply;
      }
    }
  }

  answer(method, url) {
    const mock = this.mocks.find((one) => one.method.toUpperCase() === method && one.url === url);
    return mock?.answers[Math.min(mock.given++, mock.answers.length - 1)];
  }

  read(answer) {
    if (answer === undefined || answer === 'oversized') return [NOTHING, false];
    if (answer === 'timeout' || answer === 'networkError') return [NOTHING, true];
    const { status, body } = answer.json ?? answer.text;
    const text = answer.json ? JSON.stringify(body) : body;
    if (Buffer.byteLength(text) > this.bot.max_answer) return [NOTHING, false];
    let json = null;
    try {
      json = JSON.parse(text);
    } catch {
      // No JSON: that is an answer too.
    }
    return [{ ok: status >= 200 && status < 300, status, json, text }, status === 429 || status >= 500];
  }
}

async function converse({ source, bot, conversation }) {
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  const host = new Host(bot, conversation.mocks);
  const turns = [];
  try {
    const context = await isolate.createContext();
    const call = new ivm.Callback((name, argument) => {
      try {
        return JSON.stringify({ value: host[name](JSON.parse(argument)) });
      } catch (error) {
        return JSON.stringify({ error: { range: error instanceof RangeError, message: error.message } });
      }
    });
    const shim = await context.eval(SHIM, { reference: true });
    await shim.apply(undefined, [call], { timeout: 1000 });
    await context.eval('globalThis.module = { exports: {} };');
    await context.eval(source, { filename: 'bot.js', timeout: 10000 });
    for (const update of conversation.updates) {
      host.begin(update);
      await context.global.set('__given', JSON.stringify({ botId: bot.id, update }));
      const value = await context.eval('module.exports.handleUpdate(__make(__given)).then((value) => value === undefined)', { promise: true, timeout: 10000 });
      if (host.broken) return { turns, missing: host.missing, error: host.broken };
      if (!value) return { turns, missing: host.missing, error: 'BOT_RUNTIME' };
      turns.push({ effects: host.effects, state: host.state() });
    }
    return { turns, missing: host.missing, error: null };
  } catch (error) {
    return { turns, missing: host.missing, error: host.broken ?? 'BOT_RUNTIME', said: String(error) };
  } finally {
    isolate.dispose();
  }
}

(async () => {
  for (const job of input.jobs) process.stdout.write(`${JSON.stringify(await converse(job))}\n`);
})();
