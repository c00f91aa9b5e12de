// clock: extended
module.exports.handleUpdate = async function (ctx) {
  class Now extends Date {}
  new Now();
};
