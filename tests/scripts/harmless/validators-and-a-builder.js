// validators with objects, chained builders, command pattern
const required = (msg) => (v) => (v ? null : msg);
const min = (n, msg) => (v) => (v.length >= n ? null : msg);
const matches = (re, msg) => (v) => (re.test(v) ? null : msg);
const all = (...checks) => (v) => { for (const check of checks) { const e = check(v); if (e) return e; } return null; };
const FIELDS = [
  { key: "email", label: "E-mail", check: (v) => all(required("r"), matches(/@/, "bad"))(v) },
  { key: "phone", label: "Phone", check: (v) => all(min(5, "short"))(v), format: (v) => v.replace(/\D+/g, "") },
  { key: "when", label: "When", check: () => null, format: (v) => new Date(v).toISOString() },
];
class Builder { constructor() { this.parts = []; } add(x) { this.parts.push(x); return this; } when(cond, fn) { return cond ? fn(this) : this; } toString() { return this.parts.join("\n"); } map(fn) { this.parts = this.parts.map(fn); return this; } then(fn) { return fn(this); } }
module.exports.handleUpdate = async (ctx) => {
  const state = await ctx.getState();
  const i = FIELDS.findIndex((f) => f.key === state._?.pending);
  const field = FIELDS[i];
  const current = FIELDS.find((f) => f.key === state._?.pending);
  const text = ctx.message.text ?? "";
  if (current) {
    const error = current.check(text);
    if (error) return void (await ctx.sendMessage(error));
    state[current.key] = current.format?.(text) ?? text;
  }
  const next = FIELDS.find(({ key }) => state[key] === undefined);
  const message = new Builder().add("Form").when(field, (b) => b.add(field.label)).map((s) => s.toUpperCase()).add(next ? next.label : "Done").toString();
  await ctx.sendMessage(`${message}`);
  await ctx.setState({ ...state, _: { pending: next?.key ?? null } });
};
