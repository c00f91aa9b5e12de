// workers: Worker
module.exports.handleUpdate = async function (ctx) {
  new Worker("x.js");
};
