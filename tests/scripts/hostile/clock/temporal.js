// clock: Temporal
module.exports.handleUpdate = async function (ctx) {
  Temporal.Now.instant();
};
