// timers: setTimeout
module.exports.handleUpdate = async function (ctx) {
  setTimeout(() => {}, 1);
};
