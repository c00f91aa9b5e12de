// clock: Date UTC
module.exports.handleUpdate = async function (ctx) {
  Date.UTC(2020, 1);
};
