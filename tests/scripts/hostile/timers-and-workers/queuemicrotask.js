// timers: queueMicrotask
module.exports.handleUpdate = async function (ctx) {
  queueMicrotask(() => {});
};
