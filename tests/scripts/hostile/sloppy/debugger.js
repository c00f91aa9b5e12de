// debugger: debugger
module.exports.handleUpdate = async function (ctx) {
  debugger;
};
