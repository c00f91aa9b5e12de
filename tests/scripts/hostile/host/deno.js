// process: Deno
module.exports.handleUpdate = async function (ctx) {
  await Deno.readFile("x");
};
