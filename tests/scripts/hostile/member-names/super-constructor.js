// prototype-member: super constructor
module.exports.handleUpdate = async function (ctx) {
  class Tool { run() { return super.constructor; } }
  new Tool().run();
};
