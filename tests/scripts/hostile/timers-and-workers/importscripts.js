// workers: importScripts
module.exports.handleUpdate = async function (ctx) {
  importScripts("x.js");
};
