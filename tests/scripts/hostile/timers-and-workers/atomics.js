// workers: Atomics
module.exports.handleUpdate = async function (ctx) {
  Atomics.wait;
};
