// prototype-member: caller
module.exports.handleUpdate = async function (ctx) {
  function f() { return f.caller; }
  f();
};
