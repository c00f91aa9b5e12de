// import: dynamic import
module.exports.handleUpdate = async function (ctx) {
  const fs = await import("fs");
};
