// timers: setImmediate aliased
module.exports.handleUpdate = async function (ctx) {
  const later = setImmediate;
  later(() => {});
};
