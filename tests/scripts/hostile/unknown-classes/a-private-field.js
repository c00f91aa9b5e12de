// unknown-call: a private field
module.exports.handleUpdate = async function (ctx) {
  class Box { #f = (() => 1)[ctx.message.text]; run() { return this.#f("return 1"); } }
  new Box().run();
};
