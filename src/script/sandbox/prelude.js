// Runs in a fresh engine before bot.js does. It takes away what a bot has no use for, and gives back the one function that
// the host needs. Everything it uses later is captured here, before a script could replace it.
(function () {
  'use strict';
  const { freeze, defineProperty, getPrototypeOf } = Object;
  const { construct, ownKeys } = Reflect;
  const global = globalThis;

  // No way from a function to what makes functions of texts. (The engine has no compiler anyway.)
  for (const f of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    delete getPrototypeOf(f).constructor;
  }

  // No clock: `Date` needs a time to start from. Local time is UTC, wherever the host stands.
  const { apply } = Reflect;
  const { exec } = RegExp.prototype;
  const RealDate = Date;
  const proto = RealDate.prototype;
  const { getTime, toUTCString } = proto;
  const { UTC: utc, parse: realParse } = RealDate;
  const isoWithoutZone = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/;
  const isoDate = /^[+-]?\d{4,6}(?:-\d\d(?:-\d\d)?)?$/;
  const zoned = /(?:Z|UTC?|GMT|[A-Z][SD]T|[+-]\d\d:?\d\d)\s*(?:\([^)]*\)\s*)?$/i;
  const matches = (pattern, text) => apply(exec, pattern, [text]) !== null;
  const parse = function parse(text) {
    text = `${text}`;
    if (matches(isoWithoutZone, text)) return realParse(text + 'Z');
    return realParse(matches(isoDate, text) || matches(zoned, text) ? text : text + ' UTC');
  };
  const Clockless = function Date(...args) {
    if (new.target === undefined || args.length === 0) {
      throw new TypeError('bots have no clock: write `new Date(ctx.now)`');
    }
    if (args.length > 1) args = [apply(utc, undefined, args)];
    else if (typeof args[0] === 'string') args = [parse(args[0])];
    return construct(RealDate, args, new.target);
  };
  const hidden = (object, name, value) => defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });
  defineProperty(Clockless, 'prototype', { value: proto, writable: false });
  defineProperty(Clockless, 'length', { value: 7 });
  hidden(Clockless, 'UTC', utc);
  hidden(Clockless, 'parse', parse);
  hidden(proto, 'constructor', Clockless);
  for (const part of ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    hidden(proto, 'get' + part, proto['getUTC' + part]);
    hidden(proto, 'set' + part, proto['setUTC' + part]);
  }
  hidden(proto, 'getDay', proto.getUTCDay);
  hidden(proto, 'getTimezoneOffset', function getTimezoneOffset() {
    return apply(getTime, this, []) * 0;
  });
  // "Thu, 01 Jan 1970 00:00:00 GMT": the texts of local time are made of its pieces. `toLocale…` knows one locale, en-US.
  const pattern = /^(\w+), (\d+) (\w+) (-?\d+) (\d+):(\d+):(\d+) GMT$/;
  const months = { Jan: 1, Feb: 2, Mar: 3, Apr: 4, May: 5, Jun: 6, Jul: 7, Aug: 8, Sep: 9, Oct: 10, Nov: 11, Dec: 12 };
  const day = (p) => `${p[1]} ${p[3]} ${p[2]} ${p[4]}`;
  const time = (p) => `${p[5]}:${p[6]}:${p[7]} GMT+0000 (Coordinated Universal Time)`;
  const localDay = (p) => `${months[p[3]]}/${+p[2]}/${p[4]}`;
  const localTime = (p) => `${p[5] % 12 || 12}:${p[6]}:${p[7]} ${p[5] < 12 ? 'AM' : 'PM'}`;
  const texts = {
    toString: (p) => `${day(p)} ${time(p)}`,
    toDateString: day,
    toTimeString: time,
    toLocaleString: (p) => `${localDay(p)}, ${localTime(p)}`,
    toLocaleDateString: localDay,
    toLocaleTimeString: localTime,
  };
  for (const name in texts) {
    const write = texts[name];
    hidden(proto, name, { [name]() {
      const pieces = apply(exec, pattern, [apply(toUTCString, this, [])]);
      return pieces === null ? 'Invalid Date' : write(pieces);
    } }[name]);
  }

  delete Math.random;
  for (const name of ['prepareStackTrace', 'captureStackTrace', 'stackTraceLimit']) delete Error[name];
  global.Date = Clockless;
  const kept = new Set([
    'Object', 'Array', 'String', 'Number', 'Boolean', 'BigInt', 'JSON', 'Math', 'Map', 'Set', 'Promise', 'RegExp', 'Date', 'Symbol',
    'Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'AggregateError',
    'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent',
    'undefined', 'NaN', 'Infinity',
  ]);
  for (const name of ownKeys(global)) {
    if (!kept.has(name)) delete global[name];
  }

  const errors = { __proto__: null, TypeError, RangeError };
  const fail = (kind, message) => new errors[kind](message);
  const make = function (given, sendMessage, getState, setState, http, goto) {
    return freeze({
      botId: given.botId,
      chat: freeze({ id: given.chatId }),
      locale: given.locale,
      now: given.now,
      message: freeze({ text: given.text === null ? undefined : given.text }),
      update: freeze(given.update),
      sendMessage: freeze(sendMessage),
      getState: freeze(getState),
      setState: freeze(setState),
      http: freeze(http),
      goto: freeze(goto),
    });
  };
  return { make, fail };
})();
