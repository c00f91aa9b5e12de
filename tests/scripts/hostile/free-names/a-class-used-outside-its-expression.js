// free-name: a class used outside its expression
module.exports.handleUpdate = async function (ctx) {
  const A = class B {};
  new B();
};
