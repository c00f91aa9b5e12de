// global-object: typeof window
module.exports.handleUpdate = async function (ctx) {
  if (typeof window !== "undefined") return;
};
