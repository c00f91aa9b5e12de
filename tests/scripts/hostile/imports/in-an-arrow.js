// import: in an arrow
module.exports.handleUpdate = async function (ctx) {
  const load = (name) => import(name);
  await load("fs");
};
