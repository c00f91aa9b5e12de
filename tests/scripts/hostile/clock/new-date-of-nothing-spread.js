// clock: new Date of nothing spread
module.exports.handleUpdate = async function (ctx) {
  const now = new Date(...[]);
};
