// unknown-call: new target
module.exports.handleUpdate = async function (ctx) {
  function F() { new.target("return 1"); }
  new F();
};
