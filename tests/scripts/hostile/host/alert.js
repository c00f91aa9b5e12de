// console: alert
module.exports.handleUpdate = async function (ctx) {
  alert("x");
};
