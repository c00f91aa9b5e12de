// prototype-member: callee
module.exports.handleUpdate = async function (ctx) {
  function f() { return arguments.callee; }
  f();
};
