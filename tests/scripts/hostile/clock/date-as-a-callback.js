// clock: Date as a callback
module.exports.handleUpdate = async function (ctx) {
  [1].map(Date);
};
