// clock: aliased
module.exports.handleUpdate = async function (ctx) {
  const D = Date;
  new D();
};
