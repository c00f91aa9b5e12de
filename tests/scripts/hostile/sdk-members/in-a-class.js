// sdk-member: in a class
module.exports.handleUpdate = async function (ctx) {
  class Bot { constructor(c) { this.c = c; } run() { return this.c.reply("x"); } }
  new Bot(ctx).run();
};
