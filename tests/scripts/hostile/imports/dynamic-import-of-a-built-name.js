// import: dynamic import of a built name
module.exports.handleUpdate = async function (ctx) {
  const fs = await import("f" + "s");
};
