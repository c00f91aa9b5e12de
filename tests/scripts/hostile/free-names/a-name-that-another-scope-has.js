// free-name: a name that another scope has
module.exports.handleUpdate = async function (ctx) {
  function f() { const helper = 1; return helper; }
  f();
  helper;
};
