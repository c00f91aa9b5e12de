// clock: new without parentheses
module.exports.handleUpdate = async function (ctx) {
  const now = new Date;
};
