class Store { constructor(ctx) { this.ctx = ctx; this.cache = new Map(); }
  async load() { if (!this.state) this.state = await this.ctx.getState(); this.state.log = this.state.log || []; return this; }
  async user(id) { const users = this.state.users || {}; const user = { ...(users[id] || {}) }; user.visits = [ctx2(user)]; return user; }
  loadOnce(id) { let p = this.cache.get(id); if (!p) { p = this.user(id); this.cache.set(id, p); } return p; }
  save() { return this.ctx.setState(this.state); } }
function ctx2(u) { return { n: u.n || 0 }; }
module.exports.handleUpdate = async function (ctx) {
  const store = await new Store(ctx).load();
  const user = await store.loadOnce(String(ctx.chat.id)); user.name = { first: ctx.message.text };
  store.state.users = { ...store.state.users, [ctx.chat.id]: user };
  store.last = user;
  await store.save();
};
