// clock: a comma
module.exports.handleUpdate = async function (ctx) {
  new (0, Date)();
};
