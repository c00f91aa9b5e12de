// process: typeof process
module.exports.handleUpdate = async function (ctx) {
  if (typeof process === "object") return;
};
